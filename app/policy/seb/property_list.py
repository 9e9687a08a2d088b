"""The XML property list inside a `.seb` file: the few elements that may stand in it, and nothing else.

Where two programs that derive a key read a value differently, the text of the file is kept beside the value. Entities
are refused and external ones never fetched; a DTD that is only named is left alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.parsers import expat

from app.policy.seb.errors import SebFault, SebUnreadable

MAX_DEPTH = 32
MAX_VALUES = 50_000
_SIMPLE = frozenset({"string", "integer", "real", "true", "false", "data", "date"})
_GROUPS = frozenset({"dict", "array"})
_INTEGER_BITS = 64


@dataclass(frozen=True)
class Real:
    """A number with a fraction, as the file may say."""

    number: float


@dataclass(frozen=True)
class Data:
    """Bytes, and their base64 as it stands in the file, line ends and all."""

    data: bytes
    text: str


Value = str | int | bool | Real | Data | datetime | tuple["Value", ...] | Mapping[str, "Value"]


def parse_property_list(xml: bytes) -> Mapping[str, Value]:
    """Return the keys of the list's outermost ``dict``, in the order of the file; a bare ``dict`` is taken too.

    Raises:
        SebUnreadable: no XML, no property list, an element that SEB does not write, or a key that stands there twice.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding that nobody knows
        raise SebUnreadable(SebFault.SYNTAX, line=getattr(error, "lineno", 1)) from error
    if not isinstance(reader.root, Mapping):
        raise SebUnreadable(SebFault.ELEMENT, line=1, element="plist")
    return reader.root


class _Reader:
    def __init__(self) -> None:
        self.root: Value | None = None
        self._open: list[dict[str, Value] | list[Value]] = []
        self._keys: list[str | None] = []
        self._text: list[str] | None = None
        self._values = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity

    def _entity(self, *_declared: object) -> None:
        raise self._refused(SebFault.ENTITY)

    def _begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "plist" and not self._open and self.root is None:
            return
        if self._text is not None or name not in _SIMPLE | _GROUPS | {"key"} or (not self._open and self.root):
            raise self._refused(SebFault.ELEMENT, element=name)
        in_dict = bool(self._open) and isinstance(self._open[-1], dict)
        if in_dict and (name == "key") is not (self._keys[-1] is None):
            raise self._refused(SebFault.ELEMENT, element=name)
        if name == "key" and not in_dict:
            raise self._refused(SebFault.ELEMENT, element=name)
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._refused(SebFault.TOO_MANY, most=MAX_VALUES)
        if name in _GROUPS:
            if len(self._open) >= MAX_DEPTH:
                raise self._refused(SebFault.TOO_DEEP, most=MAX_DEPTH)
            self._open.append({} if name == "dict" else [])
            self._keys.append(None)
        else:
            self._text = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
        elif text.strip():
            raise self._refused(SebFault.ELEMENT, element="text")

    def _end(self, name: str) -> None:
        if name == "plist":
            return
        if name in _GROUPS:
            group = self._open.pop()
            if self._keys.pop() is not None:
                raise self._refused(SebFault.ELEMENT, element=name)
            self._add(group if isinstance(group, dict) else tuple(group))
            return
        text = "".join(self._text or ())
        self._text = None
        if name == "key":
            group = self._open[-1]
            if text in group:
                raise self._refused(SebFault.KEY_TWICE, key=text[:80])
            self._keys[-1] = text
        else:
            self._add(self._value(name, text))

    def _add(self, value: Value) -> None:
        if not self._open:
            self.root = value
            return
        group, key = self._open[-1], self._keys[-1]
        if isinstance(group, dict):
            assert key is not None  # noqa: S101  # `_begin` has let no value in without one
            group[key] = value
            self._keys[-1] = None
        else:
            group.append(value)

    def _value(self, name: str, text: str) -> Value:
        try:
            match name:
                case "string":
                    return text
                case "integer":
                    number = int(text.strip())
                    if abs(number) >= 1 << (_INTEGER_BITS - 1):
                        raise self._refused(SebFault.VALUE, element=name)
                    return number
                case "real":
                    return self._real(text)
                case "data":
                    return Data(base64.b64decode("".join(text.split()), validate=True), text.strip())
                case "date":
                    return datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
                case _:
                    return name == "true"
        except (ValueError, binascii.Error) as error:
            raise self._refused(SebFault.VALUE, element=name) from error

    def _real(self, text: str) -> Real:
        number = float(text)
        if number - number != 0:  # infinite, or no number
            raise self._refused(SebFault.VALUE, element="real")
        return Real(number)

    def _refused(self, fault: SebFault, **facts: str | int) -> SebUnreadable:
        return SebUnreadable(fault, line=self.parser.CurrentLineNumber, **facts)
