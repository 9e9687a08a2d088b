"""A window in place of the client's, and a program in another process, on Windows' desktop."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOREIGN = Path(__file__).with_name("foreign_program.py")


class ExamWindow:
    """A plain window with a thread that serves it, in place of the client's."""

    def __init__(self) -> None:
        self.handle = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        assert self._ready.wait(10)

    def _serve(self) -> None:
        from ctypes import wintypes

        user = ctypes.WinDLL("user32")
        user.CreateWindowExW.restype = wintypes.HWND
        self.handle = user.CreateWindowExW(0, "Static", "exam", 0x10CF0000, 100, 100, 400, 300, None, None, None, None)
        user.SetForegroundWindow(wintypes.HWND(self.handle))
        self._id = threading.get_native_id()
        self._ready.set()
        message = wintypes.MSG()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user.DispatchMessageW(ctypes.byref(message))
        user.DestroyWindow(wintypes.HWND(self.handle))

    def close(self) -> None:
        ctypes.windll.user32.PostThreadMessageW(self._id, 0x12, 0, 0)
        self._thread.join(10)


@contextmanager
def exam_window() -> Iterator[int]:
    window = ExamWindow()
    try:
        yield window.handle
    finally:
        window.close()


@contextmanager
def foreign(action: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run another program that does `action` once for each line it is sent, and says so."""
    process = subprocess.Popen(
        [sys.executable, FOREIGN, action, str(os.getpid())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    try:
        assert process.stdout.readline().strip() == b"ready"
        yield process
    finally:
        process.kill()
        process.wait(20)
        process.stdin.close()
        process.stdout.close()


def do(process: subprocess.Popen[bytes]) -> None:
    process.stdin.write(b"\n")
    assert process.stdout.readline().strip() == b"done"
