r"""The disks that Windows knows, by SetupDi: what each is called by its bus, without opening any.

An instance id such as ``USBSTOR\DISK&VEN_SANDISK&PROD_ULTRA&REV_1.00\4C530001230101&0`` names bus, maker, model and, at
its end, the serial; where the second letter of that end is "&", Windows made it up.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Sequence
from ctypes import wintypes
from dataclasses import dataclass

from lockdown.watching.storage import StorageClass, pseudonym

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_DISK_CLASS = bytes.fromhex("67e9364d25e3ce11bfc108002be10318")  # GUID_DEVCLASS_DISKDRIVE
_PRESENT = 2  # DIGCF_PRESENT
_REMOVAL_POLICY = 0x1F  # SPDRP_REMOVAL_POLICY
_ORDERLY = 2  # CM_REMOVAL_POLICY_EXPECT_ORDERLY_REMOVAL; 3 is a surprise, 1 is never
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_MAX_ID_CHARS = 512
_NAMED = re.compile(r"&(VEN|PROD)_([^&\\]*)")

_BUSES: dict[str, StorageClass] = {"USBSTOR": "usb", "SD": "card", "SDMMC": "card", "PCISTOR": "card"}


class _Information(ctypes.Structure):
    """SP_DEVINFO_DATA."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("class_id", ctypes.c_ubyte * 16),
        ("instance", wintypes.DWORD),
        ("reserved", ctypes.c_size_t),
    )


_setup = ctypes.WinDLL("setupapi", use_last_error=True)
_setup.SetupDiGetClassDevsW.argtypes = (ctypes.c_char_p, wintypes.LPCWSTR, wintypes.HWND, wintypes.DWORD)
_setup.SetupDiGetClassDevsW.restype = wintypes.HANDLE
_setup.SetupDiEnumDeviceInfo.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(_Information))
_setup.SetupDiGetDeviceInstanceIdW.argtypes = (
    *(wintypes.HANDLE, ctypes.POINTER(_Information)),
    *(wintypes.LPWSTR, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)),
)
_setup.SetupDiGetDeviceRegistryPropertyW.argtypes = (
    *(wintypes.HANDLE, ctypes.POINTER(_Information), wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)),
    *(wintypes.LPVOID, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)),
)
_setup.SetupDiDestroyDeviceInfoList.argtypes = (wintypes.HANDLE,)


@dataclass(frozen=True)
class Disk:
    """One disk that is attached; `instance` is Windows' name of it, and stays in this process."""

    instance: str
    storage_class: StorageClass
    vendor: str | None
    model: str | None

    def pseudonym(self, key: bytes | None) -> str | None:
        """Return its serial under `key`, None without either."""
        serial, _, _ = self.instance.rpartition("\\")[2].rpartition("&")
        return None if serial[1:2] == "&" else pseudonym(key, serial)


def attached_disks() -> Sequence[Disk]:
    """Return the disks that are attached now; takes about a millisecond."""
    listed = _setup.SetupDiGetClassDevsW(_DISK_CLASS, None, None, _PRESENT)
    if listed == _INVALID_HANDLE:
        return ()
    found = []
    try:
        entry = _Information(size=ctypes.sizeof(_Information))
        number = 0
        while _setup.SetupDiEnumDeviceInfo(listed, number, ctypes.byref(entry)):
            number += 1
            text = ctypes.create_unicode_buffer(_MAX_ID_CHARS)
            if _setup.SetupDiGetDeviceInstanceIdW(listed, ctypes.byref(entry), text, _MAX_ID_CHARS, None):
                policy = wintypes.DWORD()
                _setup.SetupDiGetDeviceRegistryPropertyW(
                    listed, ctypes.byref(entry), _REMOVAL_POLICY, None, ctypes.byref(policy), 4, None
                )
                found.append(disk(text.value, removable=policy.value >= _ORDERLY))
    finally:
        _setup.SetupDiDestroyDeviceInfoList(listed)
    return found


def disk(instance: str, *, removable: bool) -> Disk:
    """Return what the instance id says; `removable` is whether Windows expects that it may be taken off."""
    bus = instance.partition("\\")[0].upper()
    named = {name: value.replace("_", " ").strip() or None for name, value in _NAMED.findall(instance.upper())}
    vendor, model = named.get("VEN"), named.get("PROD")
    storage_class = _BUSES.get(bus, "other" if removable else "internal")
    if (vendor, model) == ("MSFT", "VIRTUAL DISK"):
        storage_class = "image"
    return Disk(instance, storage_class, vendor, model)
