"""How many displays show a picture on Windows, by QueryDisplayConfig: projectors and mirrored ones included."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_ACTIVE_PATHS = 2  # QDC_ONLY_ACTIVE_PATHS
_PATH_BYTES, _MODE_BYTES = 72, 64  # DISPLAYCONFIG_PATH_INFO, DISPLAYCONFIG_MODE_INFO
_OK, _TOO_SMALL = 0, 122  # ERROR_SUCCESS, ERROR_INSUFFICIENT_BUFFER
_TRIES = 3

_user = ctypes.WinDLL("user32")


def number_of_displays() -> int | None:
    """Return the number of paths from a picture to a display that are in use; None where Windows does not say."""
    paths, modes = wintypes.UINT(), wintypes.UINT()
    for _ in range(_TRIES):  # a display may come between the two questions
        if _user.GetDisplayConfigBufferSizes(_ACTIVE_PATHS, ctypes.byref(paths), ctypes.byref(modes)) != _OK:
            return None
        path_places = ctypes.create_string_buffer(max(1, paths.value) * _PATH_BYTES)
        mode_places = ctypes.create_string_buffer(max(1, modes.value) * _MODE_BYTES)
        answer = _user.QueryDisplayConfig(
            _ACTIVE_PATHS, ctypes.byref(paths), path_places, ctypes.byref(modes), mode_places, None
        )
        if answer == _OK:
            return paths.value
        if answer != _TOO_SMALL:
            return None
    return None
