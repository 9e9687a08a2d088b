"""What the window's guards ask of the X server themselves, on the connection that Qt has to it.

A toolkit keeps its own idea of who holds a selection or the keyboard, and other programs can make it a wrong one. By
ctypes to libxcb, which Qt's plugin needs too; layouts: xproto.xml and randr.xml of xcb-proto. Used by the interface's
thread.
"""

from __future__ import annotations

import ctypes
import struct

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QNativeInterface

_SELECTION_NOTIFY = 31
_TO_ITS_PARENT = 2  # where the keyboard goes when its window does
_NOTHING = 0
_REPLACE, _INTEGER = 0, 19
_HEAD_BYTES = 32


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    """xcb_screen_iterator_t."""

    _fields_ = (("first", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


class X11Connection:
    """Qt's connection; the application runs on X11.

    Raises:
        OSError: a library is missing, which Qt's plugin could not run without.
    """

    def __init__(self) -> None:
        application = QGuiApplication.instance()
        x11 = application.nativeInterface() if isinstance(application, QGuiApplication) else None
        if not isinstance(x11, QNativeInterface.QX11Application):
            raise OSError("this application has no connection to an X server")
        self._xcb, self._randr = map(ctypes.CDLL, ("libxcb.so.1", "libxcb-randr.so.0"))
        self._connection = ctypes.c_void_p(x11.connection())
        self._declare()
        setup = self._xcb.xcb_get_setup(self._connection)
        (within,) = struct.unpack_from("<I", ctypes.string_at(setup, 20), 16)
        self._root = int(self._xcb.xcb_setup_roots_iterator(setup).first[0])
        self._client_mask = ~within & 0xFFFFFFFF
        self._mark = self.atom("_INVIGILO_TIME")

    def atom(self, name: str) -> int:
        """Return the server's number for `name`."""
        return self._number("xcb_intern_atom", 0, len(name), name.encode())

    def owner(self, selection: int) -> int:
        """Return the window that the server takes for the owner of `selection`, 0 for nobody."""
        return self._number("xcb_get_selection_owner", selection)

    def take(self, selection: int, window: int) -> None:
        """Make `window` the owner of `selection` (0: nobody), whenever it last changed."""
        self._xcb.xcb_set_selection_owner(self._connection, window, selection, _NOTHING)
        self._xcb.xcb_flush(self._connection)

    def touch(self, window: int) -> None:
        """Have the server send its present time to `window`, which Qt remembers."""
        self._xcb.xcb_change_property(self._connection, _REPLACE, window, self._mark, _INTEGER, 32, 0, None)
        self._xcb.xcb_flush(self._connection)

    def same_client(self, window: int, other: int) -> bool:
        """Return whether the numbers of two windows were given to one program, whoever uses them."""
        return bool(window & self._client_mask == other & self._client_mask)

    def refuse(self, requestor: int, selection: int, target: int, time: int) -> None:
        """Answer that `selection` cannot be had as `target`."""
        event = struct.pack("<BxHIIIII8x", _SELECTION_NOTIFY, 0, time, requestor, selection, target, _NOTHING)
        self._xcb.xcb_send_event(self._connection, 0, requestor, 0, event)
        self._xcb.xcb_flush(self._connection)

    def extent(self, window: int) -> QRect:
        """Return what `window` takes of the whole screen, without its border; nothing where it is gone."""
        size = self._answer("xcb_get_geometry", window)
        place = self._answer("xcb_translate_coordinates", window, self._root, 0, 0)
        if size is None or place is None:
            return QRect()
        return QRect(*struct.unpack_from("<hh", place, 12), *struct.unpack_from("<HH", size, 16))

    def lit(self) -> tuple[QRect, ...]:
        """Return what each display shows of the whole screen, each part once; none where the server does not say.

        A monitor of the server is what somebody called one: a part of a display, or several together. This is what
        is sent to displays.
        """
        known = self._answer("xcb_randr_get_screen_resources_current", self._root, library=self._randr)
        if known is None:
            return ()
        found: dict[tuple[int, ...], None] = {}
        for crtc in struct.unpack_from(f"<{struct.unpack_from('<H', known, 16)[0]}I", known, _HEAD_BYTES):
            sent = self._answer("xcb_randr_get_crtc_info", crtc, 0, library=self._randr)
            if sent is not None:
                x, y, wide, high, mode, outputs = struct.unpack_from("<hhHHI4xH", sent, 12)
                if mode and outputs:
                    found[x, y, wide, high] = None
        return tuple(QRect(*part) for part in found)

    def give_keyboard(self, window: int) -> None:
        """Give the keyboard to `window`, which is on the screen."""
        self._xcb.xcb_set_input_focus(self._connection, _TO_ITS_PARENT, window, _NOTHING)
        self._xcb.xcb_flush(self._connection)

    def _answer(self, name: str, *asked: object, library: ctypes.CDLL | None = None) -> bytes | None:
        library = library or self._xcb
        at = getattr(library, f"{name}_reply")(self._connection, getattr(library, name)(self._connection, *asked), None)
        if not at:
            return None
        (words,) = struct.unpack_from("<I", ctypes.string_at(at, 8), 4)
        answer = ctypes.string_at(at, _HEAD_BYTES + 4 * words)
        self._free(at)
        return answer

    def _number(self, name: str, *asked: object) -> int:
        answer = self._answer(name, *asked)
        return 0 if answer is None else int(struct.unpack_from("<I", answer, 8)[0])

    def _declare(self) -> None:
        self._free = ctypes.CDLL(None).free
        self._free.argtypes, self._free.restype = (ctypes.c_void_p,), None
        connection, number, byte = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint8
        asked: dict[str, tuple[object, ...]] = {
            "xcb_intern_atom": (byte, ctypes.c_uint16, ctypes.c_char_p),
            "xcb_get_selection_owner": (number,),
            "xcb_get_geometry": (number,),
            "xcb_translate_coordinates": (number, number, ctypes.c_int16, ctypes.c_int16),
            "xcb_randr_get_screen_resources_current": (number,),
            "xcb_randr_get_crtc_info": (number, number),
        }
        for name, takes in asked.items():
            library = self._randr if name.startswith("xcb_randr_") else self._xcb
            request, reply = getattr(library, name), getattr(library, f"{name}_reply")
            request.argtypes, request.restype = (connection, *takes), _Cookie
            reply.argtypes, reply.restype = (connection, _Cookie, ctypes.c_void_p), ctypes.c_void_p
        self._xcb.xcb_get_setup.argtypes, self._xcb.xcb_get_setup.restype = (connection,), ctypes.c_void_p
        self._xcb.xcb_setup_roots_iterator.argtypes = (ctypes.c_void_p,)
        self._xcb.xcb_setup_roots_iterator.restype = _Screens
        sent: dict[str, tuple[object, ...]] = {
            "xcb_flush": (),
            "xcb_set_selection_owner": (number, number, number),
            "xcb_send_event": (byte, number, number, ctypes.c_char_p),
            "xcb_change_property": (byte, number, number, number, byte, number, ctypes.c_void_p),
            "xcb_set_input_focus": (byte, number, number),
        }
        for name, takes in sent.items():
            function = getattr(self._xcb, name)
            function.argtypes, function.restype = (connection, *takes), None
