"""What only Windows' guards do: keys that pass, programs that insist, a whole window that is locked and given back."""

from __future__ import annotations

import ctypes
import threading
import time

import pytest

from lockdown.contract.settings import LockdownSettings
from lockdown.contract.violations import Code
from lockdown.engaging.sequence import GuardSequence
from lockdown.engaging.watch import WatchThread
from lockdown.platforms.backend import backend
from lockdown.platforms.window_guards import window_guards
from lockdown.watching.retry_limit import RetryLimit
from lockdown.windows.clipboard import WindowsClipboardGuard
from lockdown.windows.focus import ForegroundGuard
from lockdown.windows.keyboard import ShortcutGuard
from lockdown.windows.shortcuts import Shortcuts
from tests.contract.guards.windows_desktop import do, exam_window, foreign

user = ctypes.WinDLL("user32")
WINDOWS, CONTROL, ALT, TAB, ENTER, PLUS, CAPS_LOCK, INSERT, D = 0x5B, 0xA2, 0xA4, 0x09, 0x0D, 0xBB, 0x14, 0x2D, 0x44


@pytest.fixture
def seen():
    """Return the keys that reach the system: a second hook, made before the guard's own and so called after it."""
    from lockdown.windows.keyboard import _HookProcedure, _Key
    from lockdown.windows.keyboard import _user as hooking
    from lockdown.windows.pump import MessagePump

    keys = []

    def told(code, event, at):
        key = _Key.from_address(at)
        keys.append((key.key, event in (0x100, 0x104)))
        return int(hooking.CallNextHookEx(None, code, event, at))

    procedure = _HookProcedure(told)

    def install():
        hook = hooking.SetWindowsHookExW(13, procedure, None, 0)
        assert hook
        return lambda: hooking.UnhookWindowsHookEx(hook)

    pump = MessagePump("test-keys", install)
    pump.start()
    yield keys
    pump.stop()


def press(*keys):
    for key in keys:
        user.keybd_event(key, 0, 0, 0)
    for key in reversed(keys):
        user.keybd_event(key, 0, 2, 0)
    time.sleep(0.15)


def presses(seen):
    found = [key for key, down in seen if down]
    seen.clear()
    return found


def test_keys_that_leave_the_exam_do_not_reach_the_system(seen, engage):
    guard = ShortcutGuard()
    press(ALT, TAB)
    assert presses(seen) == [ALT, TAB], "without the guard it would"
    engage(guard)
    press(ALT, TAB)
    press(WINDOWS)
    press(WINDOWS, D)
    assert presses(seen) == [ALT]
    press(D)
    assert presses(seen) == [D]


def test_keys_of_assistive_programs_reach_the_system(seen, engage):
    guard = ShortcutGuard()
    engage(guard)
    press(CAPS_LOCK, D)
    press(INSERT, D)
    assert presses(seen) == [CAPS_LOCK, D, INSERT, D]
    press(WINDOWS, PLUS)
    assert presses(seen) == [WINDOWS, PLUS]
    press(CONTROL, WINDOWS, ENTER)
    assert presses(seen) == [CONTROL, WINDOWS, ENTER]
    guard.check()
    time.sleep(0.1)
    assert presses(seen) == [], "nobody sees the key that the hook asks itself with"


def test_guard_keeps_no_key(engage):
    guard = ShortcutGuard()
    before = set(vars(guard))
    engage(guard)
    for key in b"SECRET":
        press(key)
    assert repr(guard._shortcuts) == repr(Shortcuts())
    assert set(vars(guard)) == before, "there is no other place for one"


def test_window_that_insists_is_left_alone_for_a_second_and_reported(engage):
    with exam_window() as handle, foreign("insist") as intruder:
        guard = ForegroundGuard(handle)
        engage(guard)
        do(intruder)
        seen = guard.check()
        guard.release()
    assert seen
    assert {violation.code for violation in seen} == {Code.CONTROL_LOST}
    assert len(seen) <= 2


def test_copying_without_end_is_not_fought_without_end(engage):
    with foreign("copy") as copier:
        guard = WindowsClipboardGuard()
        guard._retry_limit = RetryLimit(2)  # a busy machine does not copy twenty times in a second
        engage(guard)
        seen, times = set(), 0
        end = time.monotonic() + 20
        while Code.CONTROL_LOST not in seen and time.monotonic() < end:
            do(copier)
            for violation in guard.check():
                seen.add(violation.code)
                times += violation.facts.get("times", 0)
        assert seen == {Code.CONTROL_LOST, Code.CLIPBOARD_REPLACED}
        assert times > 0
        end = time.monotonic() + 5
        while user.IsClipboardFormatAvailable(13) and time.monotonic() < end:
            time.sleep(0.02)
        assert not user.IsClipboardFormatAvailable(13), "after the pause it is emptied all the same"


def test_replacing_does_not_replace_itself(engage):
    with foreign("copy") as copier:
        guard = WindowsClipboardGuard()
        engage(guard)
        do(copier)
        time.sleep(0.3)
        number = user.GetClipboardSequenceNumber()
        time.sleep(0.3)
        assert user.GetClipboardSequenceNumber() == number
        (violation,) = guard.check()
        assert violation.facts == {"times": 1}


def test_whole_window_is_locked_and_given_back(journal):
    settings = LockdownSettings(
        full_screen="warn",
        focus_return="warn",
        system_shortcuts="warn",
        console_switch="observe",
        clipboard="observe",
        screenshot_protection="observe",
    )
    before = threading.active_count()
    with exam_window() as handle:
        sequence = GuardSequence(window_guards(settings, backend(), lambda: handle), journal)
        outcome = sequence.engage()
        assert outcome.succeeded
        assert {name: standing.level for name, standing in outcome.statuses.items()} == {
            "full_screen": "enforced",
            "focus_return": "enforced",
            "clipboard": "enforced",
            "screenshot_protection": "not_available",
            "system_shortcuts": "enforced",
            "console_switch": "not_available",
        }
        assert WatchThread(sequence.engaged, 1.0, None).look() == ()
        assert sequence.release() == ()
    assert threading.active_count() == before
    assert window_guards(LockdownSettings(), backend(), int) == ()


def test_threads_of_the_guards_end(engage):
    before = threading.active_count()
    for _ in range(10):
        guard = WindowsClipboardGuard()
        engage(guard)
        guard.release()
    assert threading.active_count() == before
