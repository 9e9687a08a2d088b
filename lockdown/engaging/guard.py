"""The contract of a guard: one control, engaged before the exam, checked during it, released afterwards.

Guards that need a window live in `ui` and satisfy this contract by structure; they take the journal as any object
and leave it alone, because what a window does ends with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from lockdown.contract.limit import Limit
from lockdown.contract.violations import Violation
from lockdown.engaging.journal import Journal

EnforcementLevel = Literal["enforced", "observed", "not_available"]
"""What a control gives on this machine; the start screen and `lockdown/README.md` show the same three words.

* ``enforced``: the thing cannot happen, or is put right at once.
* ``observed``: it can happen and is reported.
* ``not_available``: neither; the limit says why, and nothing is claimed.
"""


class GuardStatus(Protocol):
    """What a guard says of itself, read by structure so that a guard of `ui` may answer with a class of its own."""

    @property
    def level(self) -> EnforcementLevel:
        """See `Engagement.level`."""
        ...

    @property
    def limit(self) -> str | None:
        """See `Engagement.limit`; one of its values."""
        ...


@dataclass(frozen=True)
class Engagement:
    """What a guard gives from now on.

    Attributes:
        level: enforced, observed or not available; never more than is true.
        limit: why not more, None where the control gives all that it can; `lockdown.platforms.matrix` says how.
    """

    level: EnforcementLevel
    limit: Limit | None = None

    def __post_init__(self) -> None:
        if self.level == "not_available" and self.limit is None:
            raise ValueError("a control that is not available has a limit that says why")


class Guard(Protocol):
    """One control that can be switched on, asked, and switched off again.

    `engage` and `release` are called on the main thread, each at most once in a life, `release` after `engage`
    even where `engage` raised: it must cope with work half done. `check` is called between them, by the thread of
    `lockdown.engaging.watch.Watch`, about once a second.
    """

    @property
    def name(self) -> str:
        """Name in journal, events and reports; the control's name where the guard serves one control."""
        ...

    def engage(self, journal: Journal) -> GuardStatus:
        """Switch the control on and say what it gives here.

        A change that would outlive this process goes through `lockdown.engaging.changes.change`, which journals it
        first. A control that the platform does not offer is no error: it answers ``not_available`` with the limit.

        Raises:
            LockdownError: the control exists here and could not be switched on.
        """
        ...

    def check(self) -> Sequence[Violation]:
        """Report what happened since the last call, oldest first; takes milliseconds, never waits, never blocks."""
        ...

    def release(self) -> None:
        """Put everything back, including what a failed `engage` left; a second call does nothing.

        Raises:
            LockdownError: something could not be put back; the journal still holds it.
        """
        ...


@runtime_checkable
class ChangeNotifier(Protocol):
    """A guard that learns of things as they happen, and need not wait for the next look."""

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` from now on, from any thread, when there is something to be asked for; it returns at once.

        Called once, after `engage` and before the first `check`.
        """
        ...
