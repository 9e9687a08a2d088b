"""Storage devices on macOS, by mounted volume below /Volumes: rough size only, never the volume's name."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import psutil

from lockdown.storage import StorageDevice, size_bucket

assert sys.platform == "darwin"  # noqa: S101  (for the type checker)


class VolumeSource:
    """Lists mounted volumes through psutil; DiskArbitration, which announces arrivals, is not used yet."""

    def start(self) -> str | None:
        """Say that arrivals are not announced."""
        return "arrivals are not announced to this program yet"

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the volumes that are there, by device node."""
        found = {}
        for part in psutil.disk_partitions(all=False):
            outside = part.mountpoint.startswith("/Volumes/")
            try:
                size = psutil.disk_usage(part.mountpoint).total
            except OSError:
                size = 0
            found[part.device] = StorageDevice("other" if outside else "internal", None, None, size_bucket(size))
        return found

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return nothing: see `start`."""
        return {}

    def stop(self) -> None:
        """Do nothing: nothing was started."""
