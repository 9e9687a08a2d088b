"""Which keys leave the exam on Windows, and which belong to assistive programs; pure, and remembers no key.

What is kept is the state of the moment, and nothing older: which modifiers are down, and which keys are down that were
swallowed, because their release has to be swallowed too.

The Windows key is never let through alone: its press is held back, so that the system sees none and no menu opens.
Only where it completes a shortcut of an assistive program is that shortcut given to the system as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["pass", "swallow", "replay"]
"""``replay``: swallow it, and give the system this key together with the Windows key."""

_TAB, _ENTER, _ESCAPE, _SPACE, _PRINT = 0x09, 0x0D, 0x1B, 0x20, 0x2C
_WINDOWS_KEYS = frozenset({0x5B, 0x5C})
_CONTROL_KEYS, _SHIFT_KEYS, _ALT_KEYS = frozenset({0x11, 0xA2, 0xA3}), frozenset({0x10, 0xA0, 0xA1}), {0x12, 0xA4, 0xA5}
_LEFT_SHIFT = 0xA0
_MODIFIERS = _CONTROL_KEYS | _SHIFT_KEYS | _ALT_KEYS

# Keys that start a program: browser keys, mail, media player, the two application keys (one is the calculator).
_STARTERS = frozenset({*range(0xA6, 0xAD), *range(0xB4, 0xB8)})

# Magnifier: Windows with plus or minus (two keys each) and Escape; with Control too: Narrator, on-screen keyboard,
# colour filters. Source: Microsoft, "Keyboard shortcuts in Windows", section on accessibility.
_ASSISTIVE = frozenset({0xBB, 0xBD, 0x6B, 0x6D, _ESCAPE})
_ASSISTIVE_WITH_CONTROL = frozenset({_ENTER, ord("O"), ord("C")})

_WINDOWS_HELD_MS = 3000
"""A Windows key is taken as released so long after its last press: its release is not told where the session was
locked meanwhile. That opens nothing, because the system never saw the press."""


@dataclass
class Shortcuts:
    """Decides on one key event after the other; `reset` when others may have taken the keyboard meanwhile."""

    _modifiers: set[int] = field(default_factory=set)
    _swallowed: set[int] = field(default_factory=set)
    _windows_ms: int | None = None

    def decide(self, key: int, *, down: bool, alt: bool, time_ms: int) -> Decision:
        """Return what to do with virtual key `key`.

        `alt` is whether Windows says that Alt is down; `time_ms` is the time of the event on any clock that only
        goes on (it may wrap at 32 bits).
        """
        if key in _WINDOWS_KEYS:
            self._windows_ms = time_ms if down else None
            return "swallow"
        if key in _MODIFIERS:
            (self._modifiers.add if down else self._modifiers.discard)(key)
            return "pass"
        if not down:
            swallowed = key in self._swallowed
            self._swallowed.discard(key)
            return "swallow" if swallowed else "pass"
        decision = self._pressed(key, alt, time_ms)
        if decision != "pass":
            self._swallowed.add(key)
        return decision

    def reset(self) -> None:
        """Forget which keys are down."""
        self._modifiers.clear()
        self._swallowed.clear()
        self._windows_ms = None

    def _pressed(self, key: int, alt: bool, time_ms: int) -> Decision:
        control = not _CONTROL_KEYS.isdisjoint(self._modifiers)
        alt = alt or not _ALT_KEYS.isdisjoint(self._modifiers)
        if self._windows_ms is not None and (time_ms - self._windows_ms) % 2**32 <= _WINDOWS_HELD_MS:
            self._windows_ms = time_ms
            assistive = key in (_ASSISTIVE_WITH_CONTROL if control else _ASSISTIVE)
            return "replay" if assistive and not alt else "swallow"
        if key in _STARTERS:
            return "swallow"
        if key == _PRINT:  # left Alt, left Shift and Print switch high contrast
            return "pass" if alt and _LEFT_SHIFT in self._modifiers else "swallow"
        if alt and (key in {_TAB, _ESCAPE} or (key == _SPACE and not control)):  # AltGr is Alt with Control
            return "swallow"
        if control and key == _ESCAPE:  # with Shift: the task manager
            return "swallow"
        return "pass"
