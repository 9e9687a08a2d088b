"""Removes what the client keeps on this computer, once nothing of it is needed any more: `invigilo purge`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.client.delivery.outbox import Outbox
from app.client.errors import AlreadyRunning
from app.client.state.instance_lock import instance_lock
from app.durable_files.writing import remove_file, remove_folder
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.state.paths import ClientPaths


class PurgeObstacle(StrEnum):
    """What has to be done before anything is removed."""

    RUNNING = "running"
    NOT_RESTORED = "not_restored"
    NOT_DELIVERED = "not_delivered"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True)
class PurgeReport:
    """Whether everything is gone.

    Attributes:
        obstacle: why nothing was removed, None where everything was.
        waiting: how many sealed parts are still to be sent.
    """

    obstacle: PurgeObstacle | None = None
    waiting: int = 0

    @property
    def removed(self) -> bool:
        """Whether nothing is left."""
        return self.obstacle is None


def purge(paths: ClientPaths, agreed: Callable[[], bool]) -> PurgeReport:
    """Remove attempts, receipts, trusted institutions and every other file of the client, and no file of anybody else.

    What is still to be sent or to be put back is never removed: then nothing is. `agreed` is asked once it can be done;
    where it says no, nothing is removed either.
    """
    if not paths.root.exists():
        return PurgeReport()
    paths.prepare()
    try:
        with instance_lock(paths.running):
            obstructed = _remove_all(paths, agreed)
    except AlreadyRunning:
        return PurgeReport(PurgeObstacle.RUNNING)
    if obstructed is not None:
        return obstructed
    paths.running.unlink(missing_ok=True)
    if not any(paths.root.iterdir()):  # what somebody else put there stays theirs
        paths.root.rmdir()
    return PurgeReport()


def _remove_all(paths: ClientPaths, agreed: Callable[[], bool]) -> PurgeReport | None:
    if not restore_all(paths.journal, backend().machine_settings()).clean:
        return PurgeReport(PurgeObstacle.NOT_RESTORED)
    outbox = Outbox(paths.spool)
    outbox.recover()
    waiting = outbox.counts().waiting_objects
    going = not waiting and agreed()
    outbox.retire(keep_index=not going)
    if not going:
        return PurgeReport(PurgeObstacle.NOT_DELIVERED if waiting else PurgeObstacle.NOT_AGREED, waiting)
    for folder in (paths.browser, paths.attempts, paths.receipts, paths.journal, paths.spool):
        remove_folder(folder)
    remove_file(paths.pins)
    return None
