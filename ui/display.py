"""Whether a window can be shown at all: asked before Qt is, which ends the whole program where none can."""

from __future__ import annotations

import ctypes
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANSWER_S = 5.0


def display_answers(environment: Mapping[str, str]) -> bool:
    """Return whether there is a display that answers; on other platforms than Linux there always is."""
    if sys.platform == "linux":
        platform = environment.get("QT_QPA_PLATFORM", "")
        if platform and not platform.startswith(("xcb", "wayland")):
            return True
        return _wayland_answers(environment) or (bool(environment.get("DISPLAY")) and _x11_answers())
    else:
        return True


if sys.platform == "linux":

    def _wayland_answers(environment: Mapping[str, str]) -> bool:
        name = environment.get("WAYLAND_DISPLAY")
        if not name:
            return False
        with suppress(OSError), socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(_ANSWER_S)
            asked.connect(str(Path(environment.get("XDG_RUNTIME_DIR", "")) / name))
            return True
        return False

    def _x11_answers() -> bool:
        try:
            xcb = ctypes.CDLL("libxcb.so.1")
        except OSError:
            return True  # Qt says by itself what is not installed
        xcb.xcb_connect.restype = ctypes.c_void_p
        server = ctypes.c_void_p(xcb.xcb_connect(None, None))
        try:
            return not xcb.xcb_connection_has_error(server)
        finally:
            xcb.xcb_disconnect(server)
