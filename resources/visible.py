"""Foreign text in which nothing hides or acts: what a client, a folder or an endpoint said, as it may be printed.

A name that clears the screen, begins a line of its own or turns the rest of a line around would speak for the program.
"""

from __future__ import annotations

import re
import unicodedata

_FIRST_STRONG_ISOLATE, _POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
_HARMLESS = frozenset({"\u200c", "\u200d"})
"""The joiners, which Persian and many emoji are written with, act on the letters beside them alone."""
_NOT_ASCII_OR_CONTROL = re.compile(r"[^ -~]")


def visible(value: object, *, keep: str = "") -> str:
    r"""Give `value` as text with every character that is not seen, or acts, written as in JSON: ``\u001b``, ``\u202e``.

    Those are control characters, ends of lines and paragraphs, what sets or overrides the direction of writing, halves
    of a surrogate pair (how Python holds a file name that is no UTF-8), and characters that Unicode does not know.
    Isolates that `resources.language.isolate` has set stay, in pairs. `keep` names characters that stay as well.

    JSON text stays JSON of the same value.
    """
    text = str(value)
    if text.isprintable():
        return text
    allowed = {*keep, *_HARMLESS} | _isolates(text)
    return _NOT_ASCII_OR_CONTROL.sub(lambda match: _shown(match[0], allowed), text)


def _isolates(text: str) -> set[str]:
    """The marks of isolates, where each that is opened is closed again and none is closed that was not opened."""
    open_now = 0
    for letter in text:
        open_now += (letter == _FIRST_STRONG_ISOLATE) - (letter == _POP_DIRECTIONAL_ISOLATE)
        if open_now < 0:
            return set()
    return set() if open_now else {_FIRST_STRONG_ISOLATE, _POP_DIRECTIONAL_ISOLATE}


def _shown(letter: str, allowed: set[str]) -> str:
    category = unicodedata.category(letter)
    if letter in allowed or not (category.startswith("C") or category in {"Zl", "Zp"}):
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
