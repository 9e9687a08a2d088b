"""Removes what the client keeps on this computer, once nothing of it is needed any more: `invigilo forget`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.delivery.outbox import Outbox
from app.client.state.instance_lock import alone
from lockdown.restore import restore_all

if TYPE_CHECKING:
    from app.client.state.paths import Places

UPLOAD_FIRST = (
    "{parts} sealed parts of an exam still wait to be sent; run “invigilo upload” first, nothing was removed."
)
RESTORE_FIRST = "A setting that an exam changed could not be put back; run “invigilo restore”, nothing was removed."


@dataclass(frozen=True)
class Forgotten:
    """Whether everything is gone; `problem` says what has to be done first where it is not."""

    removed: bool
    problem: str | None = None


def forget(places: Places) -> Forgotten:
    """Remove attempts, receipts, trusted institutions and every other file of the client, and no file of anybody else.

    What is still to be sent or to be put back is never removed: then nothing is.

    Raises:
        AlreadyRunning: a client of these folders runs.
    """
    if not places.root.exists():
        return Forgotten(removed=True)
    places.prepare()
    with alone(places.running):
        if not restore_all(places.journal).clean:
            return Forgotten(removed=False, problem=RESTORE_FIRST)
        outbox = Outbox(places.spool)
        outbox.recover()
        waiting = outbox.counts().waiting_objects
        outbox.retire(keep_index=waiting > 0)
        if waiting:
            return Forgotten(removed=False, problem=UPLOAD_FIRST.format(parts=waiting))
        for folder in (places.browser, places.attempts, places.receipts, places.journal, places.spool):
            shutil.rmtree(folder)
        places.pins.unlink(missing_ok=True)
    places.running.unlink(missing_ok=True)
    if not any(places.root.iterdir()):  # what somebody else put there stays theirs
        places.root.rmdir()
    return Forgotten(removed=True)
