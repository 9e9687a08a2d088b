"""The base of every section of the exam settings, and how a section says what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from app.policy.errors import AddressInvalid, SettingsFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

_PLACE = "place"


class Section(BaseModel):
    """One section of the settings: it never changes, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def faulty(code: str, place: str = "", facts: Mapping[str, str | int] | None = None) -> PydanticCustomError:
    """The error that a validator raises; `place` is the key below the section where the fault is not all of it."""
    about = {**(facts or {}), **({_PLACE: place} if place else {})}
    return PydanticCustomError(code, code, about)


def faulty_address(error: AddressInvalid, place: str = "") -> PydanticCustomError:
    """The same for an address."""
    return faulty(error.fault, place, {"address": error.address, **error.facts})


def faults_of(error: ValidationError) -> tuple[SettingsFault, ...]:
    """Every fault that pydantic found, without the values."""
    return tuple(
        _fault(each["loc"], each["type"], dict(each.get("ctx", {})))
        for each in error.errors(include_url=False, include_input=False)
    )


def _fault(place: tuple[int | str, ...], code: str, facts: dict[str, object]) -> SettingsFault:
    below = str(facts.pop(_PLACE, ""))
    if "error" in facts:
        facts["error"] = str(facts["error"])
    return SettingsFault((*place, *below.split(".")) if below else place, code, facts)
