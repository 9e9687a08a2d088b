"""The values that facts of an event have: numbers of bounded size, and codes of closed lists that may grow.

A closed list that capture or lockdown defines is used as it stands there, so that no list is kept twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

from annotated_types import Interval
from pydantic import Field
from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""What a fact is once written."""

Whole = Annotated[int, Interval(ge=-(10**18), le=10**18)]
"""A whole number, bounded so that arithmetic at review cannot overflow."""

Real = Annotated[float, Interval(ge=-1e18, le=1e18)]
"""A number that is neither infinite nor undefined, bounded likewise."""


class UnknownCode(str):
    """A code that this program does not know, kept as it was sealed and shown as it is."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Take any text."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(strict=True))


CodeT = TypeVar("CodeT")
Coded = Annotated[CodeT | UnknownCode, Field(union_mode="left_to_right")]
"""One of the codes of a closed list, or one that a newer program has added to it."""
