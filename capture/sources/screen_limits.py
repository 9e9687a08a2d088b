"""What a recording of the screen does not show on this system, so that nobody takes it for more than it is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

ScreenLimit = Literal["other_windows", "pointer", "protected_windows", "system_prompts"]

LIMIT_WORDS: Mapping[ScreenLimit, str] = MappingProxyType(
    {
        "other_windows": "windows of programs that are not of the older X11 kind",
        "pointer": "the pointer",
        "protected_windows": "windows that forbid being recorded, which are black in it",
        "system_prompts": "the lock screen and the system's own questions for a password",
    }
)
"""What is left out, as the end of a sentence."""


def screen_limits(environment: Mapping[str, str], platform: str = sys.platform) -> tuple[ScreenLimit, ...]:
    """Return what the system leaves out of every recording of the screen; `environment` is the process's.

    Linux with X11 leaves out nothing. On Wayland a program sees X11's windows alone. Windows composes the pointer and
    its secure desktop apart, and honours windows that exclude themselves; so does macOS.
    """
    if platform != "linux":
        return ("pointer", "protected_windows", "system_prompts")
    wayland = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    return ("other_windows",) if wayland else ()


def limits_sentence(limits: tuple[ScreenLimit, ...]) -> str:
    """Say what is left out, as one sentence; "" where nothing is."""
    if not limits:
        return ""
    words = [LIMIT_WORDS[limit] for limit in limits]
    listed = " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
    return f"Not seen in the recording on this system: {listed}."
