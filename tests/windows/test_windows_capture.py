"""Protection from screenshots: claimed only where Windows shows it, and given up for an assistive program."""

from __future__ import annotations

import ctypes

import pytest

from lockdown.contract.limit import Limit
from lockdown.contract.violations import Code
from lockdown.windows import capture
from lockdown.windows.capture import ScreenCaptureGuard
from tests.contract.guards.windows_desktop import exam_window

user = ctypes.WinDLL("user32")


class Affinity:
    """Windows' two functions, which say `answers` and then show `shown`."""

    def __init__(self, answers, shown):
        self._answers, self._shown = answers, shown
        self.asked = []

    def SetWindowDisplayAffinity(self, window, affinity):
        self.asked.append(affinity)
        return self._answers

    def GetWindowDisplayAffinity(self, window, place):
        place._obj.value = self._shown
        return 1


def test_refused_protection_is_not_claimed(engage, caplog):
    with exam_window() as handle:
        standing = engage(ScreenCaptureGuard(handle, lambda: False))
    assert standing.level == "not_available"
    assert standing.limit is Limit.SYSTEM_REFUSED
    assert "error 8" in caplog.text  # what Wine's own function answers


@pytest.mark.parametrize(("shown", "level"), [(0x11, "enforced"), (0x0, "not_available"), (0x1, "not_available")])
def test_protection_is_claimed_only_where_windows_shows_it(shown, level, engage, monkeypatch):
    monkeypatch.setattr(capture, "_user", Affinity(1, shown))
    assert engage(ScreenCaptureGuard(1, lambda: False)).level == level


def test_protection_gives_way_to_an_assistive_program(engage, monkeypatch):
    windows = Affinity(1, 0x11)
    monkeypatch.setattr(capture, "_user", windows)
    assert engage(ScreenCaptureGuard(1, lambda: True)).level == "not_available"
    assert windows.asked == []
    running = []
    guard = ScreenCaptureGuard(1, lambda: bool(running))
    assert engage(guard).level == "enforced"
    assert guard.check() == ()
    running.append("magnifier")
    assert [violation.code for violation in guard.check()] == [Code.CONTROL_LOST]
    assert windows.asked == [0x11, 0x0]
    assert guard.check() == ()


def test_screen_reader_that_tells_windows_is_seen():
    assert capture.assistive_program_sees_screen() is False
    user.SystemParametersInfoW(0x47, True, None, 0)  # SPI_SETSCREENREADER
    try:
        assert capture.assistive_program_sees_screen() is True
    finally:
        user.SystemParametersInfoW(0x47, False, None, 0)
