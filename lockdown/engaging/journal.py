"""The journal of every change that would outlive this process: written and fsynced before the change is made.

A journal is a file of JSON lines, mode 0600, one file for each life of the client:

    {"journal": "invigilo lockdown", "schema": 1, "session": "...", "started_at": "2026-11-22T09:00:00Z"}
    {"id": 1, "step": "intended", "api": "x11.xkb.options", "key": ":0", "before": "", "after": "srvrkeys:none"}
    {"id": 1, "step": "applied"}
    {"id": 1, "step": "restored"}

``left`` takes the place of ``restored`` where somebody else changed the setting meanwhile and it is left to them.
A last line without its line feed was cut by a crash while being written; its change was then not made yet (or its
undoing is harmless to repeat), so it does not count; a cut header stands for no change at all. Anything else that
does not parse makes the journal unreadable: it is kept, and nothing starts.

The file is locked as long as its process lives. Programs that carry a change out inherit the lock, so that nobody
restores while a change of a dead client is still on its way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self, cast, get_args

from lockdown.contract.errors import JournalError, JournalInUse, JournalUnreadable
from lockdown.engaging.file_lock import lock
from lockdown.engaging.flushing import flush, flush_folder

SCHEMA = 1
SUFFIX = ".journal"
_MAGIC = "invigilo lockdown"

Step = Literal["intended", "applied", "restored", "left"]
# O_BINARY: without it Windows writes and counts a carriage return that it never reads back.
_AS_IT_IS: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_DONE: frozenset[Step] = frozenset({"restored", "left"})


@dataclass(frozen=True)
class Change:
    """One change of one machine setting.

    Attributes:
        id: counts from 1 in its journal.
        api: which machine setting, for example ``x11.xkb.options`` (see `lockdown.engaging.changes`).
        key: which instance of it, for example a display name.
        before: value found, None where it did not exist.
        after: value to be set, None to remove it.
        step: how far it got.
    """

    id: int
    api: str
    key: str
    before: str | None
    after: str | None
    step: Step = "intended"


class Journal:
    """An open journal, locked by this process until it is closed.

    Use `create` for a new life and `reopen` to finish the undoing of one that ended without it. Not thread-safe:
    guards engage and release on one thread.
    """

    def __init__(self, path: Path, descriptor: int, session: str, changes: Sequence[Change]) -> None:
        self.path = path
        self.session = session
        self._descriptor = descriptor
        self._changes = {change.id: change for change in changes}

    @classmethod
    def create(cls, directory: Path, session: str, *, now: datetime | None = None) -> Self:
        """Begin the journal of `session` in `directory`, which is made (0700) where it does not exist.

        `session` is an attempt's id or another word of letters, digits, "-", "_" and "."; it names the file.

        Raises:
            JournalError: there is such a journal already, or it cannot be written.
        """
        path = directory / f"{session}{SUFFIX}"
        started = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        header = {"journal": _MAGIC, "schema": SCHEMA, "session": session, "started_at": started}
        descriptor = -1
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            # O_EXCL: an earlier journal of this session is still to be restored and must not be replaced.
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | _AS_IT_IS, 0o600)
            lock(descriptor, timeout_s=0.0)
            _write(descriptor, header)
            flush_folder(directory)
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            raise JournalError(
                f"cannot begin the lockdown journal {path.name}: {error.strerror}; "
                "run `invigilo restore` and see that its folder is writable and not full"
            ) from error
        return cls(path, descriptor, session, ())

    @classmethod
    def reopen(cls, path: Path, *, timeout_s: float = 0.0) -> Self:
        """Open an existing journal to undo what it holds, waiting up to `timeout_s` for its process to let go.

        Raises:
            JournalInUse: a running process still holds it.
            JournalUnreadable: it does not parse; the file stays as it is.
            JournalError: it cannot be opened.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | _AS_IT_IS)
        except OSError as error:
            raise JournalError(f"cannot open the lockdown journal {path.name}: {error.strerror}") from error
        try:
            if not lock(descriptor, timeout_s=timeout_s):
                raise JournalInUse(
                    f"the lockdown journal {path.name} belongs to a running client; end the exam there first"
                )
            complete_bytes, session, changes = _parse(path, _read(descriptor))
            os.ftruncate(descriptor, complete_bytes)  # what was cut must not run into the next line
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, session, changes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of this journal, oldest first."""
        return tuple(self._changes.values())

    @property
    def outstanding(self) -> tuple[Change, ...]:
        """Changes that are not undone yet, newest first: the order in which to undo them."""
        return tuple(change for change in reversed(self._changes.values()) if change.step not in _DONE)

    def intend(self, api: str, key: str, before: str | None, after: str | None) -> Change:
        """Note a change durably; only after this returned may it be made.

        Raises:
            JournalError: it could not be written; the change must not be made.
        """
        change = Change(len(self._changes) + 1, api, key, before, after)
        self._append({"id": change.id, "step": "intended", "api": api, "key": key, "before": before, "after": after})
        self._changes[change.id] = change
        return change

    def applied(self, change: Change) -> None:
        """Note that `change` has been made."""
        self._advance(change, "applied")

    def restored(self, change: Change) -> None:
        """Note that the value from before `change` is back."""
        self._advance(change, "restored")

    def left(self, change: Change) -> None:
        """Note that somebody else has changed the setting since, so that it was left to them."""
        self._advance(change, "left")

    @property
    def lock_descriptors(self) -> tuple[int, ...]:
        """What to give `subprocess` as ``pass_fds`` so that a program making a change holds the lock too."""
        return () if os.name == "nt" else (self._descriptor,)

    def close(self) -> None:
        """Let go of the journal; its file is removed where everything in it is undone, and stays otherwise."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)  # before the removal, because Windows removes no open file
        if not self.outstanding:
            self.path.unlink(missing_ok=True)
            flush_folder(self.path.parent)

    def _advance(self, change: Change, step: Step) -> None:
        self._append({"id": change.id, "step": step})
        self._changes[change.id] = replace(self._changes[change.id], step=step)

    def _append(self, entry: Mapping[str, object]) -> None:
        if self._descriptor < 0:
            raise JournalError(f"the lockdown journal {self.path.name} is closed; nothing may be changed any more")
        try:
            _write(self._descriptor, entry)
        except OSError as error:
            raise JournalError(
                f"cannot write the lockdown journal {self.path.name}: {error.strerror}; make room on its disk"
            ) from error


