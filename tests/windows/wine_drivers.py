"""Waits until Wine's drivers of disks and of input devices answer.

Wine starts them as services beside the first program, and goes on without those that are late. Every test of a disk
or a keyboard then fails for want of one, which says nothing about the program under test.
"""

from __future__ import annotations

import ctypes
import time

import psutil

_RAW_INPUT_DEVICE_BYTES = 16  # a RAWINPUTDEVICELIST of 64-bit Windows


def missing_drivers(timeout_s: float = 20.0) -> list[str]:
    """Return which drivers do not answer within the time; an empty list as soon as all do."""
    until = time.monotonic() + timeout_s
    while True:
        missing = [name for name, answers in (("disks", _disks()), ("input devices", _input_devices())) if not answers]
        if not missing or time.monotonic() > until:
            return missing
        time.sleep(0.2)


def _disks() -> bool:
    try:
        return bool(psutil.disk_partitions(all=True))
    except OSError:  # what a volume says where no driver of disks runs
        return False


def _input_devices() -> bool:
    count = ctypes.c_uint()
    ctypes.windll.user32.GetRawInputDeviceList(None, ctypes.byref(count), _RAW_INPUT_DEVICE_BYTES)
    return count.value > 0
