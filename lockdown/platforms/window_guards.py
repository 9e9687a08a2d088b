"""The guards of the exam window that a platform has of its own; where it has none, those of `ui` serve the control."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.platforms.matrix import process_sources
from lockdown.platforms.session import session_facts
from lockdown.watching.displays import DisplayGuard
from lockdown.watching.processes import needed_by_a_person


def display_number() -> int | None:
    """Return how many displays show a picture, mirrored ones included; None where only a window can tell."""
    if sys.platform == "win32":
        from lockdown.windows.displays import number_of_displays  # noqa: PLC0415  (exists on this platform only)

        return number_of_displays()
    elif sys.platform == "darwin":
        from lockdown.macos.system import ThisMac  # noqa: PLC0415

        return ThisMac().displays()
    else:
        return None


def window_guards(
    settings: LockdownSettings, window: Callable[[], int], *, lab_machine: bool = False
) -> tuple[Guard, ...]:
    """Return this platform's own guards for what is asked of the exam window, in the order to engage them.

    `window` gives the system's handle of it, and is asked only where that is needed.
    """
    guards: list[Guard] = []
    if settings.displays is not None and display_number() is not None:
        guards.append(DisplayGuard(display_number, settings.displays.at_most))
    if sys.platform == "win32":
        from lockdown.windows.capture import ScreenCaptureGuard  # noqa: PLC0415  (exists on this platform only)
        from lockdown.windows.clipboard import WindowsClipboardGuard  # noqa: PLC0415
        from lockdown.windows.focus import ForegroundGuard  # noqa: PLC0415
        from lockdown.windows.full_screen import FullScreenGuard  # noqa: PLC0415
        from lockdown.windows.keyboard import ShortcutGuard  # noqa: PLC0415
        from lockdown.windows.policies import SecurityScreenGuard  # noqa: PLC0415

        if settings.full_screen is not None:
            guards.append(FullScreenGuard(window()))
        if settings.focus_return is not None:
            guards.append(ForegroundGuard(window()))
        if settings.clipboard is not None:
            guards.append(WindowsClipboardGuard())
        if settings.screenshot_protection is not None:
            guards.append(ScreenCaptureGuard(window()))
        if settings.system_shortcuts is not None:
            guards.append(ShortcutGuard())
        if settings.console_switch is not None:
            guards.append(SecurityScreenGuard(lab_machine=lab_machine))
    elif sys.platform == "darwin":
        from lockdown.macos.clipboard import PasteboardGuard  # noqa: PLC0415
        from lockdown.macos.focus import FrontGuard  # noqa: PLC0415
        from lockdown.macos.presentation import full_screen_guard, shortcuts_guard  # noqa: PLC0415
        from lockdown.macos.system import AppKitApplication, GeneralPasteboard  # noqa: PLC0415

        application = AppKitApplication()
        if settings.full_screen is not None:
            guards.append(full_screen_guard(application))
        if settings.focus_return is not None:
            guards.append(FrontGuard(application))
        if settings.clipboard is not None:
            guards.append(PasteboardGuard(GeneralPasteboard(), application))
        if settings.system_shortcuts is not None:
            guards.append(shortcuts_guard(application))
    elif sys.platform == "linux" and not session_facts().wayland:
        from lockdown.linux.keyboard import console_switch_guard  # noqa: PLC0415
        from lockdown.linux.overlays import OverlayGuard  # noqa: PLC0415

        if settings.overlays is not None:
            allowed = settings.processes.allow if settings.processes is not None else ()
            guards.append(OverlayGuard(window, partial(needed_by_a_person, process_sources()[0], allowed)))
        if settings.console_switch is not None:
            guards.append(console_switch_guard(lab_machine=lab_machine))
    return tuple(guards)
