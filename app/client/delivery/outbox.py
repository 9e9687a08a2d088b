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
from app.client.delivery.errors import EnqueueRefused, SpoolFull, SpoolUnusable
from app.client.delivery.index import SpoolIndex, WaitingObject
from app.client.delivery.salvage import is_complete
from app.durable_files.writing import flush_file, is_full, part_of, write_file
from app.wire.errors import ObjectNameRefused
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId, is_sid

__all__ = ["Outbox", "OutboxRecovery", "OutboxState", "SpoolSink", "Unreadable", "WaitingObject"]

logger = logging.getLogger(__name__)

INDEX_NAME = "outbox.sqlite"
RESERVE_NAME = "reserved"

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


@dataclass(frozen=True, slots=True)
class OutboxRecovery:
    """What `Outbox.recover` found and did.

    Attributes:
        adopted: whole objects that a crash had left without a row; they will be sent.
        parts_removed: files cut short by a crash before they were promised.
        finished: delivered objects whose file a crash had left behind; removed.
        strays: files in the spool that are no whole object; left where they are, as spool-relative names.
    """

    adopted: int
    parts_removed: int
    finished: int
    orphans: tuple[str, ...]


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
        self._spool = spool_dir
        self._clock = clock
        self._index = SpoolIndex(spool_dir / INDEX_NAME)
        self._reserve = DiskReserve(spool_dir / RESERVE_NAME)
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
            self._write(self._file(object_id), data)
            rows.add(object_id, digest, len(data), self._clock())

    def _write(self, target: Path, data: bytes) -> None:
        try:
            write_file(target, data)
        except OSError as error:
            if is_full(error):
                raise SpoolFull("The disk is full; free some space. Nothing that was kept is lost.") from error
            raise SpoolUnusable(f"The spool cannot be written ({error.strerror}); check the disk.") from error

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
            data = self._file(waiting.object_id).read_bytes()
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
            self._remove(self._file(object_id))

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
        adopted = parts = finished = 0
        orphans: list[str] = []
        with self._lock, self._index.writing() as rows:
            for file in sorted(path for path in self._spool.rglob("*") if path.is_file() or path.is_symlink()):
                name = file.relative_to(self._spool).as_posix()
                if name.startswith(INDEX_NAME) or name == RESERVE_NAME:
                    continue
                part = part_of(name)
                if file.is_symlink() or (object_id := self._object_of(part or name)) is None:
                    orphans.append(name)
                elif part is not None:
                    self._remove(file)
                    parts += 1
                elif (row := rows.find(object_id)) is None:
                    if self._adopt(rows, object_id, file):
                        adopted += 1
                    else:
                        orphans.append(name)
                elif row.delivered:
                    self._remove(file)
                    finished += 1
            rows.retry_now()
            self._prune()
        return OutboxRecovery(adopted, parts, finished, tuple(orphans))

    def _adopt(self, rows: SpoolIndex, object_id: ObjectId, file: Path) -> bool:
        data = file.read_bytes()
        if len(data) > MAX_OBJECT_BYTES or not is_complete(object_id, data):
            return False
        flush_file(file)
        rows.add(object_id, hashlib.sha256(data).hexdigest(), len(data), self._clock())
        return True

    def prune(self) -> None:
        """Remove session folders that have become empty."""
        with self._lock, self._index.writing():
            self._prune()

    def _prune(self) -> None:
        for folder in sorted((path for path in self._spool.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()

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
        for suffix in ("-wal", "-shm", ""):
            (self._spool / f"{INDEX_NAME}{suffix}").unlink(missing_ok=True)
        return True

    def close(self) -> None:
        """Close the index; the spool stays as it is."""
        with self._lock:
            self._index.close()

    def _file(self, object_id: ObjectId) -> Path:
        return self._spool / object_id.sid / object_id.name

    def _object_of(self, name: str) -> ObjectId | None:
        sid, _, rest = name.partition("/")
        if not is_sid(sid):
            return None
        try:
            return ObjectId.from_name(sid, rest)
        except ObjectNameRefused:
            return None

    def _remove(self, file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            # Held open by a virus scanner on Windows; the next recover removes it.
            logger.warning("a delivered object cannot be removed yet (%s)", error.strerror)


class SpoolSink:
    """Where a sealer puts the objects of one session; satisfies `crypto.sealing.SealedSink`."""

    def __init__(self, outbox: Outbox, sid: str) -> None:
        self._outbox = outbox
        self._sid = sid

    def put(self, name: str, data: bytes) -> None:
        """Store one object durably; raises as `Outbox.enqueue`."""
        self._outbox.enqueue(self._sid, name, data)
