"""The outbox's index: one SQLite row for each promised object, and one for each take that was begun.

WAL with `synchronous=FULL`: a committed row survives a power cut (measured 0.9 ms; `NORMAL` would be
faster and would not). The connection may be used by one thread at a time; other processes wait for
its write lock, `BUSY_TIMEOUT_S` at most.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.client.delivery.errors import SpoolFull, SpoolUnusable
from app.durable_files.writing import make_folder
from app.wire.objects import ObjectId

BUSY_TIMEOUT_S = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt TEXT NOT NULL,
    sid TEXT NOT NULL,
    track TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    promised_at REAL NOT NULL,
    next_at REAL NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'damaged')),
    refusal TEXT,
    receipt BLOB,
    UNIQUE (sid, track, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS takes (
    attempt TEXT NOT NULL,
    take INTEGER NOT NULL,
    hid TEXT NOT NULL,
    PRIMARY KEY (attempt, take)
) STRICT;
CREATE INDEX IF NOT EXISTS waiting ON objects (id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS states ON objects (state, attempt);
"""


@dataclass(frozen=True, slots=True)
class WaitingObject:
    """An object without a receipt.

    Attributes:
        id: row number; rises in the order of promises.
        object_id: its address.
        sha256: 64 hexadecimal digits, as promised.
        size: bytes, as promised.
        tries: how often it was postponed.
    """

    id: int
    object_id: ObjectId
    sha256: str
    size: int
    tries: int


class QueuedObject(NamedTuple):
    """What the index says of one object."""

    sha256: str
    delivered: bool


class OutboxCounts(NamedTuple):
    """Counts over the rows, in the order of `app.client.delivery.outbox.OutboxState`."""

    waiting_objects: int
    waiting_bytes: int
    delivered_objects: int
    damaged_objects: int
    refused_objects: int


