"""A disk that keeps what was flushed, and what a power cut after each step of the kernel's would leave of a folder."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.durable_files import writing

STEPS = ("open", "write", "replace", "link", "unlink", "mkdir", "rmdir", "ftruncate")
NEVER_FLUSHED = b"<bytes that were never flushed>"

Content = bytes | None
"""Of a file; None where it has no name."""


class PowerCut:
    """Watches `folder` from now on; what is there already survives.

    A name survives once its folder was flushed after it was given, data once its file was. What was done since may
    have reached the medium or not, so a power cut leaves one of two things of each file.

    Args:
        look: hears after every step what a cut at this moment may leave, by `left`.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[["PowerCut"], None]) -> None:
        self._folder = folder
        self._names: dict[Path, dict[str, int]] = {}
        self._data: dict[int, bytes] = {}
        self._open: list[int] = []  # keeps the numbers of removed files from being given again
        self.steps = 0
        for each in (folder, *folder.rglob("*")):
            descriptor = os.open(each, os.O_RDONLY)
            self._flushed(descriptor)
            os.close(descriptor)
        for name in STEPS:
            monkeypatch.setattr(os, name, self._watched(getattr(os, name), look))
        flush = writing.disk.flush

        def flushing(descriptor: int) -> None:
            flush(descriptor)
            self._flushed(descriptor)

        monkeypatch.setattr(writing.disk, "flush", self._watched(flushing, look))

    def left(self, file: Path) -> set[Content]:
        """What may be left of `file`: with the names that were flushed, and with those given since."""
        found: set[Content] = set()
        flushed = self._names.get(file.parent, {}).get(file.name) if self._reachable(file.parent) else None
        found.add(None if flushed is None else self._data.get(flushed, NEVER_FLUSHED))
        now = file.stat().st_ino if file.exists() else None
        found.add(None if now is None else self._data.get(now, NEVER_FLUSHED))
        return found

    def close(self) -> None:
        """Let go of the files that were kept open."""
        for descriptor in self._open:
            os.close(descriptor)

    def _reachable(self, folder: Path) -> bool:
        return folder == self._folder or (
            folder.name in self._names.get(folder.parent, {}) and self._reachable(folder.parent)
        )

    def _flushed(self, descriptor: int) -> None:
        found = os.fstat(descriptor)
        kept = os.dup(descriptor)
        self._open.append(kept)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if stat.S_ISDIR(found.st_mode):
            self._names[path] = {each.name: each.stat().st_ino for each in path.iterdir()}
        else:
            self._data[found.st_ino] = path.read_bytes()

    def _watched(self, call, look):
        def watched(*arguments, **keywords):
            result = call(*arguments, **keywords)
            if not self._looking:
                self._looking = True
                try:
                    self.steps += 1
                    look(self)
                finally:
                    self._looking = False
            return result

        return watched

    _looking = False
