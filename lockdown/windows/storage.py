"""Storage devices on Windows: disks by SetupDi with maker and model, discs and network drives by letter.

How large a disk is Windows Management Instrumentation says, which is slow: it is asked only after something changed.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence

import psutil
import pythoncom
import win32com.client

from lockdown.contract.limit import Limit
from lockdown.contract.storage_size import StorageSize
from lockdown.watching.storage import StorageClass, StorageDevice

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.disks import Disk, attached_disks  # noqa: E402  (has the same assertion)

_KINDS: dict[str, StorageClass] = {"cdrom": "optical", "removable": "other", "remote": "network"}
_SIZES = "SELECT PNPDeviceID, Size FROM Win32_DiskDrive"

Sizes = Mapping[str, int]
"""Bytes by instance id in upper case; 0 where no medium is in it."""


class DriveSource:
    """Lists disks and drives; `key` makes serial numbers pseudonyms of this exam only."""

    def __init__(
        self,
        key: bytes | None = None,
        *,
        disks: Callable[[], Sequence[Disk]] = attached_disks,
        drives: Callable[[], Mapping[str, StorageDevice]] | None = None,
        sizes: Callable[[], Sizes | None] | None = None,
    ) -> None:
        self._key = key
        self._disks = disks
        self._drives = drives or _drives
        self._ask_sizes = sizes or sizes_of_disks
        self._sizes: Sizes | None = None
        self._sizes_are_of: object = None

    def start(self) -> Limit | None:
        """Say that arrivals are not announced: WM_DEVICECHANGE needs a window."""
        return Limit.POLLED

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the devices that are there; one in a card reader is known by its drive where sizes are not told."""
        drives = self._drives()
        disks = self._disks()
        seen = (tuple(each.instance for each in disks), tuple(drives.items()))
        if seen != self._sizes_are_of:
            self._sizes_are_of = seen
            self._sizes = self._ask_sizes()
        found = {each.instance: self._device(each) for each in disks}
        if self._sizes is None:
            return {**found, **drives}
        return {**found, **{letter: drive for letter, drive in drives.items() if drive.storage_class != "other"}}

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return nothing: see `start`."""
        return {}

    def stop(self) -> None:
        """Do nothing: nothing was started."""

    def _device(self, disk: Disk) -> StorageDevice:
        size = StorageSize.UNKNOWN
        if self._sizes is not None and disk.instance.upper() in self._sizes:
            size = StorageSize.of(self._sizes[disk.instance.upper()])
        return StorageDevice(disk.storage_class, disk.vendor, disk.model, size, disk.pseudonym(self._key))


def sizes_of_disks() -> Sizes | None:
    """Return what WMI says of each disk, in about a tenth of a second; None where it does not say it by instance id."""
    pythoncom.CoInitialize()
    try:
        with contextlib.suppress(pythoncom.com_error, AttributeError):
            found = win32com.client.GetObject("winmgmts:").ExecQuery(_SIZES)
            return {str(disk.PNPDeviceID).upper(): int(disk.Size or 0) for disk in found}
    finally:
        pythoncom.CoUninitialize()
    return None


def _drives() -> dict[str, StorageDevice]:
    return {part.device: _drive(part.mountpoint, part.opts) for part in psutil.disk_partitions(all=True)}


def _drive(mountpoint: str, options: str) -> StorageDevice:
    kinds = options.split(",")
    storage_class: StorageClass = next((_KINDS[kind] for kind in kinds if kind in _KINDS), "internal")
    try:
        size = psutil.disk_usage(mountpoint).total
    except OSError:
        size = 0  # a card reader without a card
    return StorageDevice(storage_class, None, None, StorageSize.of(size))
