"""Storage devices on Windows, by drive letter: kind and rough size; which maker and model is not asked yet."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import psutil

from lockdown.storage import StorageClass, StorageDevice, size_bucket

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_KINDS: dict[str, StorageClass] = {"cdrom": "optical", "removable": "other", "remote": "network"}


class DriveSource:
    """Lists mounted drives through psutil."""

    def start(self) -> str | None:
        """Say that arrivals are not announced: WM_DEVICECHANGE needs a window."""
        return "arrivals are not announced to this program yet"

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the drives that are there."""
        return {part.device: _device(part.mountpoint, part.opts) for part in psutil.disk_partitions(all=True)}

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return nothing: see `start`."""
        return {}

    def stop(self) -> None:
        """Do nothing: nothing was started."""


def _device(mountpoint: str, options: str) -> StorageDevice:
    kinds = options.split(",")
    storage_class: StorageClass = next((_KINDS[kind] for kind in kinds if kind in _KINDS), "internal")
    try:
        size = psutil.disk_usage(mountpoint).total
    except OSError:
        size = 0  # a card reader without a card
    return StorageDevice(storage_class, None, None, size_bucket(size))
