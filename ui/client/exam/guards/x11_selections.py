"""What is copied on X11, by the server's own word: nobody else's gets into the exam, and none of it out.

Qt believes what it once set. A program that takes a selection with the time at which Qt did, or after a time that Qt
has not heard of, has it without Qt knowing, and a window of ours may stand for another program that owns it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from ui.client.exam.guards.x11_connection import X11Connection

_CLEAR, _REQUEST = 29, 30  # of xproto.h
_SENT_BY_A_PROGRAM = 0x80
_AT_ONCE_IN_A_SECOND = 100
_NOT_AT_ONCE_MS = 20
_TRIES = 20
_BETWEEN_TRIES_MS = 20

SELECTIONS = ("CLIPBOARD", "PRIMARY")
"""Those that the page can paste from; it takes nothing that is dropped, and nothing of SECONDARY."""


class _Clear(ctypes.Structure):
    _fields_ = (
        ("head", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("selection", ctypes.c_uint32),
    )


class _Request(ctypes.Structure):
    _fields_ = (
        ("head", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("requestor", ctypes.c_uint32),
        ("selection", ctypes.c_uint32),
        ("target", ctypes.c_uint32),
    )


class X11Selections(QAbstractNativeEventFilter):
    """Keeps `SELECTIONS` this program's own from `start` to `stop`, and answers no request for any selection.

    `taken` is called each time another program had one. Qt is not told of it, so that what the page copied stays. A
    program that takes one again and again gets an answer a hundred times a second, then fifty times.

    Requests are refused whoever seems to make them, because a program can have the answer written to a window of
    ours; this program never asks for what it holds.
    """

    def __init__(self, taken: Callable[[], None]) -> None:
        super().__init__()
        self._taken = taken
        self._server = X11Connection()
        self._atoms = {self._server.atom(name): name for name in SELECTIONS}
        self._window = 0
        self._answers = 0
        self._later = QTimer()
        self._later.setSingleShot(True)
        self._later.setInterval(_NOT_AT_ONCE_MS)
        self._later.timeout.connect(self._take)

    def start(self, exam: int, fill: Callable[[], None]) -> bool:
        """Begin; return whether the selections are this program's.

        `exam` is a window of this program; `fill` has Qt take CLIPBOARD, by which the window is found that Qt owns
        selections with.
        """
        clipboard = next(atom for atom, name in self._atoms.items() if name == "CLIPBOARD")
        for _ in range(_TRIES):
            self._server.take(clipboard, exam)
            self._server.touch(exam)
            pause = QEventLoop()
            QTimer.singleShot(_BETWEEN_TRIES_MS, pause.quit)
            pause.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            fill()
            owner = self._server.owner(clipboard)
            if owner != exam and self._server.same_client(owner, exam):
                self._begin(owner)
                return True
        return False

    def stop(self) -> None:
        """Let the selections go, and answer as Qt does from now on."""
        self._later.stop()
        for atom in self._atoms:
            self._server.take(atom, 0)
        if (application := QGuiApplication.instance()) is not None:
            application.removeNativeEventFilter(self)

    def look(self) -> bool:
        """Ask the server whose the selections are, take those of others; return whether all are ours now."""
        self._answers = 0
        for atom in self._atoms:
            if self._server.owner(atom) != self._window:
                self._taken()
                self._server.take(atom, self._window)
        return all(self._server.owner(atom) == self._window for atom in self._atoms)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Look at one event of the X server; keep those of selections from Qt."""
        if kind != b"xcb_generic_event_t":
            return False, 0
        what = ctypes.c_uint8.from_address(int(message)).value
        if what & ~_SENT_BY_A_PROGRAM == _REQUEST:
            asked = _Request.from_address(int(message))
            self._server.refuse(asked.requestor, asked.selection, asked.target, asked.time)
            return True, 0
        if what & ~_SENT_BY_A_PROGRAM == _CLEAR and _Clear.from_address(int(message)).selection in self._atoms:
            if not what & _SENT_BY_A_PROGRAM:
                self._lost(_Clear.from_address(int(message)).selection)
            return True, 0
        return False, 0

    def _begin(self, own: int) -> None:
        self._window = own
        self._take()
        if (application := QGuiApplication.instance()) is not None:
            application.installNativeEventFilter(self)

    def _lost(self, selection: int) -> None:
        self._taken()
        self._answers += 1
        if self._answers <= _AT_ONCE_IN_A_SECOND:
            self._server.take(selection, self._window)
        elif not self._later.isActive():
            self._later.start()

    def _take(self) -> None:
        for atom in self._atoms:
            self._server.take(atom, self._window)
