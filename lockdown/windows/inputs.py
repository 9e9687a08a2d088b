"""Keyboards and mice on Windows, by the list of raw input devices; none of them is listened to."""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from ctypes import wintypes

from lockdown.watching.inputs import InputBus, InputDevice, InputKind

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_MOUSE, _KEYBOARD = 0, 1  # RIM_TYPE*
_NAME = 0x20000007  # RIDI_DEVICENAME
_FAILED = 0xFFFFFFFF
_TRIES = 3
_COLLECTION = re.compile(r"&(mi_|col)[0-9a-f]{2}", re.I)  # parts of one piece of hardware


class _Device(ctypes.Structure):
    """RAWINPUTDEVICELIST."""

    _fields_ = (("handle", wintypes.HANDLE), ("kind", wintypes.DWORD))


_user = ctypes.WinDLL("user32", use_last_error=True)
_user.GetRawInputDeviceList.argtypes = (wintypes.LPVOID, ctypes.POINTER(wintypes.UINT), wintypes.UINT)
_user.GetRawInputDeviceList.restype = wintypes.UINT
_user.GetRawInputDeviceInfoW.argtypes = (
    *(wintypes.HANDLE, wintypes.UINT),
    *(wintypes.LPVOID, ctypes.POINTER(wintypes.UINT)),
)
_user.GetRawInputDeviceInfoW.restype = wintypes.UINT


class RawInputs:
    """Lists the keyboards and mice there are; `names` gives kind and name of each, by default Windows' own list."""

    def __init__(self, names: Callable[[], Iterable[tuple[int, str]]] | None = None) -> None:
        self._names = names or _raw_devices

    def start(self, changed: Callable[[], None]) -> None:
        """Nothing is announced: that needs a window."""

    def present(self) -> Mapping[str, InputDevice]:
        """Return each piece of hardware once, also where it is keyboard and mouse."""
        kinds: dict[str, set[int]] = {}
        for kind, name in self._names():
            if kind in {_MOUSE, _KEYBOARD}:
                kinds.setdefault(_piece(name), set()).add(kind)
        return {piece: InputDevice(_kind(found), _bus(piece)) for piece, found in kinds.items()}

    def stop(self) -> None:
        """Nothing to stop."""


def _piece(name: str) -> str:
    r"""Return what all parts of one piece share: of ``\\?\HID#VID_046D&PID_C52B&MI_00#7&...#{...}`` the ids."""
    parts = name.removeprefix("\\\\?\\").upper().split("#")
    return _COLLECTION.sub("", "#".join(parts[:2]))


def _kind(found: set[int]) -> InputKind:
    if len(found) == 2:
        return "keyboard_and_pointer"
    return "keyboard" if _KEYBOARD in found else "pointer"


def _bus(piece: str) -> InputBus:
    """Return how it is attached: Bluetooth names its service, ACPI and PS/2 are built in, ROOT is made by a driver."""
    enumerator, _, ids = piece.partition("#")
    if ids.startswith(("{00001124-", "{00001812-", "BTHENUM", "BTHLE")):  # HID over Bluetooth, classic and low energy
        return "bluetooth"
    if enumerator == "ROOT" or ids.startswith(("RDP_", "ROOT")):
        return "virtual"
    return "usb" if enumerator == "HID" and ids.startswith("VID_") else "built_in"


def _raw_devices() -> list[tuple[int, str]]:
    for _ in range(_TRIES):  # a device may come between the two questions
        number = wintypes.UINT()
        if _user.GetRawInputDeviceList(None, ctypes.byref(number), ctypes.sizeof(_Device)) == _FAILED:
            return []
        devices = (_Device * max(1, number.value))()
        found = _user.GetRawInputDeviceList(devices, ctypes.byref(number), ctypes.sizeof(_Device))
        if found != _FAILED:
            return [(device.kind, _name(device.handle)) for device in devices[:found]]
    return []


def _name(device: int) -> str:
    length = wintypes.UINT()
    _user.GetRawInputDeviceInfoW(device, _NAME, None, ctypes.byref(length))
    text = ctypes.create_unicode_buffer(length.value + 1)
    copied = _user.GetRawInputDeviceInfoW(device, _NAME, text, ctypes.byref(length))
    return "" if copied == _FAILED else text.value
