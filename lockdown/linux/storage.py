"""Storage devices on Linux: announced by the kernel's uevents, described by sysfs.

Works without udevd and without rights. Partitions are not listed, the disk they are on is. Nothing below /dev is
opened: the labels and files of a device are not ours to see.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pyudev

from lockdown.contract.limit import Limit
from lockdown.contract.storage_size import StorageSize
from lockdown.watching.storage import StorageClass, StorageDevice, pseudonym

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.alarm import DescriptorAlarm  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.text_file import read_text  # noqa: E402

_log = logging.getLogger(__name__)

_SECTOR_BYTES = 512  # of /sys/block/*/size, whatever the device's own sectors are
_NOT_STORAGE = ("ram", "zram", "dm-", "md", "fd")  # memory, and layers above disks that are listed themselves


class SysfsSource:
    """Lists the disks of /sys/block (or of a tree like it at `root`), with uevents where the kernel gives them.

    `key` is the exam session's secret for pseudonyms of serial numbers, None leaves them out. `memory_disks` lists
    zram disks too, which real machines use as swap (for tests: the only device that can really be added everywhere).
    """

    def __init__(self, key: bytes | None = None, *, root: Path = Path("/sys"), memory_disks: bool = False) -> None:
        self._key = key
        self._block = root / "block"
        self._ignored = tuple(prefix for prefix in _NOT_STORAGE if not (memory_disks and prefix == "zram"))
        self._monitor: pyudev.Monitor | None = None
        self._alarm: DescriptorAlarm | None = None
        self._described: dict[tuple[str, int, str], StorageDevice] = {}

    def start(self) -> Limit | None:
        """Listen to the kernel's own uevents, which need no udevd."""
        try:
            monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="kernel")
            monitor.filter_by("block", "disk")
            monitor.start()
        except OSError:
            _log.info("the kernel announces no devices to this user")
            return Limit.POLLED
        self._monitor = monitor
        return None

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` as soon as the kernel announces a device."""
        if self._monitor is not None:
            self._alarm = DescriptorAlarm(self._monitor.fileno(), callback)

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the disks that are there, by kernel name."""
        try:
            names = sorted(path.name for path in self._block.iterdir())
        except OSError:
            return {}
        return {name: device for name in names if (device := self._device(name)) is not None}

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return the disks that uevents since the last call named and that can still be described."""
        found: dict[str, StorageDevice] = {}
        while self._monitor is not None and (event := self._monitor.poll(timeout=0)) is not None:
            self._described.clear()
            if event.action in {"add", "change"} and (device := self._device(event.sys_name)) is not None:
                found[event.sys_name] = device
        return found

    def stop(self) -> None:
        """Stop listening."""
        if self._alarm is not None:
            self._alarm.stop()
        self._alarm = None
        self._monitor = None  # the socket closes with its last reference

    def _device(self, name: str) -> StorageDevice | None:
        if name.startswith(self._ignored):
            return None
        folder = self._block / name
        try:
            made = folder.stat().st_ino
        except OSError:
            return None
        # Where the kernel announces changes, only the size is read again; a device that comes again is made anew.
        key = (name, made, read_text(folder / "size"))
        if self._monitor is None or key not in self._described:
            self._described[key] = self._describe(name, folder, key[2])
        return self._described[key]

    def _describe(self, name: str, folder: Path, sectors: str) -> StorageDevice:
        # "../.." of a USB disk's device is the SCSI host; its serial stands at the USB device further up.
        place = folder.resolve()
        serial = next(
            (text for parent in (place / "device", *place.parents) if (text := read_text(parent / "serial"))), None
        )
        return StorageDevice(
            storage_class=_storage_class(name, folder, place),
            vendor=read_text(folder / "device" / "vendor") or None,
            model=read_text(folder / "device" / "model") or read_text(folder / "device" / "name") or None,
            size=StorageSize.of(int(sectors or 0) * _SECTOR_BYTES),
            pseudonym=pseudonym(self._key, serial),
        )


def _storage_class(name: str, folder: Path, place: Path) -> StorageClass:
    if name.startswith("loop"):
        return "image"
    if name.startswith("sr"):
        return "optical"
    if name.startswith("nbd"):
        return "network"
    if any(part.startswith("usb") for part in place.parts):
        return "usb"
    if name.startswith("mmcblk"):
        # A soldered eMMC module is of type MMC, a card that goes in and out is of type SD.
        return "internal" if read_text(folder / "device" / "type") == "MMC" else "card"
    if name.startswith("zram"):
        return "other"
    return "other" if read_text(folder / "removable") == "1" else "internal"
