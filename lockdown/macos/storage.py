"""Storage devices on macOS, by mounted volume below /Volumes: rough size only, never the volume's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import psutil

from lockdown.contract.limit import Limit
from lockdown.contract.storage_size import StorageSize
from lockdown.watching.storage import StorageDevice


class Volume(Protocol):
    """What psutil says of a mounted volume."""

    @property
    def device(self) -> str:
        """Its device node."""
        ...

    @property
    def mountpoint(self) -> str:
        """Where it is mounted."""
        ...


class VolumeSource:
    """Lists mounted volumes through psutil; DiskArbitration, which announces arrivals, is not used yet."""

    def __init__(
        self,
        volumes: Callable[[], Iterable[Volume]] = psutil.disk_partitions,
        size_bytes: Callable[[str], int] = lambda mountpoint: psutil.disk_usage(mountpoint).total,
    ) -> None:
        self._volumes = volumes
        self._size_bytes = size_bytes

    def start(self) -> Limit | None:
        """Say that arrivals are not announced."""
        return Limit.POLLED

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the volumes that are there, by device node."""
        found = {}
        for volume in self._volumes():
            outside = volume.mountpoint.startswith("/Volumes/")
            try:
                size = self._size_bytes(volume.mountpoint)
            except OSError:
                size = 0
            found[volume.device] = StorageDevice("other" if outside else "internal", None, None, StorageSize.of(size))
        return found

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return nothing: see `start`."""
        return {}

    def stop(self) -> None:
        """Do nothing: nothing was started."""
