"""A program of the opponent that copies and pastes by the X server itself.

``python selection_program.py read SELECTION TARGET [WINDOW]`` prints what it gets, as Python's repr, or ``None``; with
WINDOW the answer is written to a window of somebody else and read from there.

``python selection_program.py take SELECTION HOW [WINDOW]`` takes a selection, prints ``done``, serves `SECRET` to
everybody and ends with its input. HOW: ``now``; ``same`` as the time that its owner took it; ``loop``, forty times;
``fight``, again whenever it is lost; ``theirs``, in the name of WINDOW. Standard library only, to start at once.
"""

from __future__ import annotations

import ctypes
import select
import sys
import time

SECRET = b"the answer is 42"
_FOR_S = 1.0

_x = ctypes.CDLL("libX11.so.6")
_D, _N = ctypes.c_void_p, ctypes.c_ulong
_x.XOpenDisplay.restype = _D
for _name, _gives, _takes in (
    ("XDefaultRootWindow", _N, (_D,)),
    ("XCreateSimpleWindow", _N, (_D, _N, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 3, *[_N] * 2)),
    ("XInternAtom", _N, (_D, ctypes.c_char_p, ctypes.c_int)),
    ("XSetSelectionOwner", None, (_D, _N, _N, _N)),
    ("XGetSelectionOwner", _N, (_D, _N)),
    ("XConvertSelection", None, (_D, _N, _N, _N, _N, _N)),
    ("XSync", None, (_D, ctypes.c_int)),
    ("XPending", ctypes.c_int, (_D,)),
    ("XNextEvent", None, (_D, ctypes.c_void_p)),
    ("XConnectionNumber", ctypes.c_int, (_D,)),
    ("XSendEvent", None, (_D, _N, ctypes.c_int, ctypes.c_long, ctypes.c_void_p)),
    ("XDeleteProperty", None, (_D, _N, _N)),
    ("XChangeProperty", None, (_D, _N, _N, _N, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)),
    ("XGetWindowProperty", ctypes.c_int,
     (_D, _N, _N, ctypes.c_long, ctypes.c_long, ctypes.c_int, _N, *[ctypes.c_void_p] * 5)),
):  # fmt: skip
    getattr(_x, _name).restype, getattr(_x, _name).argtypes = _gives, _takes

_CLEAR, _REQUEST, _NOTIFY = 29, 30, 31


class Event(ctypes.Structure):
    """XSelectionRequestEvent, XSelectionEvent (one field less: `owner` is its requestor) and XSelectionClearEvent."""

    _fields_ = (
        ("type", ctypes.c_int), ("serial", _N), ("sent", ctypes.c_int), ("display", _D), ("owner", _N),
        ("requestor", _N), ("selection", _N), ("target", _N), ("property", _N), ("time", _N),
        ("rest", ctypes.c_long * 24),
    )  # fmt: skip


class SelectionClient:
    """A connection with a window that nobody sees."""

    def __init__(self) -> None:
        self.display = _D(_x.XOpenDisplay(None))
        root = _x.XDefaultRootWindow(self.display)
        self.window = _x.XCreateSimpleWindow(self.display, root, 0, 0, 1, 1, 0, 0, 0)

    def atom(self, name: str) -> int:
        """The number of a name."""
        return int(_x.XInternAtom(self.display, name.encode(), 0))

    def event(self, for_s: float, *others: object) -> Event | None:
        """The next event of a selection, None when there is none in time or one of the others can be read."""
        until_s = time.monotonic() + for_s
        while True:
            while _x.XPending(self.display):
                event = Event()
                _x.XNextEvent(self.display, ctypes.byref(event))
                if event.type in {_CLEAR, _REQUEST, _NOTIFY}:
                    return event
            left_s = until_s - time.monotonic()
            ready = select.select([_x.XConnectionNumber(self.display), *others], [], [], max(0.0, left_s))[0]
            if not ready or any(other in ready for other in others):
                return None

    def read(self, selection: str, target: str, window: int | None = None) -> bytes | None:
        """Paste, in the name of `window` if one is given."""
        into, place = window or self.window, self.atom("_PLACE")
        _x.XDeleteProperty(self.display, into, place)
        _x.XConvertSelection(self.display, self.atom(selection), self.atom(target), place, into, 0)
        _x.XSync(self.display, 0)
        until_s = time.monotonic() + _FOR_S
        while time.monotonic() < until_s:
            if (got := self._property(into, place)) is not None:
                return got
            event = self.event(0.02)
            if event is not None and event.type == _NOTIFY and event.target == 0:
                return None  # this event has one field less: its property is where the target of the others is
        return None

    def _property(self, window: int, place: int) -> bytes | None:
        kind, form, items, after, data = _N(), ctypes.c_int(), _N(), _N(), ctypes.c_void_p()
        places = map(ctypes.byref, (kind, form, items, after, data))
        if _x.XGetWindowProperty(self.display, window, place, 0, 1 << 16, 0, 0, *places) or not kind.value:
            return None
        return ctypes.string_at(data, items.value * {8: 1, 16: 2, 32: ctypes.sizeof(_N)}[form.value])

    def take(self, selection: str, when: int = 0, window: int | None = None) -> None:
        """Copy."""
        _x.XSetSelectionOwner(self.display, self.atom(selection), window or self.window, when)
        _x.XSync(self.display, 0)

    def serve(self, *, fight: bool) -> None:
        """Hand `SECRET` to everybody who asks, until the standard input ends."""
        while True:
            event = self.event(3600.0, sys.stdin)
            if event is None:
                return
            if event.type == _CLEAR and fight:
                # This event has fewer fields: its selection is where the requestor of the others is.
                _x.XSetSelectionOwner(self.display, event.requestor, self.window, 0)
            if event.type == _REQUEST:
                self._answer(event)

    def _answer(self, asked: Event) -> None:
        text, place = self.atom("UTF8_STRING"), asked.property or asked.target
        if asked.target == self.atom("TARGETS"):
            held = bytes((_N * 2)(asked.target, text))
            _x.XChangeProperty(self.display, asked.requestor, place, 4, 32, 0, held, 2)
        else:
            _x.XChangeProperty(self.display, asked.requestor, place, text, 8, 0, SECRET, len(SECRET))
        answer = Event(_NOTIFY, 0, 0, None, asked.requestor, asked.selection, asked.target, place, asked.time)
        _x.XSendEvent(self.display, asked.requestor, 0, 0, ctypes.byref(answer))
        _x.XSync(self.display, 0)


def main(what: str, selection: str, how: str, window: int | None) -> None:
    """Do one thing."""
    client = SelectionClient()
    if what == "read":
        print(client.read(selection, how, window), flush=True)
        return
    if how == "same":
        told = client.read(selection, "TIMESTAMP") or b""
        client.take(selection, int.from_bytes(told[:4], sys.byteorder))
    if how == "future":
        told = client.read(selection, "TIMESTAMP") or b""
        client.take(selection, (int.from_bytes(told[:4], sys.byteorder) + 3_600_000) % 2**32 or 1)
    for _ in range(40 if how == "loop" else how in {"now", "fight", "theirs"}):
        client.take(selection, window=window if how == "theirs" else None)
    print("done", flush=True)
    client.serve(fight=how == "fight")


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]) if sys.argv[4:] else None)
