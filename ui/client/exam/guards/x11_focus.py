"""The X server's own word on whether a window has the keyboard, 100 ms before Qt's.

Qt waits that long before it believes that a window has lost the keyboard, because another window of the same program
might get it (QXcbConnection's timer for FocusIn, read in Qt 6.12); meanwhile what is typed goes elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QTimer
from PySide6.QtGui import QGuiApplication, QNativeInterface
from PySide6.QtWidgets import QWidget

# xproto.h: the events, and the modes and details of those that say nothing about who has the keyboard.
_FOCUS_IN, _FOCUS_OUT = 9, 10
_TO_ITS_PARENT = 2  # where the keyboard goes when its window does
_BY_A_GRAB = frozenset({1, 2})
_INSIDE_OR_POINTER = frozenset({2, 5, 6, 7})


class _FocusEvent(ctypes.Structure):
    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("detail", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("window", ctypes.c_uint32),
        ("mode", ctypes.c_uint8),
    )


def take_keyboard(window: QWidget) -> None:
    """Ask the X server itself to give `window`, which is on the screen, the keyboard.

    A window manager that was not told that the keyboard went to no window at all takes the exam for the active one,
    and does nothing when it is asked to activate it (xfwm4 4.18).
    """
    application = QGuiApplication.instance()
    x11 = application.nativeInterface() if isinstance(application, QGuiApplication) else None
    if isinstance(x11, QNativeInterface.QX11Application):
        xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_set_input_focus.argtypes = (ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint32, ctypes.c_uint32)
        xcb.xcb_set_input_focus(x11.connection(), _TO_ITS_PARENT, int(window.winId()), 0)
        xcb.xcb_flush.argtypes = (ctypes.c_void_p,)
        xcb.xcb_flush(x11.connection())


class X11FocusEvents(QAbstractNativeEventFilter):
    """Calls `changed(True)` when the keyboard has left this program from `window`, `changed(False)` when it is back.

    It leaves every event to Qt. A window of this program that gets the keyboard instead, in the same turn of the
    event loop, is no leaving.
    """

    def __init__(self, window: QWidget, changed: Callable[[bool], None]) -> None:
        super().__init__()
        self._window = window
        self._changed = changed
        self._lost = QTimer(window)
        self._lost.setSingleShot(True)
        self._lost.setInterval(0)
        self._lost.timeout.connect(self._report_lost)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Look at one event of the X server."""
        if kind == b"xcb_generic_event_t":
            event = _FocusEvent.from_address(int(message))
            what = event.response_type & 0x7F
            if (
                what in {_FOCUS_IN, _FOCUS_OUT}
                and event.mode not in _BY_A_GRAB
                and event.detail not in _INSIDE_OR_POINTER
            ):
                self._focus(event.window, got=what == _FOCUS_IN)
        return False, 0

    def _focus(self, window: int, *, got: bool) -> None:
        if got:
            self._lost.stop()
            self._changed(False)
        elif window == int(self._window.winId()):
            self._lost.start()

    def _report_lost(self) -> None:
        self._changed(True)
