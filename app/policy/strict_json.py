"""JSON without its loose ends: bounded depth, no duplicate keys, no NaN, no byte order mark, UTF-8 only."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import StrEnum

MAX_DEPTH = 16


class JsonFault(StrEnum):
    """What keeps bytes from being JSON as it is taken here."""

    BYTE_ORDER_MARK = "json_byte_order_mark"
    TOO_DEEP = "json_too_deep"
    NOT_UTF8 = "json_not_utf8"
    SYNTAX = "json_syntax"
    KEY_TWICE = "json_key_twice"
    NO_NUMBER = "json_no_number"
    LONG_NUMBER = "json_long_number"


class LooseJson(ValueError):
    """Not JSON, or JSON that two programs could read in two ways; `facts` are what `fault` is about."""

    def __init__(self, fault: JsonFault, message: str, **facts: str | int) -> None:
        self.fault = fault
        self.facts = facts
        super().__init__(message)


_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def parse(data: bytes) -> object:
    """The value in `data`; raises `LooseJson` on anything unusual.

    The depth is measured before the parser runs, so deep nesting costs no stack.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise LooseJson(JsonFault.BYTE_ORDER_MARK, "begins with a byte order mark")
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(data):
        if token[0] in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise LooseJson(JsonFault.TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels", most=MAX_DEPTH)
        elif token[0] in b"]}":
            depth -= 1
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_int=_bounded
        )
    except UnicodeDecodeError as error:
        raise LooseJson(JsonFault.NOT_UTF8, f"not UTF-8 at byte {error.start}", byte=error.start) from error
    except json.JSONDecodeError as error:
        raise LooseJson(
            JsonFault.SYNTAX,
            f"not JSON at line {error.lineno}, column {error.colno}",
            line=error.lineno,
            column=error.colno,
        ) from error


def _without_duplicates(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LooseJson(JsonFault.KEY_TWICE, f"the key “{twice[:60]}” appears twice", key=twice[:60])
    return found


def _refuse(constant: str) -> object:
    raise LooseJson(JsonFault.NO_NUMBER, f"{constant} is not a number", text=constant)


def _bounded(digits: str) -> int:
    if len(digits) > 18:
        raise LooseJson(JsonFault.LONG_NUMBER, "a number has more than 18 digits", most=18)
    return int(digits)
