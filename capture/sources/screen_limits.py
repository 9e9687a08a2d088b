"""What a recording of the screen does not show on this system, so that nobody takes it for more than it is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum


class ScreenLimit(StrEnum):
    """What a system may leave out of every recording of its screen."""

    OTHER_WINDOWS = "other_windows"
    """Those of programs that do not use X11."""
    POINTER = "pointer"
    PROTECTED_WINDOWS = "protected_windows"
    """They forbid being recorded, and are black."""
    SYSTEM_PROMPTS = "system_prompts"
    """The lock screen, and the system's own questions for a password."""


def screen_limits(environment: Mapping[str, str], platform: str = sys.platform) -> tuple[ScreenLimit, ...]:
    """Return what the system leaves out of every recording of the screen; `environment` is the process's.

    Linux with X11 leaves out nothing. On Wayland a program sees X11's windows alone. Windows composes the pointer and
    its secure desktop apart, and respects windows that exclude themselves; so does macOS.
    """
    if platform != "linux":
        return (ScreenLimit.POINTER, ScreenLimit.PROTECTED_WINDOWS, ScreenLimit.SYSTEM_PROMPTS)
    wayland = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    return (ScreenLimit.OTHER_WINDOWS,) if wayland else ()
