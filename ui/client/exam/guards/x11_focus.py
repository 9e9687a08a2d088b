"""The X server's own word on whether a window has the keyboard, 100 ms before Qt's.

Qt waits that long before it believes that a window has lost the keyboard, because another window of the same program
might get it (QXcbConnection's timer for FocusIn, read in Qt 6.12); meanwhile what is typed goes elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QTimer
from PySide6.QtWidgets import QWidget

# xproto.h: the events, and the modes and details of those that say nothing about who has the keyboard.
_FOCUS_IN, _FOCUS_OUT = 9, 10
_UNGRAB = 2
_BY_A_GRAB = frozenset({1, _UNGRAB})
_INSIDE_OR_POINTER = frozenset({2, 5, 6, 7})


class _FocusEvent(ctypes.Structure):
    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("detail", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("window", ctypes.c_uint32),
        ("mode", ctypes.c_uint8),
    )


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


class X11GrabEvents(QAbstractNativeEventFilter):
    """Calls `ended(own)` when a grab of the keyboard by this program has ended, of which Qt tells nobody.

    `own`: it was not that of `window` but of another one, as popups have; nobody else can have it meanwhile.
    """

    def __init__(self, window: QWidget, ended: Callable[[bool], None]) -> None:
        super().__init__()
        self._window = window
        self._ended = ended

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Look at one event of the X server: the window with the grab loses the keyboard, another may get it."""
        if kind == b"xcb_generic_event_t":
            event = _FocusEvent.from_address(int(message))
            if event.response_type == _FOCUS_OUT and event.mode == _UNGRAB:
                self._ended(event.window != int(self._window.winId()))
        return False, 0
