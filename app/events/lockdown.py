"""Events of lockdown: what each guard gives, what it has seen, and holds with their release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from app.events.event import Event
from app.events.values import Coded, Whole
from app.events.violations import Seen, read_seen, written_seen
from lockdown.contract.errors import FailureCode
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.engaging.guard import EnforcementLevel

if TYPE_CHECKING:
    from app.events.values import Json
    from lockdown.contract.violations import Violation
    from lockdown.engaging.guard import Engagement


class GuardWithoutControl(StrEnum):
    """The guards that are not named as the control they serve."""

    SEATS = "seats"
    KEYBOARD_MAP = "keyboard_map"
    WATCHDOG = "watchdog"


GuardName = Control | GuardWithoutControl


class ReleaseReason(StrEnum):
    """What staff gave as the reason for releasing a held exam."""

    CHECKED = "checked"
    TECHNICAL = "technical"
    ACCOMMODATION = "accommodation"
    MISTAKEN = "mistaken"
    OTHER = "other"


@dataclass(frozen=True)
class GuardEngagedEvent(Event):
    """What a guard gives on this machine, once lockdown was engaged; `limit` is why not more, where it could be."""

    kind = "guard_engaged"

    guard: Coded[GuardName]
    level: Coded[EnforcementLevel]
    limit: Coded[Limit] | None = None

    @classmethod
    def of(cls, guard: str, given: Engagement) -> Self:
        """Write down what the guard of this name said of itself."""
        return cls.read({"guard": guard, "level": given.level, "limit": given.limit})


@dataclass(frozen=True)
class GuardNotEngagedEvent(Event):
    """Lockdown could not begin, and nothing is locked; `guard` is left out where it was none of them."""

    kind = "guard_not_engaged"

    why: Coded[FailureCode]
    guard: Coded[GuardName] | None = None


@dataclass(frozen=True)
class GuardNotReleasedEvent(Event):
    """A guard could not put back what it had changed."""

    kind = "guard_not_released"

    guard: Coded[GuardName]


@dataclass(frozen=True)
class ViolationEvent(Event):
    """A guard has seen something; it is written flat, the code and its facts beside the guard's name."""

    kind = "violation"

    guard: Coded[GuardName]
    seen: Seen

    @classmethod
    def of(cls, violation: Violation) -> Self:
        """Write down what a guard reported."""
        return cls.read({**violation.facts, "guard": violation.guard, "code": violation.code})

    def write(self) -> dict[str, Json]:
        """See `Event`."""
        return {"guard": str(self.guard), **written_seen(self.seen)}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """See `Event`."""
        guard = facts.get("guard")
        named = GuardNotReleasedEvent.read({"guard": guard}).guard
        return cls(named, read_seen({name: fact for name, fact in facts.items() if name != "guard"}))

    def unknown_codes(self) -> Iterator[str]:
        """See `Event`."""
        yield from super().unknown_codes()
        yield from self.seen.unknown_codes()


@dataclass(frozen=True)
class ExamHeldEvent(Event):
    """The exam was covered until a release code is entered; sealed once more when the client was started again."""

    kind = "exam_held"

    control: Coded[Control]


@dataclass(frozen=True)
class ExamReleasedEvent(Event):
    """A release code was entered that fits the hold; `key` is the name of the release key it is of.

    The exam's own computer can work such a code out: that staff gave it, only their own list shows.
    """

    kind = "exam_released"

    key: str
    reason: Coded[ReleaseReason]


@dataclass(frozen=True)
class ReleaseCodeRefusedEvent(Event):
    """A release code was typed that did not fit, for the `tries`th time."""

    kind = "release_code_refused"

    tries: Whole


LockdownEvent = (
    GuardEngagedEvent
    | GuardNotEngagedEvent
    | GuardNotReleasedEvent
    | ViolationEvent
    | ExamHeldEvent
    | ExamReleasedEvent
    | ReleaseCodeRefusedEvent
)
