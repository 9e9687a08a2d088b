"""The outbox: stores every sealed object until the endpoint's receipt for it has been verified.

Files hold the objects, an SQLite index holds what is known of them. The order of steps is the promise:

    part file, flushed -> renamed -> folder flushed -> row committed   (now it is promised)
    -> PUT -> receipt verified -> row committed with the receipt -> file removed

A crash between any two steps loses nothing: a part was never promised, a file without a row is
adopted by `recover`, a row without a receipt is sent again, a file with a receipt is removed.

Two processes use one outbox: the recorder promises, the main process delivers. Each step that changes
something holds the index's write lock, so that neither ever sees the other's half-done work.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.client.delivery.disk_reserve import INDEX_ROOM_BYTES, DiskReserve
from app.client.delivery.errors import EnqueueRefused
from app.client.delivery.index import SpoolIndex, WaitingObject
from app.client.delivery.recovery import OutboxRecovery, recover
from app.client.delivery.spool_files import SpoolFiles
from app.wire.errors import ObjectNameRefused
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId

__all__ = ["Outbox", "OutboxState", "SpoolSink", "Unreadable", "WaitingObject"]

logger = logging.getLogger(__name__)

_CLOCK_STEP_S = 3600.0
"""A postponement further away than this was written by a clock that has since been set back."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """Figures for the status bar.

    Attributes:
        waiting_objects: promised, without a receipt, able to be sent.
        waiting_bytes: their size.
        delivered_objects: with a verified receipt.
        damaged_objects: changed on this disk since they were queued; stored, never sent.
        refused_objects: waiting ones that the endpoint has refused so far.
        reserved_bytes: disk space still set aside.
    """

    waiting_objects: int
    waiting_bytes: int
    delivered_objects: int
    damaged_objects: int
    refused_objects: int
    reserved_bytes: int


class Unreadable(StrEnum):
    """Why a promised object cannot be sent."""

    DAMAGED = "damaged"
    MISSING = "missing"
    TEMPORARY = "temporary"


class Outbox:
    """Keeps promised objects below `spool_dir` until they are delivered.

    Safe for several threads, and for several processes that each open the same folder.

    Args:
        spool_dir: made if absent; on a disk of this machine, not on a network share.
        clock: wall-clock seconds, for promises and postponements.

    Raises:
        SpoolUnusable: the folder or its index cannot be opened.
        SpoolFull: there is no room even for the index.
    """

    def __init__(self, spool_dir: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._files = SpoolFiles(spool_dir)
        self._clock = clock
        self._index = SpoolIndex(self._files.index)
        self._reserve = DiskReserve(self._files.reserve)
        self._lock = threading.Lock()

    def enqueue(self, sid: str, name: str, data: bytes) -> None:
        """Keep one object; when this returns, it survives a crash and a power cut and will be delivered.

        Promising the same bytes under the same name again changes nothing.

        Args:
            sid: session, `<attempt>.<take>`.
            name: ISF name within the session, such as `seg/01-00000000.isg`.
            data: at most `MAX_OBJECT_BYTES` bytes.

        Raises:
            EnqueueRefused: no such name, too large, or other bytes were promised under it.
            SpoolFull: no room, the reserve included. What was promised earlier is safe.
            SpoolUnusable: the disk or the index failed.
        """
        try:
            object_id = ObjectId.from_name(sid, name)
        except ObjectNameRefused as error:
            raise EnqueueRefused(str(error)) from error
        if len(data) > MAX_OBJECT_BYTES:
            raise EnqueueRefused(f"{name} has {len(data)} bytes; at most {MAX_OBJECT_BYTES} can be delivered.")
        digest = hashlib.sha256(data).hexdigest()
        self._reserve.with_room(lambda: self._enqueue(object_id, data, digest), keep=INDEX_ROOM_BYTES)

    def _enqueue(self, object_id: ObjectId, data: bytes, digest: str) -> None:
        with self._lock, self._index.writing() as rows:
            if (promised := rows.find(object_id)) is not None:
                if promised.sha256 != digest:
                    raise EnqueueRefused(f"{object_id.name} was promised with other bytes; nothing was changed.")
                return
            self._files.write(object_id, data)
            rows.add(object_id, digest, len(data), self._clock())

    def due(self, now: float, limit: int, attempt: str | None = None) -> tuple[WaitingObject, ...]:
        """Objects to send now, in the order they were promised.

        Args:
            now: wall-clock seconds.
            limit: at most so many.
            attempt: only of this attempt; all if `None`.
        """
        with self._lock:
            return self._index.due(now, now + _CLOCK_STEP_S, limit, attempt)

    def next_due_at(self, attempt: str | None = None) -> float | None:
        """Wall-clock seconds at which the earliest waiting object falls due, `None` if nothing waits."""
        with self._lock:
            return self._index.next_due_at(attempt)

    def read(self, waiting: WaitingObject) -> bytes | Unreadable:
        """Read an object and compare it with its promise; only what this returns may be sent.

        A changed or vanished file is marked as damaged, reported, and left as it is.
        """
        try:
            data = self._files.path(waiting.object_id).read_bytes()
        except FileNotFoundError:
            return self._report_damage(waiting, Unreadable.MISSING)
        except OSError:
            logger.warning("a spooled object cannot be read at the moment; it will be tried again")
            return Unreadable.TEMPORARY
        if hashlib.sha256(data).hexdigest() != waiting.sha256:
            return self._report_damage(waiting, Unreadable.DAMAGED)
        return data

    def _report_damage(self, waiting: WaitingObject, why: Unreadable) -> Unreadable:
        with self._lock, self._index.writing() as rows:
            # The other process may have delivered it, and removed its file, since the caller looked.
            if rows.mark_damaged(waiting.id):
                logger.error("a spooled object is %s and will not be sent; its row and file are kept", why)
        return why

    def delivered(self, id: int, receipt: bytes) -> None:
        """Record a receipt, then remove the file. The caller has verified the receipt.

        Args:
            id: `WaitingObject.id`.
            receipt: the receipt's exact bytes; kept for the test taker's list.
        """
        object_id = self._reserve.with_room(lambda: self._record(id, receipt))
        if object_id is not None:
            self._files.remove(self._files.path(object_id))

    def _record(self, id: int, receipt: bytes) -> ObjectId | None:
        with self._lock, self._index.writing() as rows:
            return rows.deliver(id, receipt)

    def postpone(self, id: int, *, until: float, refusal: str | None = None) -> None:
        """Send an object later.

        Args:
            id: `WaitingObject.id`.
            until: wall-clock seconds before which it is not due.
            refusal: the endpoint's reason, if it refused this very object.
        """
        with self._lock, self._index.writing() as rows:
            rows.postpone(id, until, refusal)

    def retry_now(self) -> None:
        """Make everything that waits due at once, as when the network has come back."""
        with self._lock, self._index.writing() as rows:
            rows.retry_now()

    def counts(self, attempt: str | None = None) -> OutboxState:
        """How much waits, is delivered, is damaged; of one attempt or of all."""
        with self._lock:
            return OutboxState(*self._index.counts(attempt), self._reserve.size)

    def receipts(self, attempt: str) -> tuple[bytes, ...]:
        """Receipts of one attempt in the order of promises: what the endpoint has signed for."""
        with self._lock:
            return self._index.receipts(attempt)

    def begin_take(self, attempt: str, take: int, hid: str, previous: str | None) -> None:
        """Remember, durably, a take whose header is promised next, so that the take after it can name it.

        Args:
            attempt: the attempt's id.
            take: its number, from 0.
            hid: of its header, hexadecimal.
            previous: the take that the header says it follows.

        Raises:
            EnqueueRefused: another take was begun meanwhile; two would follow the same one.
        """
        self._reserve.with_room(lambda: self._begin_take(attempt, take, hid, previous))

    def _begin_take(self, attempt: str, take: int, hid: str, previous: str | None) -> None:
        with self._lock, self._index.writing() as rows:
            if rows.latest_take(attempt) not in {None, previous}:
                raise EnqueueRefused(f"Take {take} does not follow the latest take; begin the next one instead.")
            rows.add_take(attempt, take, hid)

    def latest_take(self, attempt: str) -> str | None:
        """`hid` of the latest take that was begun, also by a recorder that died before it could say so."""
        with self._lock:
            return self._index.latest_take(attempt)

    def damaged(self, attempt: str | None = None) -> tuple[str, ...]:
        """Names (`<sid>/<ISF name>`) of objects that no longer match their promise."""
        with self._lock:
            return tuple(f"{each.sid}/{each.name}" for each in self._index.damaged(attempt))

    def recover(self) -> OutboxRecovery:
        """Put the spool in order after a crash; call it once at start.

        Removes parts, adopts whole objects without a row, finishes removals, makes everything due, and
        removes empty folders. Files it does not understand are listed and left alone.
        """
        return self._reserve.with_room(self._recover)

    def _recover(self) -> OutboxRecovery:
        with self._lock, self._index.writing() as rows:
            return recover(self._files, rows, self._clock())

    def prune(self) -> None:
        """Remove session folders that have become empty."""
        with self._lock, self._index.writing():
            self._files.prune()

    def reserve(self, size: int) -> None:
        """Set disk space aside before the exam, so that nothing else can take it meanwhile.

        The space is given back, piece by piece, when a promise would otherwise find the disk full.

        Args:
            size: bytes; a smaller reserve than there is already changes nothing, 0 gives it all back.

        Raises:
            SpoolFull: the disk has not so much room; nothing stays reserved by this call.
        """
        self._reserve.hold(size)

    def retire(self, *, keep_index: bool = False) -> bool:
        """Close, give back the reserve and, where nothing waits and nothing is damaged, leave an empty spool.

        Returns whether the spool is empty now. No other process may use the outbox any more, except with
        `keep_index`: an attempt may go on, its takes have to be known then, and a recorder may still be ending.
        """
        self.reserve(0)
        counts = self.counts()
        self.prune()
        self.close()
        if keep_index or counts.waiting_objects or counts.damaged_objects:
            return False
        self._files.remove_index()
        return True

    def close(self) -> None:
        """Close the index; the spool stays as it is."""
        with self._lock:
            self._index.close()


class SpoolSink:
    """Where a sealer puts the objects of one session; satisfies `crypto.sealing.SealedSink`."""

    def __init__(self, outbox: Outbox, sid: str) -> None:
        self._outbox = outbox
        self._sid = sid

    def put(self, name: str, data: bytes) -> None:
        """Store one object durably; raises as `Outbox.enqueue`."""
        self._outbox.enqueue(self._sid, name, data)
