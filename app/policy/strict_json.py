"""JSON without its loose ends: bounded depth, no duplicate keys, no NaN, no byte order mark, UTF-8 only."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

MAX_DEPTH = 16

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def parse(data: bytes) -> object:
    """The value in `data`; raises ValueError with a sentence on anything unusual.

    The depth is measured before the parser runs, so deep nesting costs no stack.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise ValueError("begins with a byte order mark")
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(data):
        if token[0] in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        elif token[0] in b"]}":
            depth -= 1
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_int=_bounded
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON at line {error.lineno}, column {error.colno}") from error


def _without_duplicates(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key “{twice[:60]}” appears twice")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a number")


def _bounded(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("a number has more than 18 digits")
    return int(digits)
