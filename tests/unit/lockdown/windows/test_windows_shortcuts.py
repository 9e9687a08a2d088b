"""Which keys leave the exam on Windows: decided on any system, because the decision is pure."""

from __future__ import annotations

import pytest

from lockdown.windows.shortcuts import Shortcuts

WINDOWS, RIGHT_WINDOWS, CONTROL, SHIFT, ALT, ALT_GR = 0x5B, 0x5C, 0xA2, 0xA0, 0xA4, 0xA5
TAB, ENTER, ESCAPE, SPACE, PRINT, PLUS, MINUS = 0x09, 0x0D, 0x1B, 0x20, 0x2C, 0xBB, 0xBD
F4, CAPS_LOCK, INSERT, D, L, CALCULATOR = 0x73, 0x14, 0x2D, 0x44, 0x4C, 0xB7


def press(*keys: int, decides: Shortcuts | None = None) -> str:
    """Press the keys one after the other, release them in reverse, and return what the last one's press led to."""
    shortcuts = decides or Shortcuts()
    decisions = [shortcuts.decide(key, down=True, alt=bool({ALT, ALT_GR} & set(keys)), time_ms=1000) for key in keys]
    releases = [shortcuts.decide(key, down=False, alt=False, time_ms=1001) for key in reversed(keys)]
    assert ("swallow" if decisions[-1] != "pass" else "pass") == releases[0], "a release goes where its press went"
    return decisions[-1]


@pytest.mark.parametrize(
    "keys",
    [
        (WINDOWS,),
        (RIGHT_WINDOWS,),
        (WINDOWS, D),
        (WINDOWS, L),
        (WINDOWS, TAB),
        (WINDOWS, SHIFT, D),
        (WINDOWS, CONTROL, D),
        (WINDOWS, ALT, ENTER),
        (WINDOWS, ENTER),
        (ALT, TAB),
        (ALT, SHIFT, TAB),
        (ALT, ESCAPE),
        (ALT, SPACE),
        (CONTROL, ESCAPE),
        (CONTROL, SHIFT, ESCAPE),
        (PRINT,),
        (ALT, PRINT),
        (CALCULATOR,),
        (0xA6,),  # browser back
        (0xB4,),  # mail
    ],
)
def test_what_leaves_the_exam_is_swallowed(keys):
    assert press(*keys) == "swallow"


@pytest.mark.parametrize(
    "keys", [(WINDOWS, PLUS), (WINDOWS, MINUS), (WINDOWS, 0x6B), (WINDOWS, ESCAPE), (CONTROL, WINDOWS, ENTER)]
)
def test_shortcuts_of_assistive_programs_are_given_to_the_system_whole(keys):
    assert press(*keys) == "replay"


@pytest.mark.parametrize(
    "keys",
    [
        (CAPS_LOCK,),
        (CAPS_LOCK, TAB),
        (INSERT, D),
        (INSERT, SPACE),
        (ALT, SHIFT, PRINT),  # high contrast
        (SHIFT,),  # sticky keys
        (ESCAPE,),
        (TAB,),
        (CONTROL, D),
        (ALT, F4),  # the exam window asks
        (CONTROL, ALT_GR, SPACE),  # a letter of some keyboards
        (CONTROL, 0xBB),
    ],
)
def test_everything_else_passes(keys):
    assert press(*keys) == "pass"


def test_key_that_was_down_before_is_released_as_usual():
    shortcuts = Shortcuts()
    assert shortcuts.decide(D, down=True, alt=False, time_ms=1) == "pass"
    assert shortcuts.decide(WINDOWS, down=True, alt=False, time_ms=2) == "swallow"
    assert shortcuts.decide(D, down=False, alt=False, time_ms=3) == "pass"


def test_windows_key_whose_release_was_never_told_does_not_take_the_keyboard_away():
    shortcuts = Shortcuts()
    shortcuts.decide(WINDOWS, down=True, alt=False, time_ms=2**32 - 500)
    assert shortcuts.decide(D, down=True, alt=False, time_ms=500) == "swallow"
    shortcuts.decide(D, down=False, alt=False, time_ms=600)
    assert shortcuts.decide(D, down=True, alt=False, time_ms=4000) == "pass"


def test_after_a_reset_no_key_is_down():
    shortcuts = Shortcuts()
    shortcuts.decide(CONTROL, down=True, alt=False, time_ms=1)
    shortcuts.decide(WINDOWS, down=True, alt=False, time_ms=1)
    shortcuts.reset()
    assert press(ESCAPE, decides=shortcuts) == "pass"


def test_no_key_is_kept_after_its_release():
    shortcuts = Shortcuts()
    untouched = repr(shortcuts)
    for keys in [(D,), (CONTROL, ESCAPE), (WINDOWS, D), (ALT, TAB), (SHIFT, L)]:
        press(*keys, decides=shortcuts)
    assert repr(shortcuts) == untouched
