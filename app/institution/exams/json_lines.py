"""Where a value stands in a JSON text, so that a fault can be named by its line."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def line_of(text: str, place: tuple[int | str, ...]) -> int | None:
    """The line, from 1, of the key or list entry that `place` leads to in `text`, which is JSON; None: not there."""
    try:
        found = at = _after_space(text, 0)
        for wanted in place:
            found, at = next((begin, value) for key, begin, value in _entries(text, at) if key == str(wanted))
    except (IndexError, StopIteration, ValueError):
        return None
    return text.count("\n", 0, found) + 1


def _entries(text: str, at: int) -> list[tuple[str, int, int]]:
    """Key, where the entry begins and where its value begins, of each entry of the object or list at `at`."""
    closing = {"{": "}", "[": "]"}.get(text[at])
    if closing is None:
        return []
    entries: list[tuple[str, int, int]] = []
    at = _after_space(text, at + 1)
    while text[at] != closing:
        begin, key = at, str(len(entries))
        if closing == "}":
            key, end = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, end) + 1)
        entries.append((key, begin, at))
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return entries


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()
