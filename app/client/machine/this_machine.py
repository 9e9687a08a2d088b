"""This computer as the exam meets it: what the device check finds, and the guards that lock it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.client.machine.lock import MachineLock
from app.client.machine.own_process import own_process
from app.client.machine.policy_findings import policy_findings
from app.client.machine.window_adapter import WindowGuardAdapter
from lockdown.platforms.watchers import watchers
from lockdown.platforms.window_guards import window_guards
from lockdown.readiness.checks import findings, inspect_machine
from lockdown.readiness.closing_programs import close_denied
from lockdown.readiness.given import given_here
from lockdown.watchdog import WatchdogGuard
from ui.client.exam.guards.displays import DisplayCount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.client.machine.policy_findings import MachineFinding
    from app.client.state.attempts import Attempt
    from app.client.state.paths import ClientPaths
    from app.policy.machine import MachinePolicy
    from lockdown.contract.settings import Control, LockdownSettings
    from lockdown.engaging.guard import EnforcementLevel, Guard
    from lockdown.platforms.backend import Backend
    from ui.client.exam.window import ExamWindow


_log = logging.getLogger(__name__)


class ThisMachine:
    """Chooses this platform's guards for what the settings ask; a control that is off has no guard at all."""

    def __init__(
        self,
        settings: LockdownSettings,
        paths: ClientPaths,
        attempt: Attempt,
        policy: MachinePolicy,
        backend: Backend,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._policy = policy
        self._paths = paths
        self._attempt = attempt
        self._displays = DisplayCount() if settings.displays is not None else None

    def given(self) -> Mapping[Control, EnforcementLevel]:
        """Return what each control that is on gives here; asked at once, nothing is engaged for it."""
        backend = self._backend
        return given_here(
            self._settings,
            backend.platform(),
            sees_all_processes=backend.process_source().sees_all(),
            lab_machine=self._policy.lab_machine,
        )

    def findings(self) -> tuple[MachineFinding, ...]:
        """Look at the machine; takes under a second. Disk space is set aside elsewhere, so none is asked for here."""
        displays = self._displays.number if self._displays is not None else None
        machine = inspect_machine(self._settings, self._paths.spool, self._backend, displays=displays)
        found = findings(self._settings, machine, 0, lab_machine=self._policy.lab_machine)
        return (*found, *policy_findings(self._policy))

    def close_denied(self) -> None:
        """Ask each denied program to close; those that stay, stay findings of the next look."""
        source = self._backend.process_source()
        closer = self._backend.program_closer(source)
        if self._settings.processes is not None and closer is not None:
            outcomes = close_denied(self._settings.processes, source, closer)
            _log.info("programs asked to close: %s", ", ".join(outcomes) or "none")

    def lock_for(self, window: ExamWindow) -> MachineLock:
        """Give the guards for this exam around `window`: the watchdog, the window's, then the watchers."""
        guards: list[Guard] = [WatchdogGuard(command=own_process("watchdog-process"))]
        lab_machine = self._policy.lab_machine
        of_this_platform = window_guards(self._settings, self._backend, window.winId, lab_machine=lab_machine)
        served = {guard.name for guard in of_this_platform}
        guards += [WindowGuardAdapter(guard) for guard in window.guards if guard.name not in served]
        guards += of_this_platform
        guards += watchers(self._settings, self._backend)
        return MachineLock(guards, self._paths.journal, f"{self._attempt.attempt}.{self._attempt.next_take}")
