"""Foreign text as it may be printed: nothing in it hides or acts, and everything else stays as it is."""

import json
import unicodedata

import pytest

from resources.language import isolate
from resources.visible import visible


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("Ann\x1b[2J\x1b[H", "Ann\\u001b[2J\\u001b[H"),
        ("a\r\nCOMPLETE", "a\\u000d\\u000aCOMPLETE"),
        ("a\tb\0c\x7fd\x9be", "a\\u0009b\\u0000c\\u007fd\\u009be"),
        ("exam\u202egpj.exe", "exam\\u202egpj.exe"),
        ("a\u2066b\u200fc", "a\\u2066b\\u200fc"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\udcff.txt", "\\udcff.txt"),
        ("soft\xadhyphen, tag \U000e0041", "soft\\u00adhyphen, tag \\udb40\\udc41"),
        ("closes \u2069 what it \u2068 did not open", "closes \\u2069 what it \\u2068 did not open"),
    ],
)
def test_what_hides_or_acts_is_escaped(foreign, shown):
    assert visible(foreign) == shown
    assert visible(foreign).isprintable()
    assert isolate(foreign) == shown


PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.mark.parametrize(
    "name", ["Zoë Müller", PERSIAN, "山田\u3000太郎", "👩\u200d🏫 school", "C:\\users\\new", "“a” b", "नमस्ते"]
)
def test_names_stay_as_they_are(name):
    assert visible(name) == name


def test_isolates_of_a_sentence_stay():
    said = f"before {isolate('شبكة')} after"
    assert visible(said) == said
    assert isolate(said).count("\u2068") == 2


def test_every_character_is_shown_or_escaped():
    # Backwards, so that the mark that ends an isolate comes before the one that begins it.
    # Of planes that hold nothing but private and unassigned ones, some are enough.
    all_but_empty = (*range(0x10FFFF, 0x3FFFF, -997), *range(0xE0FFF, 0xDFFFF, -1), *range(0x3FFFF, -1, -1))
    acting = [letter for letter in map(chr, all_but_empty) if unicodedata.category(letter)[0] == "C"]
    shown = visible("".join(acting).replace("\u200c", "").replace("\u200d", ""))
    assert shown.isprintable()
    assert shown.isascii()


def test_json_stays_json_of_the_same_value():
    value = {"where": 'a\x1b\n\u202e"\\\udcff\U000e0041é', "n": [1, None]}
    text = visible(json.dumps(value, indent=2, ensure_ascii=False), keep="\n")
    assert json.loads(text) == value
    assert all(line.isprintable() for line in text.splitlines())
    text.encode("utf-8")
