"""The files of the spool: where each promised object lies, written so that it survives a power cut."""

import logging
from collections.abc import Iterator
from pathlib import Path

from app.client.delivery.errors import SpoolFull, SpoolUnusable
from app.durable_files.writing import is_full, write_file
from app.wire.errors import ObjectNameRefused
from app.wire.objects import ObjectId, is_sid

logger = logging.getLogger(__name__)

INDEX_NAME = "outbox.sqlite"
RESERVE_NAME = "reserved"


class SpoolFiles:
    """Objects below one `folder`, each as ``<sid>/<ISF name>``; beside them the index and the reserve."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def index(self) -> Path:
        """The index of what is known of the objects."""
        return self._folder / INDEX_NAME

    @property
    def reserve(self) -> Path:
        """The file that holds disk space until it is needed."""
        return self._folder / RESERVE_NAME

    def path(self, object_id: ObjectId) -> Path:
        """Where an object lies, or would."""
        return self._folder / object_id.sid / object_id.name

    def write(self, object_id: ObjectId, data: bytes) -> None:
        """Write an object durably.

        Raises:
            SpoolFull: there is no room.
            SpoolUnusable: the disk failed.
        """
        try:
            write_file(self.path(object_id), data)
        except OSError as error:
            if is_full(error):
                raise SpoolFull("The disk is full; free some space. Nothing that was kept is lost.") from error
            raise SpoolUnusable(f"The spool cannot be written ({error.strerror}); check the disk.") from error

    def remove(self, file: Path) -> None:
        """Remove a file that is needed no longer; one that cannot be removed is left for the next recovery."""
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            # Held open by a virus scanner on Windows; the next recovery removes it.
            logger.warning("a delivered object cannot be removed yet (%s)", error.strerror)

    def found(self) -> Iterator[tuple[str, Path]]:
        """Every file with its name relative to the spool, but for the index and the reserve."""
        for file in sorted(path for path in self._folder.rglob("*") if path.is_file() or path.is_symlink()):
            name = file.relative_to(self._folder).as_posix()
            if not name.startswith(INDEX_NAME) and name != RESERVE_NAME:
                yield name, file

    def prune(self) -> None:
        """Remove session folders that have become empty."""
        for folder in sorted((path for path in self._folder.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()

    def remove_index(self) -> None:
        """Remove the index, which nobody has open any more."""
        for suffix in ("-wal", "-shm", ""):
            (self._folder / f"{INDEX_NAME}{suffix}").unlink(missing_ok=True)


def object_called(name: str) -> ObjectId | None:
    """Give the object that a file called `name`, relative to the spool, would be; None: it is none."""
    sid, _, rest = name.partition("/")
    if not is_sid(sid):
        return None
    try:
        return ObjectId.from_name(sid, rest)
    except ObjectNameRefused:
        return None
