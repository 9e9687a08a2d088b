"""The guards of the exam window that a platform has of its own; where it has none, those of `ui` serve the control."""

from __future__ import annotations

from collections.abc import Callable

from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.platforms.backend import Backend
from lockdown.watching.displays import DisplayGuard


def window_guards(
    settings: LockdownSettings, backend: Backend, window: Callable[[], int], *, lab_machine: bool = False
) -> tuple[Guard, ...]:
    """Return `backend`'s own guards for what `settings` ask of the exam window, in the order to engage them.

    `window` gives the system's handle of it, and is called only where that is needed.
    """
    guards: list[Guard] = []
    if settings.displays is not None and backend.display_count() is not None:
        guards.append(DisplayGuard(backend.display_count, settings.displays.at_most))
    return (*guards, *backend.window_guards(settings, window, lab_machine=lab_machine))
