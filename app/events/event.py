"""What every event of the vocabulary can do: be written as facts, and be read from them."""

from __future__ import annotations

import functools
import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from pydantic import TypeAdapter

from app.events.values import UnknownCode

if TYPE_CHECKING:
    from app.events.values import Json

RESERVED = frozenset({"event", "version", "t_us", "wall_ms"})
"""Names of the envelope, which no fact may have."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` is the name it is sealed under; the fields are its facts.

    A field that is None or empty says nothing, and is left out when it is written.
    """

    kind: ClassVar[str]

    def write(self) -> dict[str, Json]:
        """Give the facts as plain JSON values."""
        return written_fields(self)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Read what `write` gave; facts that the class does not have are passed over.

        Raises:
            ValueError: a fact is missing, or is of another type than the class says.
        """
        return read_fields(cls, facts)

    def unknown_codes(self) -> Iterator[str]:
        """Yield the codes that a program of another version has written and this one does not know."""
        for field in fields(self):
            yield from unknown_codes_in(getattr(self, field.name))


ClassT = TypeVar("ClassT")


def written_fields(value: Any) -> dict[str, Json]:
    """The fields of a dataclass as plain JSON values, those that are None or empty left out."""
    facts = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: _plain(fact) for name, fact in facts if fact is not None and fact != ()}


def read_fields(cls: type[ClassT], facts: Mapping[str, Any]) -> ClassT:
    """Read a dataclass from plain JSON values; raises ValueError where they do not fit."""
    adapter: TypeAdapter[ClassT] = _adapter(cast("Hashable", cls))
    return adapter.validate_json(json.dumps(facts), strict=True)


@functools.cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


_PLAIN = frozenset({int, float, str, bool, type(None)})


def _plain(fact: Any) -> Json:
    if type(fact) in _PLAIN:
        return cast("Json", fact)
    if isinstance(fact, Enum):
        return str(fact.value)
    if isinstance(fact, tuple):
        return [_plain(each) for each in fact]
    if isinstance(fact, Mapping):
        return {name: _plain(each) for name, each in fact.items()}
    return cast("Json", fact)


def unknown_codes_in(fact: object) -> Iterator[str]:
    """Yield the unknown codes that a fact is or holds."""
    if isinstance(fact, UnknownCode):
        yield fact
    elif isinstance(fact, tuple):
        for each in fact:
            if type(each) not in _PLAIN:
                yield from unknown_codes_in(each)
