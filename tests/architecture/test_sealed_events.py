"""Events are sealed as classes of the vocabulary, each one is written somewhere, and each one has words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.events.vocabulary import KNOWN_EVENTS

SEALING = frozenset({"note", "_note", "note_now"})


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def names_of_events(tree: ast.Module) -> Iterator[int]:
    """Lines that seal an event by a text for a name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        # partial(recording.note, event) seals as well.
        named = [getattr(each, "attr", getattr(each, "id", "")) for each in (node.func, *node.args)]
        texts = [each for each in node.args if isinstance(each, ast.JoinedStr | ast.Dict) or is_text(each)]
        if SEALING & set(named) and texts:
            yield node.lineno


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def made(tree: ast.Module) -> Iterator[str]:
    """Classes that are called, or read from facts (`GapEvent(...)`, `GapEvent.read(...)`, `GapEvent.of(...)`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(func, ast.Name):
                yield func.id


def matched(tree: ast.Module) -> Iterator[str]:
    """Classes that a `case` is about."""
    for node in ast.walk(tree):
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name):
            yield node.cls.id


@pytest.mark.parametrize(
    "planted",
    ['recording.note("left")', 'self._note("left", {"by": 1})', 'partial(events.note, "left")', 'note_now(f"{kind}")'],
)
def test_a_text_for_an_event_is_found(planted: str) -> None:
    assert list(names_of_events(ast.parse(planted))) == [1]


def test_no_event_is_sealed_by_a_text_for_its_name(root: Path) -> None:
    found = [f"{path.relative_to(root)}:{line}" for path, tree in trees(root / "app") for line in names_of_events(tree)]
    assert not found, "seal an event of app.events there"


def test_every_event_is_sealed_somewhere(root: Path) -> None:
    written = {name for _, tree in trees(root / "app" / "client") for name in made(tree)}
    assert not {each.__name__ for each in KNOWN_EVENTS} - written


def test_every_event_has_words_of_its_own(root: Path) -> None:
    worded = {name for _, tree in trees(root / "app" / "institution" / "wording") for name in matched(tree)}
    assert not {each.__name__ for each in KNOWN_EVENTS} - worded


def test_the_page_about_events_names_every_kind(root: Path) -> None:
    page = (root / "app" / "events" / "README.md").read_text(encoding="utf-8")
    rows = [line for line in page[page.index("## Kinds") :].splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[2]) if name != "violation"]
    assert sorted([*named, "violation"]) == sorted([*(each.kind for each in KNOWN_EVENTS), "code"])
