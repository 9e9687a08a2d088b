"""Between the exam window and lockdown, which do not know each other: settings to controls, guards to guards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from ui.client.exam.controls import ExamWindowControls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lockdown.contract.settings import LockdownSettings
    from lockdown.engaging.guard import GuardStatus
    from lockdown.engaging.journal import Journal
    from ui.client.exam.guards.clipboard import QtClipboardGuard
    from ui.client.exam.guards.displays import DisplayWatch
    from ui.client.exam.guards.focus import FocusGuard
    from ui.client.exam.guards.full_screen import FullScreenWatch
    from ui.client.exam.guards.keyboard import KeyboardGrab
    from ui.client.exam.guards.seats import SeatWatch


@dataclass(frozen=True)
class WindowGuardAdapter:
    """A `lockdown.engaging.guard.Guard` around a guard of the exam window."""

    guard: FullScreenWatch | FocusGuard | KeyboardGrab | QtClipboardGuard | DisplayWatch | SeatWatch

    @property
    def name(self) -> str:
        """The window guard's name."""
        return self.guard.name

    def engage(self, journal: Journal) -> GuardStatus:
        """Engage it; it changes nothing that outlives the process, so the journal stays empty."""
        return self.guard.engage(journal)

    def check(self) -> Sequence[Violation]:
        """Report what it met."""
        return tuple(
            Violation(lost.guard, Code(lost.code), lost.seen_ns, lost.facts, Control(lost.control))
            for lost in self.guard.check()
        )

    def release(self) -> None:
        """Release it."""
        self.guard.release()


def window_controls(lockdown: LockdownSettings) -> ExamWindowControls:
    """Return what the exam window keeps, as the settings ask."""
    return ExamWindowControls(
        full_screen=lockdown.full_screen is not None,
        focus_return=lockdown.focus_return is not None,
        system_shortcuts=lockdown.system_shortcuts is not None,
        clipboard=lockdown.clipboard is not None,
        downloads=lockdown.downloads is not None,
        printing=lockdown.printing is not None,
        seats=lockdown.input_devices is not None,
        displays_at_most=lockdown.displays.at_most if lockdown.displays is not None else None,
    )
