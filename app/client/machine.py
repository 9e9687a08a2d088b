"""This computer as the exam meets it: what the device check finds, and the guards that lock it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.client.machine_lock import MachineLock
from lockdown.platform import process_sources, storage_source
from lockdown.processes import ProcessGuard
from lockdown.readiness import findings, look
from lockdown.storage import StorageGuard

if TYPE_CHECKING:
    from app.client.attempts import Attempt
    from app.client.places import Places
    from lockdown.guard import Guard
    from lockdown.readiness import Finding
    from lockdown.settings import LockdownSettings
    from ui.client.exam.window import ExamWindow

_log = logging.getLogger(__name__)


class ThisMachine:
    """Chooses this platform's guards for what the settings ask; a control that is off has no guard at all."""

    def __init__(self, settings: LockdownSettings, places: Places, attempt: Attempt) -> None:
        self._settings = settings
        self._places = places
        self._attempt = attempt

    def findings(self) -> tuple[Finding, ...]:
        """Look at the machine; takes under a second. Disk space is set aside elsewhere, so none is asked for here."""
        return findings(self._settings, look(self._settings, self._places.spool), 0)

    def lock_for(self, window: ExamWindow) -> MachineLock:
        """Give the guards for this exam around `window`, the window's own first."""
        guards: list[Guard] = [*window.guards()]
        if self._settings.processes is not None:
            processes, events = process_sources()
            guards.append(ProcessGuard(self._settings.processes, processes, events))
        if self._settings.storage is not None and (storage := storage_source()) is not None:
            guards.append(StorageGuard(storage))
        return MachineLock(guards, self._places.journal, f"{self._attempt.attempt}.{self._attempt.next_take}")
