"""Puts a disk into Windows' own list of devices, as plugging it in does, and takes it out again."""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Callable
from ctypes import wintypes

from lockdown.windows.disks import _Information, _setup

DISK_CLASS = uuid.UUID("4d36e967-e325-11ce-bfc1-08002be10318").bytes_le

_setup.SetupDiCreateDeviceInfoList.restype = wintypes.HANDLE
_setup.SetupDiCreateDeviceInfoList.argtypes = (ctypes.c_char_p, wintypes.HWND)
_setup.SetupDiCreateDeviceInfoW.argtypes = (
    *(wintypes.HANDLE, wintypes.LPCWSTR, ctypes.c_char_p, wintypes.LPCWSTR, wintypes.HWND, wintypes.DWORD),
    ctypes.POINTER(_Information),
)
_setup.SetupDiRegisterDeviceInfo.argtypes = (
    *(wintypes.HANDLE, ctypes.POINTER(_Information), wintypes.DWORD),
    *(wintypes.LPVOID, wintypes.LPVOID, ctypes.POINTER(_Information)),
)
_setup.SetupDiRemoveDevice.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Information))


def plug_in(instance: str) -> Callable[[], None]:
    """Register a disk with Windows' list of devices, and return what takes it out again."""
    listed = _setup.SetupDiCreateDeviceInfoList(DISK_CLASS, None)
    entry = _Information(size=ctypes.sizeof(_Information))
    assert _setup.SetupDiCreateDeviceInfoW(listed, instance, DISK_CLASS, "Disk", None, 0, ctypes.byref(entry))
    assert _setup.SetupDiRegisterDeviceInfo(listed, ctypes.byref(entry), 0, None, None, None)

    def take_out() -> None:
        assert _setup.SetupDiRemoveDevice(listed, ctypes.byref(entry))
        _setup.SetupDiDestroyDeviceInfoList(listed)

    return take_out
