"""What a recording of the screen does not show on this system, so that nobody takes it for more than it is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Literal

ScreenLimit = Literal["other_windows", "pointer", "protected_windows", "system_prompts"]
"""`other_windows` are those of programs that do not use X11; `protected_windows` forbid being recorded and are black;
`system_prompts` are the lock screen and the system's own questions for a password."""


def screen_limits(environment: Mapping[str, str], platform: str = sys.platform) -> tuple[ScreenLimit, ...]:
    """Return what the system leaves out of every recording of the screen; `environment` is the process's.

    Linux with X11 leaves out nothing. On Wayland a program sees X11's windows alone. Windows composes the pointer and
    its secure desktop apart, and honours windows that exclude themselves; so does macOS.
    """
    if platform != "linux":
        return ("pointer", "protected_windows", "system_prompts")
    wayland = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    return ("other_windows",) if wayland else ()
