"""The few questions that lockdown asks an X server: which windows there are, where, in which order and whose.

By ctypes to libxcb, which Qt's own plugin needs too: the bindings that Python has for it come as source only, and what
this program installs are files that were checked as they are. Layouts: xproto.xml, shape.xml, res.xml and
randr.xml of xcb-proto.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lockdown.contract.errors import LockdownError
from lockdown.watching.coverage import Rectangle

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_SUBSTRUCTURE = 1 << 19  # XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY
_CHANGE_EVENT_MASK = 1 << 11  # XCB_CW_EVENT_MASK
_DRAWN, _VIEWABLE = 1, 2  # window class InputOutput, map state Viewable
_BOUNDING = 0  # the kind of shape
_LOCAL_CLIENT_PID = 2  # of XRes
_HEAD_BYTES = 32
_LIBRARIES = ("libxcb.so.1", "libxcb-shape.so.0", "libxcb-res.so.0", "libxcb-composite.so.0", "libxcb-randr.so.0")

_Connection = ctypes.c_void_p


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Client(ctypes.Structure):
    _fields_ = (("client", ctypes.c_uint32), ("mask", ctypes.c_uint32))


class _Setup(ctypes.Structure):
    """The head of xcb_setup_t."""

    _fields_ = (
        ("status", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("major", ctypes.c_uint16),
        ("minor", ctypes.c_uint16),
        ("length", ctypes.c_uint16),
        ("release", ctypes.c_uint32),
        ("resource_id_base", ctypes.c_uint32),
        ("resource_id_mask", ctypes.c_uint32),
    )


class _Screens(ctypes.Structure):
    """xcb_screen_iterator_t."""

    _fields_ = (("first", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


@dataclass(frozen=True)
class Family:
    """A window's parent and children, the lowest child first."""

    parent: int
    children: tuple[int, ...]


