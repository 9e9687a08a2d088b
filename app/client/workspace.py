"""What a client keeps in its folder, held by one client at a time: outbox, attempts, trusted institutions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.delivery.errors import DeliveryError, SpoolFull
from app.client.delivery.outbox import Outbox
from app.client.errors import FolderFault, FolderUnusable
from app.client.state.attempts import AttemptStore
from app.client.state.instance_lock import instance_lock
from app.policy.pins import InstitutionPins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.client.state.paths import ClientPaths


@dataclass(frozen=True)
class Workspace:
    """What this client keeps, as long as it holds the folder."""

    paths: ClientPaths
    outbox: Outbox
    attempts: AttemptStore
    pins: InstitutionPins


@contextmanager
def workspace(paths: ClientPaths) -> Iterator[Workspace]:
    """Make the folders, hold them for the block and take up what earlier starts left; its outbox is retired at the end.

    Raises:
        AlreadyRunning: another client holds these folders.
        FolderUnusable: they cannot be written or read.
    """
    paths.prepare()
    with instance_lock(paths.running):
        try:
            outbox = Outbox(paths.spool)
            outbox.recover()
        except DeliveryError as error:
            full = isinstance(error, SpoolFull)
            fault = FolderFault.FULL if full else FolderFault.FAILED
            raise FolderUnusable(fault, where=str(paths.spool)) from error
        attempts = AttemptStore(paths.attempts)
        try:
            yield Workspace(paths, outbox, attempts, InstitutionPins(paths.pins))
        finally:
            outbox.retire(keep_index=not attempts.empty)