class SpoolIndex:
    """The rows. Reading needs no lock; changing happens inside `writing`.

    Raises:
        SpoolUnusable: from any method, if the index cannot be opened, read or written.
        SpoolFull: from any change, if the disk has no room for it.
    """

    def __init__(self, file: Path) -> None:
        with _translated():
            make_folder(file.parent)
            self._connection = sqlite3.connect(
                file, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
                # macOS: as `app.durable_files` flushes there; nothing elsewhere.
                self._connection.execute("PRAGMA fullfsync = ON")
                self._connection.executescript(_SCHEMA)
            except sqlite3.Error:
                self._connection.close()
                raise

    @contextmanager
    def writing(self) -> Iterator["SpoolIndex"]:
        """Hold the write lock of all processes; commit at the end, undo on any error."""
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                # A failed COMMIT may have ended the transaction by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def find(self, object_id: ObjectId) -> QueuedObject | None:
        """The row of an object, if it was ever promised."""
        with _translated():
            row = self._connection.execute(
                "SELECT sha256, state = 'delivered' FROM objects WHERE sid = ? AND track = ? AND seq = ?",
                (object_id.sid, object_id.track, object_id.seq),
            ).fetchone()
        return QueuedObject(row[0], bool(row[1])) if row else None

    def add(self, object_id: ObjectId, sha256: str, size: int, promised_at: float) -> None:
        """Add the row of a new promise."""
        self._connection.execute(
            "INSERT INTO objects (attempt, sid, track, seq, sha256, size, promised_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (object_id.attempt, object_id.sid, object_id.track, object_id.seq, sha256, size, promised_at),
        )

    def due(self, now: float, not_after: float, limit: int, attempt: str | None) -> tuple[WaitingObject, ...]:
        """Waiting rows with `next_at` up to `now`, or past `not_after`, oldest promise first."""
        with _translated():
            rows = self._connection.execute(
                "SELECT id, sid, track, seq, sha256, size, tries FROM objects INDEXED BY waiting"
                " WHERE state = 'waiting' AND (next_at <= :now OR next_at > :not_after)"
                " AND (:attempt IS NULL OR attempt = :attempt) ORDER BY id LIMIT :limit",
                {"now": now, "not_after": not_after, "limit": limit, "attempt": attempt},
            ).fetchall()
        return tuple(
            WaitingObject(id, ObjectId(sid, track, seq), sha256, size, tries)
            for id, sid, track, seq, sha256, size, tries in rows
        )

    def next_due_at(self, attempt: str | None) -> float | None:
        """Smallest `next_at` of the waiting rows."""
        with _translated():
            row = self._connection.execute(
                "SELECT min(next_at) FROM objects WHERE state = 'waiting' AND (:attempt IS NULL OR attempt = :attempt)",
                {"attempt": attempt},
            ).fetchone()
        return None if row[0] is None else float(row[0])

    def deliver(self, id: int, receipt: bytes) -> ObjectId | None:
        """Keep a receipt; gives the address of the object, `None` if there is no such row."""
        row = self._connection.execute(
            "UPDATE objects SET state = 'delivered', receipt = ?, refusal = NULL WHERE id = ?"
            " RETURNING sid, track, seq",
            (receipt, id),
        ).fetchone()
        return ObjectId(*row) if row else None

    def postpone(self, id: int, until: float, refusal: str | None) -> None:
        """Count a try and set when the next may be."""
        self._connection.execute(
            "UPDATE objects SET tries = tries + 1, next_at = ?, refusal = ? WHERE id = ?", (until, refusal, id)
        )

    def mark_damaged(self, id: int) -> bool:
        """Take a waiting row out of delivery; whether it was waiting."""
        changed = self._connection.execute(
            "UPDATE objects SET state = 'damaged' WHERE id = ? AND state = 'waiting'", (id,)
        )
        return changed.rowcount > 0

    def retry_now(self) -> None:
        """Make all waiting rows due."""
        self._connection.execute("UPDATE objects SET next_at = 0 WHERE state = 'waiting' AND next_at > 0")

    def counts(self, attempt: str | None) -> OutboxCounts:
        """Count the rows by state."""
        with _translated():
            row = self._connection.execute(
                "SELECT count(*), coalesce(sum(size), 0), count(refusal) FROM objects WHERE state = 'waiting'"
                " AND (:attempt IS NULL OR attempt = :attempt)",
                {"attempt": attempt},
            ).fetchone()
            states = dict(
                self._connection.execute(
                    "SELECT state, count(*) FROM objects WHERE state IN ('delivered', 'damaged')"
                    " AND (:attempt IS NULL OR attempt = :attempt) GROUP BY state",
                    {"attempt": attempt},
                ).fetchall()
            )
        return OutboxCounts(row[0], row[1], states.get("delivered", 0), states.get("damaged", 0), row[2])

    def add_take(self, attempt: str, take: int, hid: str) -> None:
        """Add the row of a take that is about to have its header."""
        self._connection.execute("INSERT OR REPLACE INTO takes VALUES (?, ?, ?)", (attempt, take, hid))

    def latest_take(self, attempt: str) -> str | None:
        """`hid` of the attempt's latest take, `None` if none is known."""
        with _translated():
            row = self._connection.execute(
                "SELECT hid FROM takes WHERE attempt = ? ORDER BY take DESC LIMIT 1", (attempt,)
            ).fetchone()
        return str(row[0]) if row else None

    def receipts(self, attempt: str) -> tuple[bytes, ...]:
        """Receipts of an attempt, oldest promise first."""
        with _translated():
            rows = self._connection.execute(
                "SELECT receipt FROM objects WHERE state = 'delivered' AND attempt = ? ORDER BY id", (attempt,)
            ).fetchall()
        return tuple(row[0] for row in rows)

    def damaged(self, attempt: str | None) -> tuple[ObjectId, ...]:
        """Addresses of the damaged rows."""
        with _translated():
            rows = self._connection.execute(
                "SELECT sid, track, seq FROM objects WHERE state = 'damaged'"
                " AND (:attempt IS NULL OR attempt = :attempt) ORDER BY id",
                {"attempt": attempt},
            ).fetchall()
        return tuple(ObjectId(*row) for row in rows)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise SpoolFull("The disk is full; free some space. Nothing that was kept is lost.") from error
        raise SpoolUnusable(f"The outbox's index cannot be used ({error}); check the disk.") from error
    except OSError as error:
        raise SpoolUnusable(f"The spool folder cannot be used ({error.strerror}); check the disk.") from error