def _write(descriptor: int, entry: Mapping[str, object]) -> None:
    line = json.dumps(entry, ensure_ascii=True).encode("ascii") + b"\n"
    before = os.fstat(descriptor).st_size
    try:
        while line:
            line = line[os.write(descriptor, line) :]
        flush(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)  # half a line would make every later one unreadable
        raise


def _read(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    content = b""
    while len(content) < size:
        content += os.read(descriptor, size - len(content))
    return content


def _parse(path: Path, content: bytes) -> tuple[int, str, list[Change]]:
    """Return the length of the whole lines, the session and its changes."""
    complete_bytes = content.rfind(b"\n") + 1
    if complete_bytes == 0:  # the header itself was cut: nothing had been changed yet
        return 0, path.name.removesuffix(SUFFIX), []
    number = 0
    try:
        header, *lines = content[:complete_bytes].splitlines()
        session = _session(json.loads(header))
        changes: dict[int, Change] = {}
        for line in lines:
            number += 1
            _replay(json.loads(line), changes)
    except (ValueError, KeyError, TypeError) as error:
        raise JournalUnreadable(
            f"the lockdown journal {path.name} does not parse at line {number + 1}: {error}; "
            "it is kept: let support look at it, then move it away to start"
        ) from error
    return complete_bytes, session, list(changes.values())


def _session(header: dict[str, object]) -> str:
    if header["journal"] != _MAGIC:
        raise ValueError("not a lockdown journal")
    if header["schema"] != SCHEMA:
        raise ValueError(f"schema {header['schema']} where this version knows {SCHEMA}")
    return str(header["session"])


def _replay(entry: dict[str, object], changes: dict[int, Change]) -> None:
    number, step = entry["id"], entry["step"]
    if not isinstance(number, int) or step not in get_args(Step):
        raise ValueError("no known step")
    if step == "intended":
        before, after = entry["before"], entry["after"]
        if number != len(changes) + 1 or not isinstance(before, str | None) or not isinstance(after, str | None):
            raise ValueError("a change out of order or without its values")
        changes[number] = Change(number, str(entry["api"]), str(entry["key"]), before, after)
    else:
        changes[number] = replace(changes[number], step=cast("Step", step))