class XServer:
    """A connection of its own to the X server of `display` (None: of the environment); used by one thread.

    A window that is gone meanwhile answers None or is left out; nothing here changes what is shown.

    Raises:
        LockdownError: there is no such server, or a library or an extension of it is missing.
    """

    def __init__(self, display: str | None = None) -> None:
        try:
            self._xcb, self._shape, self._res, self._composite, self._randr = map(ctypes.CDLL, _LIBRARIES)
        except OSError as error:
            raise LockdownError(
                f"windows cannot be looked at: {error}; install libxcb-shape0, libxcb-res0, libxcb-composite0 and "
                "libxcb-randr0"
            ) from error
        self._declare()
        number = ctypes.c_int()
        self._server = self._xcb.xcb_connect(display.encode() if display else None, ctypes.byref(number))
        if self._xcb.xcb_connection_has_error(self._server):
            self.close()
            raise LockdownError("windows cannot be looked at: the X server takes no further connection")
        setup = self._xcb.xcb_get_setup(self._server)
        self._client_mask: int = ~setup.contents.resource_id_mask & 0xFFFFFFFF
        self.root = int(self._xcb.xcb_setup_roots_iterator(setup).first[0])
        extensions = {"shape": self._shape, "res": self._res, "composite": self._composite, "randr": self._randr}
        for extension, library in extensions.items():
            if not self._has(library, f"xcb_{extension}_id"):
                self.close()
                raise LockdownError(f"windows cannot be looked at: the X server lacks its extension for {extension}")
        self._ask(self._composite, "xcb_composite_query_version", 0, 3)
        self._atoms: dict[str, int] = {}

    @property
    def descriptor(self) -> int:
        """Readable when the server has sent something."""
        return int(self._xcb.xcb_get_file_descriptor(self._server))

    def close(self) -> None:
        """Disconnect; nothing may be asked any more."""
        self._xcb.xcb_disconnect(self._server)

    def alive(self) -> bool:
        """Return whether the connection holds."""
        return not self._xcb.xcb_connection_has_error(self._server)

    def changed(self) -> bool:
        """Return whether the server has told of a change since the last call."""
        seen = False
        while event := self._xcb.xcb_poll_for_event(self._server):
            seen = seen or ctypes.string_at(event, 1) != b"\0"  # 0: an error, of a window that was gone
            self._free(event)
        return seen

    def watch(self, windows: Iterable[int]) -> None:
        """Have the server tell when a child of one of these comes, goes, or changes its place, size or order."""
        mask = (ctypes.c_uint32 * 1)(_SUBSTRUCTURE)
        for window in windows:
            self._xcb.xcb_change_window_attributes(self._server, window, _CHANGE_EVENT_MASK, mask)

    def watch_shape(self, window: int) -> None:
        """Have the server tell when the outline of `window` changes."""
        self._shape.xcb_shape_select_input(self._server, window, 1)

    def family(self, window: int) -> Family | None:
        """Return the parent and the children of `window`."""
        reply = self._reply(self._xcb.xcb_query_tree_reply, self._xcb.xcb_query_tree(self._server, window))
        if reply is None:
            return None
        parent, children = struct.unpack_from("<IH", reply, 12)
        return Family(parent, struct.unpack_from(f"<{children}I", reply, _HEAD_BYTES))

    def shown(self, windows: Sequence[int]) -> tuple[int, ...]:
        """Return those of `windows` that are on the screen and can have something drawn in them."""
        asked = [(each, self._xcb.xcb_get_window_attributes(self._server, each)) for each in windows]
        found = []
        for each, cookie in asked:
            reply = self._reply(self._xcb.xcb_get_window_attributes_reply, cookie)
            if reply is not None and reply[26] == _VIEWABLE and struct.unpack_from("<H", reply, 12)[0] == _DRAWN:
                found.append(each)
        return tuple(found)

    def size(self, window: int) -> int:
        """Return how many points the inside of `window` has; 0 where it is gone."""
        reply = self._reply(self._xcb.xcb_get_geometry_reply, self._xcb.xcb_get_geometry(self._server, window))
        wide, high = (0, 0) if reply is None else struct.unpack_from("<HH", reply, 16)
        return int(wide * high)

    def largest_display(self) -> int:
        """Return how many points the largest display shows, whatever is called a monitor; 0 where none is on."""
        known = self._ask(self._randr, "xcb_randr_get_screen_resources_current", self.root)
        displays = 0 if known is None else struct.unpack_from("<H", known, 16)[0]
        largest = 0
        for (crtc,) in struct.iter_unpack("<I", (known or b"")[_HEAD_BYTES : _HEAD_BYTES + 4 * displays]):
            shown = self._ask(self._randr, "xcb_randr_get_crtc_info", crtc, 0)
            if shown is not None:
                wide, high, mode, outputs = struct.unpack_from("<HHI4xH", shown, 16)
                largest = max(largest, wide * high if mode and outputs else 0)
        return largest

    def origin(self, window: int) -> tuple[int, int] | None:
        """Return where the inside of `window` begins on the screen."""
        cookie = self._xcb.xcb_translate_coordinates(self._server, window, self.root, 0, 0)
        reply = self._reply(self._xcb.xcb_translate_coordinates_reply, cookie)
        return None if reply is None else struct.unpack_from("<hh", reply, 12)

    def outline(self, window: int) -> tuple[Rectangle, ...]:
        """Return the rectangles of the screen that `window` takes, its border and its shape counted; none when gone."""
        cookie = self._shape.xcb_shape_get_rectangles(self._server, window, _BOUNDING)
        origin = self.origin(window)
        reply = self._reply(self._shape.xcb_shape_get_rectangles_reply, cookie)
        if reply is None or origin is None:
            return ()
        (number,) = struct.unpack_from("<I", reply, 8)
        parts = struct.iter_unpack("<hhHH", reply[_HEAD_BYTES : _HEAD_BYTES + 8 * number])
        return tuple(
            Rectangle(origin[0] + x, origin[1] + y, origin[0] + x + wide, origin[1] + y + high)
            for x, y, wide, high in parts
        )

    def same_client(self, window: int, other: int) -> bool:
        """Return whether two windows (or other resources) were made through one connection."""
        return window & self._client_mask == other & self._client_mask

    def pid(self, window: int) -> int | None:
        """Return the process that made `window`, as the server knows it; None from elsewhere, or where it is gone."""
        asked = (_Client * 1)(_Client(window, _LOCAL_CLIENT_PID))
        cookie = self._res.xcb_res_query_client_ids(self._server, 1, asked)
        reply = self._reply(self._res.xcb_res_query_client_ids_reply, cookie)
        if reply is None or len(reply) < _HEAD_BYTES + 16:
            return None
        return int(struct.unpack_from("<I", reply, _HEAD_BYTES + 12)[0])

    def owner_of(self, selection: str) -> int:
        """Return the window that stands for who owns `selection`, 0 for nobody."""
        owner = self._ask(self._xcb, "xcb_get_selection_owner", self.atom(selection))
        return 0 if owner is None else int(struct.unpack_from("<I", owner, 8)[0])

    def atom(self, name: str) -> int:
        """Return the server's number for `name`."""
        if name not in self._atoms:
            answer = self._ask(self._xcb, "xcb_intern_atom", 0, len(name), name.encode())
            self._atoms[name] = 0 if answer is None else struct.unpack_from("<I", answer, 8)[0]
        return self._atoms[name]

    def overlay(self) -> int:
        """Return the window above all others that is there for compositors and that `family` of the root leaves out.

        It is asked for and given back at once: where nobody else has it, it is there for that moment only, and empty.
        """
        cookie = self._composite.xcb_composite_get_overlay_window(self._server, self.root)
        reply = self._reply(self._composite.xcb_composite_get_overlay_window_reply, cookie)
        self._composite.xcb_composite_release_overlay_window(self._server, self.root)
        return 0 if reply is None else int(struct.unpack_from("<I", reply, 8)[0])

    def redirected(self, window: int) -> bool:
        """Return whether what is drawn in `window` goes to another program's memory, and no longer to the screen."""
        pixmap = self._xcb.xcb_generate_id(self._server)
        cookie = self._composite.xcb_composite_name_window_pixmap_checked(self._server, window, pixmap)
        if error := self._xcb.xcb_request_check(self._server, cookie):
            self._free(error)
            return False
        self._xcb.xcb_free_pixmap(self._server, pixmap)
        return True

    def _has(self, library: ctypes.CDLL, extension: str) -> bool:
        identity = ctypes.c_char.in_dll(library, extension)
        known: int | None = self._xcb.xcb_get_extension_data(self._server, ctypes.byref(identity))
        return known is not None and bool(ctypes.string_at(known, 9)[8])

    def _reply(self, wait: ctypes._NamedFuncPointer, cookie: _Cookie) -> bytes | None:
        at = wait(self._server, cookie, None)
        if not at:
            return None
        (words,) = struct.unpack_from("<I", ctypes.string_at(at, 8), 4)
        reply = ctypes.string_at(at, _HEAD_BYTES + 4 * words)
        self._free(at)
        return reply

    def _ask(self, library: ctypes.CDLL, question: str, *about: object) -> bytes | None:
        return self._reply(getattr(library, f"{question}_reply"), getattr(library, question)(self._server, *about))

    @staticmethod
    def _declare_question(library: ctypes.CDLL, name: str, takes: tuple[object, ...]) -> None:
        request, reply = getattr(library, name), getattr(library, f"{name}_reply")
        request.argtypes, request.restype = (_Connection, *takes), _Cookie
        reply.argtypes, reply.restype = (_Connection, _Cookie, ctypes.c_void_p), ctypes.c_void_p

    def _declare(self) -> None:
        self._free = ctypes.CDLL(None).free
        self._free.argtypes, self._free.restype = (ctypes.c_void_p,), None
        window, atom, mask = ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32
        position = ctypes.c_int16
        asked: tuple[tuple[ctypes.CDLL, str, tuple[object, ...]], ...] = (
            (self._xcb, "xcb_query_tree", (window,)),
            (self._xcb, "xcb_get_window_attributes", (window,)),
            (self._xcb, "xcb_get_geometry", (window,)),
            (self._xcb, "xcb_translate_coordinates", (window, window, position, position)),
            (self._xcb, "xcb_intern_atom", (ctypes.c_uint8, ctypes.c_uint16, ctypes.c_char_p)),
            (self._xcb, "xcb_get_selection_owner", (atom,)),
            (self._shape, "xcb_shape_get_rectangles", (window, ctypes.c_uint8)),
            (self._randr, "xcb_randr_get_screen_resources_current", (window,)),
            (self._randr, "xcb_randr_get_crtc_info", (ctypes.c_uint32, ctypes.c_uint32)),
            (self._composite, "xcb_composite_query_version", (ctypes.c_uint32, ctypes.c_uint32)),
            (self._composite, "xcb_composite_get_overlay_window", (window,)),
            (self._res, "xcb_res_query_client_ids", (ctypes.c_uint32, ctypes.POINTER(_Client))),
        )
        for library, name, takes in asked:
            self._declare_question(library, name, takes)
        prototypes: tuple[tuple[ctypes.CDLL, str, tuple[object, ...], object], ...] = (
            (self._xcb, "xcb_connect", (ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)), _Connection),
            (self._xcb, "xcb_disconnect", (_Connection,), None),
            (self._xcb, "xcb_connection_has_error", (_Connection,), ctypes.c_int),
            (self._xcb, "xcb_get_file_descriptor", (_Connection,), ctypes.c_int),
            (self._xcb, "xcb_poll_for_event", (_Connection,), ctypes.c_void_p),
            (self._xcb, "xcb_get_setup", (_Connection,), ctypes.POINTER(_Setup)),
            (self._xcb, "xcb_setup_roots_iterator", (ctypes.POINTER(_Setup),), _Screens),
            (self._xcb, "xcb_get_extension_data", (_Connection, ctypes.c_void_p), ctypes.c_void_p),
            (self._xcb, "xcb_change_window_attributes", (_Connection, window, mask, ctypes.c_void_p), _Cookie),
            (self._xcb, "xcb_generate_id", (_Connection,), ctypes.c_uint32),
            (self._xcb, "xcb_free_pixmap", (_Connection, ctypes.c_uint32), _Cookie),
            (self._xcb, "xcb_request_check", (_Connection, _Cookie), ctypes.c_void_p),
            (self._composite, "xcb_composite_release_overlay_window", (_Connection, window), _Cookie),
            (self._composite, "xcb_composite_name_window_pixmap_checked", (_Connection, window, window), _Cookie),
            (self._shape, "xcb_shape_select_input", (_Connection, window, ctypes.c_uint8), _Cookie),
        )
        for library, name, argtypes, gives in prototypes:
            function = getattr(library, name)
            function.argtypes, function.restype = argtypes, gives
