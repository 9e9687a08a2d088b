"""What the device check finds on this machine before an exam; `lockdown.contract.finding` lists the codes.

Only controls that are on are looked at, disk space always. A finding is never a verdict on a person: ``failed`` only
says that the institution's own settings do not let the exam start like this.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.finding import (
    AttachedStorage,
    ConnectedDisplays,
    DeniedPrograms,
    DiskSpace,
    ReadinessFinding,
    RemoteControl,
    State,
    StorageKind,
    UnavailableControls,
    VirtualMachine,
    WaylandSession,
)
from lockdown.contract.settings import DisplaySettings, LockdownSettings, Policy, ProcessSettings, ProgramRule
from lockdown.platforms.backend import Backend
from lockdown.readiness.given import OF_PROCESSES, given_here
from lockdown.readiness.peripherals import Peripherals, inspect_peripherals, peripheral_findings
from lockdown.watching.processes import denied_now, denied_rules
from lockdown.watching.programs import Match
from lockdown.watching.storage import StorageDevice

"""What is not seen where this program is kept from knowing of other processes."""


@dataclass(frozen=True)
class MachineState:
    """The state of this machine, as `inspect_machine` finds it. None: cannot be determined here."""

    session: SessionFacts
    virtual_machine: VirtualMachineEvidence | None
    denied: tuple[Match, ...]
    remote_control: tuple[Match, ...]
    storage: tuple[StorageDevice, ...] | None
    free_bytes: int
    displays: int | None = None
    can_close_programs: bool = False
    sees_all_processes: bool = True
    peripherals: Peripherals = field(default_factory=Peripherals)


def inspect_machine(
    settings: LockdownSettings, folder: Path, backend: Backend, *, displays: int | None = None
) -> MachineState:
    """Find out what `settings` ask for, and the space free for `folder`; takes well under a second.

    `displays` is how many a window counts, for platforms that tell it to windows only; None where none was asked.
    """
    source = backend.process_source()
    processes = settings.processes
    denied = denied_now(source, denied_rules(processes, source), processes.allow) if processes else ()
    remote = denied_now(source, source.remote_control_rules(), _allowed(processes)) if settings.remote_session else ()
    storage = backend.storage_source() if settings.storage else None
    return MachineState(
        session=backend.session_facts(),
        virtual_machine=backend.virtual_machine_evidence() if settings.virtual_machine else None,
        denied=denied,
        remote_control=remote,
        storage=tuple(storage.devices().values()) if storage else None,
        free_bytes=shutil.disk_usage(folder).free,
        displays=_displays_shown(backend, displays) if settings.displays else None,
        sees_all_processes=source.sees_all(),
        can_close_programs=backend.program_closer(source) is not None,
        peripherals=inspect_peripherals(settings, backend),
    )


def findings(
    settings: LockdownSettings, machine: MachineState, needed_bytes: int, *, lab_machine: bool = False
) -> tuple[ReadinessFinding, ...]:
    """Judge `machine` by `settings`; `needed_bytes` is what the recording may have to keep until it is delivered."""
    found = [_disk(machine.free_bytes, needed_bytes)]
    if settings.controls():
        found.append(_platform(settings, machine, lab_machine=lab_machine))
    if settings.processes:
        found.append(_programs(settings.processes.policy, machine.denied, can_close=machine.can_close_programs))
    if settings.remote_session:
        found.append(_remote(settings.remote_session, machine))
    if settings.virtual_machine:
        found.append(_virtual(settings.virtual_machine, machine.virtual_machine))
    if settings.storage:
        found.append(_storage(settings.storage, machine.storage))
    if settings.displays:
        found.append(_displays(settings.displays, machine.displays))
    found += peripheral_findings(settings, machine.peripherals)
    return tuple(found)


def _displays_shown(backend: Backend, by_window: int | None) -> int | None:
    counted = backend.display_count()
    return by_window if counted is None else counted


def _allowed(processes: ProcessSettings | None) -> Sequence[ProgramRule]:
    return processes.allow if processes else ()


def _state(policy: Policy) -> State:
    """``hold`` is released by staff during the exam; before it, staff see the finding and the exam can start."""
    return "failed" if policy is Policy.REFUSE else "attention"


def _disk(free_bytes: int, needed_bytes: int) -> ReadinessFinding:
    missing_mb = -(-max(0, needed_bytes - free_bytes) // 10**6)
    return ReadinessFinding(DiskSpace(missing_mb), "failed" if missing_mb else "ok")


def _platform(settings: LockdownSettings, machine: MachineState, *, lab_machine: bool) -> ReadinessFinding:
    """Report the controls that are on and not available here: the strictest policy among them decides."""
    session = machine.session
    given = given_here(
        settings, session.platform, sees_all_processes=machine.sees_all_processes, lab_machine=lab_machine
    )
    missing = tuple(control for control, level in given.items() if level == "not_available")
    if not missing:
        return ReadinessFinding(UnavailableControls(()), "ok")
    refused = any(settings.policy(control) is Policy.REFUSE for control in missing)
    hidden = not machine.sees_all_processes and not OF_PROCESSES.isdisjoint(missing)
    by_wayland = session.platform == "linux-wayland" and not hidden
    facts = WaylandSession(missing) if by_wayland else UnavailableControls(missing)
    return ReadinessFinding(facts, "failed" if refused else "attention", staff_may_override=True)


def _programs(policy: Policy, denied: tuple[Match, ...], *, can_close: bool) -> ReadinessFinding:
    facts = DeniedPrograms(tuple(sorted({match.rule.title for match in denied})))
    if not denied:
        return ReadinessFinding(facts, "ok")
    return ReadinessFinding(facts, _state(policy), staff_may_override=True, can_close=can_close)


def _remote(policy: Policy, machine: MachineState) -> ReadinessFinding:
    titles = sorted({match.rule.title for match in machine.remote_control})
    facts = RemoteControl(tuple(titles), machine.session.remote)
    if not facts.titles and not facts.signs:
        return ReadinessFinding(facts, "ok")
    return ReadinessFinding(facts, _state(policy), staff_may_override=True)


def _virtual(policy: Policy, evidence: VirtualMachineEvidence | None) -> ReadinessFinding:
    facts = VirtualMachine(None if evidence is None else evidence.score)
    if facts.origins == 0:
        return ReadinessFinding(facts, "ok")
    if evidence is None or not evidence.likely:
        # One sign alone never stops anybody, whatever the policy: real machines show single signs too.
        return ReadinessFinding(facts, "attention")
    return ReadinessFinding(facts, _state(policy), staff_may_override=True)


def _displays(settings: DisplaySettings, number: int | None) -> ReadinessFinding:
    facts = ConnectedDisplays(number, settings.at_most)
    if number is None:
        return ReadinessFinding(facts, "attention")
    if number <= settings.at_most:
        return ReadinessFinding(facts, "ok")
    return ReadinessFinding(facts, _state(settings.policy), staff_may_override=True)


def _storage(policy: Policy, devices: tuple[StorageDevice, ...] | None) -> ReadinessFinding:
    if devices is None:
        return ReadinessFinding(AttachedStorage(None), "attention")
    kinds = sorted((device.storage_class, device.size) for device in devices if device.outside)
    facts = AttachedStorage(tuple(StorageKind(*kind) for kind in kinds))
    if not kinds:
        return ReadinessFinding(facts, "ok")
    return ReadinessFinding(facts, _state(policy), staff_may_override=True)
