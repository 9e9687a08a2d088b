"""Watches which storage devices there are, and says what kind of device came or went; it opens and ejects nothing.

Of a device it knows its class, maker, model and rough size. Its serial number is kept only as a keyed pseudonym that
holds within one exam, so that the same stick is known again there and nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.storage_size import StorageSize
from lockdown.contract.violations import Code, Fact, Violation
from lockdown.engaging.guard import ChangeNotifier, Engagement
from lockdown.engaging.journal import Journal

StorageClass = Literal["usb", "card", "optical", "image", "network", "internal", "other"]
_PSEUDONYM_DIGITS = 16


@dataclass(frozen=True)
class StorageDevice:
    """One device that holds data.

    Attributes:
        storage_class: how it is attached; ``image`` is a file used as a disk, ``internal`` is built in.
        vendor: as the device gives it, None where it gives none; model likewise.
        size: rough size.
        pseudonym: HMAC-SHA256 of its serial under the exam session's key, 16 hexadecimal digits, None without serial.
    """

    storage_class: StorageClass
    vendor: str | None
    model: str | None
    size: StorageSize
    pseudonym: str | None = None

    @property
    def outside(self) -> bool:
        """Whether it is something that can be brought along."""
        return self.storage_class != "internal" and self.size is not StorageSize.NO_MEDIUM

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        return {
            "storage_class": self.storage_class,
            "vendor": self.vendor,
            "model": self.model,
            "size": self.size,
            "device": self.pseudonym,
        }


def pseudonym(key: bytes | None, serial: str | None) -> str | None:
    """Return `StorageDevice.pseudonym` of a serial, None without serial or key."""
    if key is None or not serial:
        return None
    return hmac.digest(key, serial.encode(), hashlib.sha256).hex()[:_PSEUDONYM_DIGITS]


class StorageSource(Protocol):
    """Lists storage devices; the keys are the platform's own names and never leave this process."""

    def start(self) -> Limit | None:
        """Begin to listen for arrivals; return None, or the limit where they are not announced."""
        ...

    def devices(self) -> Mapping[str, StorageDevice]:
        """Return the devices present now."""
        ...

    def arrivals(self) -> Mapping[str, StorageDevice]:
        """Return devices announced since the last call, also those that have gone again."""
        ...

    def stop(self) -> None:
        """Stop listening; also after a failed start."""
        ...


class StorageGuard:
    """Reports devices that come and go; those present at the start belong to `lockdown.readiness.checks`."""

    name = Control.STORAGE.value

    def __init__(self, source: StorageSource) -> None:
        self._source = source
        self._present: dict[str, StorageDevice] = {}

    def engage(self, journal: Journal) -> Engagement:
        """Note what is there and begin to watch; changes nothing."""
        limit = self._source.start()
        self._present = _outside(self._source.devices())
        return Engagement("observed", limit)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Ask for a look as soon as the platform announces something, where it does."""
        if isinstance(self._source, ChangeNotifier):
            self._source.subscribe(callback)

    def check(self) -> Sequence[Violation]:
        """Report what arrived and what went since the last look."""
        announced = _outside(self._source.arrivals())
        present = _outside(self._source.devices())
        seen = [
            self._violation(Code.STORAGE_ARRIVED, device)
            for key, device in {**announced, **present}.items()
            if self._present.get(key) != device
        ]
        seen += [
            self._violation(Code.STORAGE_REMOVED, device)
            for key, device in {**self._present, **announced}.items()
            if key not in present
        ]
        self._present = present
        return seen

    def release(self) -> None:
        """Stop watching."""
        self._source.stop()

    def _violation(self, code: Code, device: StorageDevice) -> Violation:
        return Violation(self.name, code, time.monotonic_ns(), device.facts(), Control.STORAGE)


def _outside(devices: Mapping[str, StorageDevice]) -> dict[str, StorageDevice]:
    return {key: device for key, device in devices.items() if device.outside}
