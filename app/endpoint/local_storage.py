"""Storage on a local disk: what the operator holds is exactly the folder of a sealed session.

    DATA/sessions/<sid>/header.isf keys.isf log.isf seg/SS-IIIIIIII.isg
    DATA/incoming/    being written; emptied at start
    DATA/aside/       second contents for an address, kept as evidence

An object is written under `incoming`, flushed, given its name, which fails if there is such a file, and its folder is
flushed (`app.durable_files`). Log records are appended to `log.isf`, flushed one by one; a record cut short by a crash
is removed at start.
"""

import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.durable_files.writing import append_to_file, create_file, is_full, make_folder, remove_folder, truncate_file
from app.endpoint.errors import LogGap, StorageFault, StorageFull
from app.endpoint.storage import StorageHealth, StoredObject
from app.wire.errors import ObjectNameRefused
from app.wire.objects import ObjectId, is_sid
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES, split_log
from resources.language import _, isolate

logger = logging.getLogger(__name__)

LOG_NAME = "log.isf"
MAX_QUARANTINED = 64
"""Contents set aside for one session; a token's bearer cannot fill the disk with evidence."""


class LocalStorage:
    """Implements `app.endpoint.storage.Storage` below one folder of a local disk.

    Callers serialise the log records of one session; everything else may race.
    """

    def __init__(self, data: Path) -> None:
        self._sessions = data / "sessions"
        self._incoming = data / "incoming"
        self._quarantine = data / "aside"
        self._folders = threading.Lock()
        self._being_made: set[Path] = set()
        with _translated():
            for folder in (self._sessions, self._incoming, self._quarantine):
                self._make(folder)

    def create(self, object_id: ObjectId, data: bytes) -> bool:
        """See `Storage.create`."""
        with _translated():
            if object_id.track == "log":
                return self._append(object_id, data)
            return self._link(self._file(object_id), data)

    def _link(self, target: Path, data: bytes) -> bool:
        self._make(target.parent)
        return create_file(target, data, parts=self._incoming)

    def _append(self, object_id: ObjectId, data: bytes) -> bool:
        file = self._file(object_id)
        self._make(file.parent)
        size = file.stat().st_size if file.exists() else 0
        begin = object_id.seq * SEGMENT_RECORD_BYTES
        if size > begin:
            return False
        if size < begin:
            raise LogGap(_records_in(size))
        append_to_file(file, data)
        return True

    def get(self, object_id: ObjectId) -> bytes | None:
        """See `Storage.get`."""
        with _translated():
            try:
                with self._file(object_id).open("rb") as file:
                    if object_id.track != "log":
                        return file.read()
                    file.seek(object_id.seq * SEGMENT_RECORD_BYTES)
                    record = file.read(SEGMENT_RECORD_BYTES)
            except FileNotFoundError:
                return None
        expected = FINAL_RECORD_BYTES if record[:1] == b"F" else SEGMENT_RECORD_BYTES
        return record[:expected] if len(record) >= expected else None

    def head(self, object_id: ObjectId) -> StoredObject | None:
        """See `Storage.head`."""
        data = self.get(object_id)
        return None if data is None else StoredObject(len(data), hashlib.sha256(data).hexdigest())

    def log(self, sid: str) -> bytes:
        """See `Storage.log`."""
        file = self._sessions / sid / LOG_NAME
        with _translated():
            return file.read_bytes() if file.exists() else b""

    def objects(self, sid: str) -> Sequence[ObjectId]:
        """See `Storage.objects`."""
        return sorted(each for each in self._contents(sid) if isinstance(each, ObjectId))

    def orphans(self, sid: str) -> Sequence[str]:
        """See `Storage.orphans`."""
        return sorted(each for each in self._contents(sid) if isinstance(each, str))

    def _contents(self, sid: str) -> Iterator[ObjectId | str]:
        folder = self._sessions / sid
        with _translated():
            for file in folder.rglob("*"):
                name = file.relative_to(folder).as_posix()
                if file.is_symlink():
                    yield name
                elif file.is_dir():
                    if name != "seg":
                        yield name
                elif name == LOG_NAME:
                    records, rest = split_log(file.read_bytes())
                    yield from (ObjectId(sid, "log", number) for number in range(len(records)))
                    if rest:
                        yield name
                else:
                    yield _object_or_name(sid, name)

    def sessions(self) -> Sequence[str]:
        """See `Storage.sessions`."""
        with _translated():
            return sorted(each.name for each in self._sessions.iterdir() if is_sid(each.name))

    def delete(self, sid: str) -> None:
        """See `Storage.delete`."""
        with _translated():
            for folder in (self._sessions / sid, self._quarantine / sid):
                if folder.exists():
                    remove_folder(folder)

    def quarantine(self, object_id: ObjectId, data: bytes) -> None:
        """See `Storage.quarantine`."""
        folder = self._quarantine / object_id.sid
        digest = hashlib.sha256(data).hexdigest()
        with _translated():
            self._make(folder)
            if len(list(folder.iterdir())) >= MAX_QUARANTINED:
                logger.error("no more evidence is kept for a session that already has %d pieces", MAX_QUARANTINED)
                return
            self._link(folder / f"{object_id.track}-{object_id.seq:08d}.{digest[:16]}", data)

    def health(self) -> StorageHealth:
        """See `Storage.health`."""
        with _translated():
            return StorageHealth(shutil.disk_usage(self._sessions).free)

    def repair(self) -> Sequence[str]:
        """See `Storage.repair`."""
        done = []
        with _translated():
            if hasattr(os, "sync"):
                # A crash may have come between a name and the flush of its folder.
                os.sync()
            parts = list(self._incoming.iterdir())
            for part in parts:
                part.unlink()
            if parts:
                done.append(f"{len(parts)} objects whose upload a crash had cut off were removed")
            for sid in self.sessions():
                file = self._sessions / sid / LOG_NAME
                rest = split_log(file.read_bytes())[1] if file.exists() else b""
                if rest:
                    truncate_file(file, file.stat().st_size - len(rest))
                    done.append("a log record cut short by a crash was removed; it had not been acknowledged")
        return done

    def _file(self, object_id: ObjectId) -> Path:
        name = LOG_NAME if object_id.track == "log" else object_id.name
        return self._sessions / object_id.sid / name

    def _make(self, folder: Path) -> None:
        # In this order: a folder that another thread has just made is not kept before its name is flushed.
        if folder.is_dir() and folder not in self._being_made:
            return
        with self._folders:
            missing = {each for each in (folder, *folder.parents) if not each.exists()}
            self._being_made |= missing
            try:
                make_folder(folder)
            finally:
                self._being_made -= missing


def _object_or_name(sid: str, name: str) -> ObjectId | str:
    try:
        object_id = ObjectId.from_name(sid, name)
    except ObjectNameRefused:
        return name
    # Slices belong into log.isf here; a file of that name was put there by somebody else.
    return name if object_id.track == "log" else object_id


def _records_in(size: int) -> int:
    return -(-size // SEGMENT_RECORD_BYTES)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull(_("The disk is full.")) from error
        raise StorageFault(
            _("The storage cannot be used ({reason}).").format(reason=isolate(error.strerror))
        ) from error
