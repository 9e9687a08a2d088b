"""A thread with a message queue of its own, where Windows calls hooks and delivers messages to a hidden window."""

from __future__ import annotations

import ctypes
import itertools
import sys
import threading
from collections.abc import Callable
from ctypes import wintypes

import win32api

from lockdown.contract.errors import GuardError

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

Undo = Callable[[], None]
OnMessage = Callable[[int, int, int], None]

_QUIT, _TIMER = 0x12, 0x113  # WM_*
_TO_ITSELF = 0x8000  # WM_APP
_START_TIMEOUT_S = 5.0
_STOP_TIMEOUT_S = 5.0
_LRESULT = wintypes.LPARAM
_WindowProcedure = ctypes.WINFUNCTYPE(_LRESULT, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)


class _WindowClass(ctypes.Structure):
    """WNDCLASSW of winuser.h."""

    _fields_ = (
        ("style", wintypes.UINT),
        ("procedure", _WindowProcedure),
        ("class_extra", ctypes.c_int),
        ("window_extra", ctypes.c_int),
        ("instance", wintypes.HINSTANCE),
        ("icon", wintypes.HANDLE),
        ("cursor", wintypes.HANDLE),
        ("background", wintypes.HANDLE),
        ("menu_name", wintypes.LPCWSTR),
        ("class_name", wintypes.LPCWSTR),
    )


_user = ctypes.WinDLL("user32", use_last_error=True)
_user.GetMessageW.argtypes = (ctypes.POINTER(wintypes.MSG), wintypes.HWND, wintypes.UINT, wintypes.UINT)
_user.PeekMessageW.argtypes = (*_user.GetMessageW.argtypes, wintypes.UINT)
_user.DispatchMessageW.argtypes = (ctypes.POINTER(wintypes.MSG),)
_user.PostThreadMessageW.argtypes = (wintypes.DWORD, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user.RegisterClassW.argtypes = (ctypes.POINTER(_WindowClass),)
_user.UnregisterClassW.argtypes = (wintypes.LPCWSTR, wintypes.HINSTANCE)
_user.DefWindowProcW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user.DefWindowProcW.restype = _LRESULT
_user.CreateWindowExW.argtypes = (
    *(wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD),
    *[ctypes.c_int] * 4,
    *(wintypes.HWND, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID),
)
_user.CreateWindowExW.restype = wintypes.HWND
_user.DestroyWindow.argtypes = (wintypes.HWND,)
_numbers = itertools.count(1)


class MessagePump:
    """Runs `install` on a thread of its own, then delivers that thread's messages until `stop`.

    `install` returns what undoes it, which runs on the same thread, because hooks and windows belong to theirs.
    """

    def __init__(self, name: str, install: Callable[[], Undo], on_call: Callable[[int], None] | None = None) -> None:
        self._install = install
        self._on_call = on_call
        self._ready = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread_id = 0

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start and wait until `install` is done.

        Raises:
            GuardError: `install` raised it, or did not end in time.
        """
        self._thread.start()
        if not self._ready.wait(_START_TIMEOUT_S):
            raise GuardError(f"{self._thread.name} did not start within {_START_TIMEOUT_S:.0f} s; start the exam again")
        if self._failure is not None:
            self._thread.join(_STOP_TIMEOUT_S)
            raise self._failure

    def call(self, argument: int) -> bool:
        """Let `on_call` run with `argument` on the pump's thread, later; return whether the thread takes it."""
        return bool(_user.PostThreadMessageW(self._thread_id, _TO_ITSELF, argument, 0))

    def stop(self) -> None:
        """Undo what was installed and end the thread; a second call, or one without `start`, does nothing.

        Raises:
            GuardError: the thread does not end.
        """
        if not self._thread.is_alive():
            return
        _user.PostThreadMessageW(self._thread_id, _QUIT, 0, 0)
        self._thread.join(_STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise GuardError(f"{self._thread.name} did not end in {_STOP_TIMEOUT_S:.0f} s; it ends with the program")

    def _run(self) -> None:
        message = wintypes.MSG()
        _user.PeekMessageW(ctypes.byref(message), None, 0, 0, 0)  # makes the queue, before anybody posts to it
        self._thread_id = threading.get_native_id()
        try:
            undo = self._install()
        except Exception as error:
            self._failure = error
            self._ready.set()
            return
        self._ready.set()
        try:
            while _user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                if message.hWnd is None and message.message == _TO_ITSELF and self._on_call is not None:
                    self._on_call(message.wParam)
                else:
                    _user.DispatchMessageW(ctypes.byref(message))
        finally:
            undo()


def hidden_window(on_message: OnMessage) -> tuple[int, Undo]:
    """Make a window that is never shown, on the calling thread, and return its handle and what takes it away.

    `on_message` is told number, wParam and lParam of each message. It is an ordinary window without a parent, because
    a message-only one is left out where Windows tells all windows of something.

    Raises:
        GuardError: Windows makes no window.
    """

    def procedure(window: int, message: int, wparam: int, lparam: int) -> int:
        on_message(message, wparam, lparam)
        if message == _TIMER:
            return 0
        return int(_user.DefWindowProcW(window, message, wparam, lparam))

    instance = win32api.GetModuleHandle(None)
    name = f"invigilo-{next(_numbers)}"
    described = _WindowClass(procedure=_WindowProcedure(procedure), instance=instance, class_name=name)
    window = None
    if _user.RegisterClassW(ctypes.byref(described)):
        window = _user.CreateWindowExW(0, name, name, 0, 0, 0, 0, 0, None, None, instance, None)
    if not window:
        raise GuardError(f"Windows makes no message window (error {ctypes.get_last_error()}); start the exam again")

    def undo() -> None:
        _user.DestroyWindow(window)
        _user.UnregisterClassW(described.class_name, instance)  # `described` also keeps the procedure alive till here

    return int(window), undo
