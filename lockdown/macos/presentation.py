"""Full screen and system shortcuts on macOS, by the presentation options that kiosk programs use.

AppKit keeps them while the exam is in front, and takes them back by itself when the program ends. Apple's assessment
mode (AEAssessmentSession) would give more; it needs an entitlement that Apple grants to a named developer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.macos.facade import Application, Presentation

FULL_SCREEN = Presentation.HIDE_DOCK | Presentation.HIDE_MENU_BAR
SHORTCUTS = (
    Presentation.HIDE_DOCK  # AppKit takes the others only with the dock hidden
    | Presentation.DISABLE_APPLE_MENU
    | Presentation.DISABLE_PROCESS_SWITCHING
    | Presentation.DISABLE_FORCE_QUIT
    | Presentation.DISABLE_SESSION_TERMINATION
    | Presentation.DISABLE_HIDE_APPLICATION
)


class PresentationGuard:
    """Adds options for one control, keeps them, and takes away what it added.

    Guards of two controls may share an option: released in reverse, the one that added it takes it away.
    """

    def __init__(self, control: Control, options: Presentation, application: Application) -> None:
        self._control = control
        self._options = int(options)
        self._application = application
        self._added = 0

    @property
    def name(self) -> str:
        """The control's name."""
        return self._control.value

    def engage(self, journal: Journal) -> Engagement:
        """Add the options.

        Raises:
            GuardError: AppKit refuses the combination.
        """
        before = self._application.presentation()
        self._application.present(before | self._options)
        self._added = self._options & ~before
        if self._application.presentation() & self._options != self._options:
            return Engagement("not_available", Limit.SYSTEM_REFUSED)
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Put options that are gone back, and report that."""
        now = self._application.presentation()
        if self._added == 0 or now & self._options == self._options:
            return ()
        self._application.present(now | self._options)
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=self._control),)

    def release(self) -> None:
        """Take away what was added."""
        added, self._added = self._added, 0
        if added:
            self._application.present(self._application.presentation() & ~added)


def full_screen_guard(application: Application) -> PresentationGuard:
    """Return the guard that hides dock and menu bar."""
    return PresentationGuard(Control.FULL_SCREEN, FULL_SCREEN, application)


def shortcuts_guard(application: Application) -> PresentationGuard:
    """Return the guard that switches off process switching, force quit, log out and hiding; the power key stays."""
    return PresentationGuard(Control.SYSTEM_SHORTCUTS, SHORTCUTS, application)
