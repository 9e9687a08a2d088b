"""What an endpoint needs of a place that keeps objects: a small contract, one test suite for all adapters.

Objects are immutable. An adapter must make `create` atomic and create-only, also among racing writers,
and must not return from it before the object survives a power cut. It never judges content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.wire.objects import ObjectId


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a storage holds under an address: size in bytes and SHA-256 in hexadecimal, of the bytes as they are now."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StorageHealth:
    """Whether objects can be stored: free bytes, `None` where the storage knows no bound."""

    free_bytes: int | None


class Storage(Protocol):
    """A place that keeps objects. Every method may be called from any thread.

    Raises:
        StorageFull: from `create` and `quarantine`.
        StorageFault: from any method.
    """

    def create(self, object_id: ObjectId, data: bytes) -> bool:
        """Store durably if nothing is there; whether it was stored now.

        Log records are stored in order: raises `LogGap` for one that is not the next.
        """

    def get(self, object_id: ObjectId) -> bytes | None:
        """The object's bytes, `None` if there is none."""

    def head(self, object_id: ObjectId) -> StoredObject | None:
        """Size and digest of what is really there, `None` if nothing is."""

    def log(self, sid: str) -> bytes:
        """The log records of a session, joined; empty if there are none."""

    def objects(self, sid: str) -> Sequence[ObjectId]:
        """Addresses of a session's objects, sorted."""

    def orphans(self, sid: str) -> Sequence[str]:
        """Names in a session that are no objects."""

    def sessions(self) -> Sequence[str]:
        """Every session that has anything stored."""

    def delete(self, sid: str) -> None:
        """Remove a session with everything in it, what was set aside too; idempotent."""

    def quarantine(self, object_id: ObjectId, data: bytes) -> None:
        """Keep a second content for an address as evidence, outside the session; a bounded number a session."""

    def health(self) -> StorageHealth:
        """Whether objects can be stored at the moment."""

    def repair(self) -> Sequence[str]:
        """Undo what a crash left half done; sentences that say what was done. Only with no request running."""
