"""Removes what the client keeps on this computer, once nothing of it is needed any more: `invigilo purge`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.delivery.outbox import Outbox
from app.client.state.instance_lock import instance_lock
from app.durable_files.writing import remove_file, remove_folder
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all

if TYPE_CHECKING:
    from app.client.state.paths import ClientPaths

UPLOAD_FIRST = (
    "{parts} sealed parts of an exam still wait to be sent; run “invigilo upload” first, nothing was removed."
)
RESTORE_FIRST = "A setting that an exam changed could not be put back; run “invigilo restore”, nothing was removed."


@dataclass(frozen=True)
class PurgeReport:
    """Whether everything is gone; `problem` says what has to be done first where it is not."""

    removed: bool
    problem: str | None = None


def purge(paths: ClientPaths) -> PurgeReport:
    """Remove attempts, receipts, trusted institutions and every other file of the client, and no file of anybody else.

    What is still to be sent or to be put back is never removed: then nothing is.

    Raises:
        AlreadyRunning: a client of these folders runs.
    """
    if not paths.root.exists():
        return PurgeReport(removed=True)
    paths.prepare()
    with instance_lock(paths.running):
        if not restore_all(paths.journal, backend().machine_settings()).clean:
            return PurgeReport(removed=False, problem=RESTORE_FIRST)
        outbox = Outbox(paths.spool)
        outbox.recover()
        waiting = outbox.counts().waiting_objects
        outbox.retire(keep_index=waiting > 0)
        if waiting:
            return PurgeReport(removed=False, problem=UPLOAD_FIRST.format(parts=waiting))
        for folder in (paths.browser, paths.attempts, paths.receipts, paths.journal, paths.spool):
            remove_folder(folder)
        remove_file(paths.pins)
    paths.running.unlink(missing_ok=True)
    if not any(paths.root.iterdir()):  # what somebody else put there stays theirs
        paths.root.rmdir()
    return PurgeReport(removed=True)
