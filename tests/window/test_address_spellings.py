"""One address in many spellings: what is signed, what the engine makes of it, and what the window's filter is asked."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import unquote_to_bytes

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage

from app.policy.addresses import AddressFilter
from app.policy.canonical_address import Address
from app.policy.errors import AddressInvalid
from ui.client.exam.engine.request_filter import is_allowed

PAIRS = 10_000

HOSTS = (
    ("x.example", "X.EXAMPLE", "x.example.", "%78.example", "x。example", "\uff58.example"),
    ("prüfung.example", "PRÜFUNG.example", "xn--prfung-4ya.example", "pr%C3%BCfung.example", "pru\u0308fung.example"),
    ("fußball.example", "xn--fuball-cta.example", "Fußball.Example."),
    ("fussball.example", "FUSSBALL.example"),
    ("127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1."),
    ("[2001:db8::1]", "[2001:0DB8:0:0::1]", "[2001:db8:0:0:0:0:0:1]"),
    ("試験.example", "xn--d6qy6b.example"),
    ("a_b.x.example", "A_B.x.example"),
)
PORTS = (("", ":443", ":0443"), (":8443", ":08443"))
PARTS = (
    ("prüfung", "pr%C3%BCfung", "pr%c3%bcfung", "pr%c3%BCfung"),
    ("pru\u0308fung", "pru%CC%88fung"),
    ("~prof", "%7Eprof", "%7eprof"),
    ("my exam", "my%20exam"),
    ("a|b", "a%7Cb", "a%7cb"),
    ("a+b", "a%2Bb", "a%2bb"),
    ("a/b", "a%2Fb", "a%2fb"),
    ("(1)", "%281%29"),
    ("v1.2", "v1%2E2", "v1%2e2"),
    ("quiz", "%71uiz", "qui%7A"),
    ("Quiz",),
    ("50%25",),
    ("a;b=c@d,e", "a;b=c%40d,e"),
    ("“[{^`}]”", "%E2%80%9C%5B%7B%5E%60%7D%5D%E2%80%9D"),
    ("'x'", "%27x%27"),
    ("😀", "%F0%9F%98%80"),
    ("",),
)
SCHEMES = ("https", "HTTPS", "Https")


def spelled(drawn: random.Random, pick: tuple[int, ...]) -> str:
    """One of the spellings of the address that `pick` names by places in the pools."""
    host, port, query, fragment, *parts = pick
    text = f"{drawn.choice(SCHEMES)}://{drawn.choice(HOSTS[host])}{drawn.choice(PORTS[port])}"
    text += "".join("/" + drawn.choice(PARTS[part]) for part in parts)
    if query >= 0:
        text += "?q=" + drawn.choice(PARTS[query])
    return text + ("#" + drawn.choice(PARTS[fragment]) if fragment >= 0 else "")


def pairs() -> list[tuple[str, str]]:
    """Two spellings of one address, or of two that differ in one place."""
    drawn = random.Random(20261130)
    found = []
    for _ in range(PAIRS):
        pick = [drawn.randrange(len(HOSTS)), drawn.randrange(2), drawn.randrange(-9, len(PARTS)), -1]
        pick += [drawn.randrange(len(PARTS)) for _ in range(drawn.randrange(4))]
        if drawn.random() < 0.2:
            pick[3] = drawn.randrange(len(PARTS))
        other = list(pick)
        if drawn.random() < 0.4:
            place = drawn.randrange(len(pick))
            other[place] = drawn.randrange((len(HOSTS), 2)[place] if place < 2 else len(PARTS))
        found.append((spelled(drawn, tuple(pick)), spelled(drawn, tuple(other))))
    return found


@pytest.fixture
def engine(qtbot) -> Callable[[Sequence[str]], list[str | None]]:
    """The engine's own canonical form of addresses, None where it takes one for none."""
    page = QWebEnginePage()
    with qtbot.waitSignal(page.loadFinished, timeout=30_000):
        page.setHtml("<title>x</title>")

    def forms(addresses: Sequence[str]) -> list[str | None]:
        answers: list[str] = []
        script = "JSON.stringify(%s.map(x => { try { return new URL(x).href } catch { return null } }))"
        page.runJavaScript(script % json.dumps(list(addresses)), 0, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=60_000)
        return list(json.loads(answers[0]))

    yield forms
    page.deleteLater()


@cache
def ours(address: str) -> str | None:
    try:
        return str(Address.parse(address))
    except AddressInvalid:
        return None


def asked(href: str) -> str:
    """How the window asks its filter for what the engine is about to open."""
    texts: list[str] = []
    is_allowed(QUrl(href), lambda text: bool(texts.append(text)), main_frame=True)
    return texts[0]


def test_one_spelling_of_each_address_and_the_engine_keeps_it(engine):
    """Failed before: of 10,000 start addresses 4,690 were refused and 2,158 named differently by author and engine."""
    drawn = pairs()
    written = [each for pair in drawn for each in pair]
    forms = engine(written)
    kept = engine([ours(each) or "" for each in written])
    for text, form, again in zip(written, forms, kept, strict=True):
        form_of_ours = ours(text)
        assert None not in (form_of_ours, form), text
        assert again == form_of_ours, text
        assert ours(form) == form_of_ours, (text, form)
        assert ours(asked(form)) == form_of_ours, (text, asked(form))
    same = 0
    for (first, second), one, other in zip(drawn, forms[::2], forms[1::2], strict=True):
        if one == other:
            assert ours(first) == ours(second), (first, second)
        if ours(first) == ours(second):
            same += 1
            assert decoded(one) == decoded(other), (first, second)
    assert PAIRS / 4 < same < PAIRS


def decoded(href: str) -> bytes:
    """What an address says, whatever its percent signs; a sign that begins nothing says nothing."""
    return unquote_to_bytes(href.replace(".example.", ".example").rstrip("#"))


def test_what_is_signed_opens_in_its_own_window(engine):
    """Failed before, for an ü in the path, %7E, %c3%bc, a dot after the host and names in other letters."""
    drawn = pairs()[:2000]
    forms = engine([start for start, _ in drawn])
    for (start, rule), form in zip(drawn, forms, strict=True):
        assert form is not None
        signed = AddressFilter(start, [rule.partition("#")[0].partition("?")[0]], hand_in=start)
        assert is_allowed(QUrl(form), signed.allows, main_frame=True), start
        assert signed.is_hand_in(asked(form)), start


def test_addresses_that_the_server_could_tell_apart_stay_apart():
    for first, second in (
        ("https://x.example/a%2Fb", "https://x.example/a/b"),
        ("https://x.example/a%3Bb", "https://x.example/a;b"),
        ("https://x.example/quiz", "https://x.example/quiz/"),
        ("https://x.example/Quiz", "https://x.example/quiz"),
        ("https://fußball.example/", "https://fussball.example/"),
        ("https://x.example/%2570", "https://x.example/%70"),
    ):
        assert ours(first) is not None
        assert ours(second) is not None
        assert ours(first) != ours(second)
