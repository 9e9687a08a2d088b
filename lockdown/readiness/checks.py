"""What the check-in finds on this machine before an exam: each finding with a sentence, a fix, and who may override.

Only controls that are on are looked at, disk space always. A finding is never a verdict on a person: ``failed`` only
says that the institution's own settings do not let the exam start like this.

| code | what |
|---|---|
| P-01 | denied programs |
| R-01 | remote session |
| V-01 | virtual machine |
| W-01 | Wayland, where controls cannot be enforced |
| W-02 | other controls that this platform does not offer |
| S-01 | storage devices |
| X-02 | more displays than allowed |
| E-01, K-01, T-01, G-01, B-01 | see `lockdown.readiness.peripherals` |
| D-01 | free disk space |
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lockdown.contract.descriptions import DESCRIPTIONS
from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.finding import STAFF, ReadinessFinding, State
from lockdown.contract.settings import DisplaySettings, LockdownSettings, Policy, ProcessSettings, ProgramRule
from lockdown.platforms.matrix import platform_of, process_sources, storage_source, support
from lockdown.platforms.session import session_facts, virtual_machine_evidence
from lockdown.readiness.closing_programs import program_closer
from lockdown.readiness.peripherals import Peripherals, inspect_peripherals, peripheral_findings
from lockdown.watching.processes import denied_now, denied_rules
from lockdown.watching.programs import Match
from lockdown.watching.remote_control import remote_control_rules
from lockdown.watching.storage import StorageDevice


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
    peripherals: Peripherals = field(default_factory=Peripherals)


def inspect_machine(settings: LockdownSettings, folder: Path, *, displays: int | None = None) -> MachineState:
    """Find out what `settings` ask for, and the space free for `folder`; takes well under a second.

    `displays` is how many there are, which only a program with a window can count; None where it was not counted.
    """
    source, _ = process_sources()
    processes = settings.processes
    denied = denied_now(source, denied_rules(processes), processes.allow) if processes else ()
    remote = denied_now(source, remote_control_rules(), _allowed(processes)) if settings.remote_session else ()
    storage = storage_source() if settings.storage else None
    return MachineState(
        session=session_facts(),
        virtual_machine=virtual_machine_evidence() if settings.virtual_machine else None,
        denied=denied,
        remote_control=remote,
        storage=tuple(storage.devices().values()) if storage else None,
        free_bytes=shutil.disk_usage(folder).free,
        displays=displays if settings.displays else None,
        peripherals=inspect_peripherals(settings),
    )


def findings(
    settings: LockdownSettings, machine: MachineState, needed_bytes: int, *, lab_machine: bool = False
) -> tuple[ReadinessFinding, ...]:
    """Judge `machine` by `settings`; `needed_bytes` is what the recording may have to keep until it is delivered."""
    found = [_disk(machine.free_bytes, needed_bytes)]
    found += _platform(settings, machine.session, lab_machine=lab_machine)
    if settings.processes:
        found.append(_programs(settings.processes.policy, machine.denied))
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


def _allowed(processes: ProcessSettings | None) -> Sequence[ProgramRule]:
    return processes.allow if processes else ()


def _state(policy: Policy) -> State:
    """``hold`` is released by staff during the exam; before it, staff see the finding and the exam can start."""
    return "failed" if policy is Policy.REFUSE else "attention"


def _disk(free_bytes: int, needed_bytes: int) -> ReadinessFinding:
    if free_bytes >= needed_bytes:
        return ReadinessFinding("D-01", "ok", "There is enough free space for the recording.")
    missing_mb = -(-(needed_bytes - free_bytes) // 10**6)
    return ReadinessFinding(
        "D-01",
        "failed",
        f"The disk has too little free space: {missing_mb} MB more are needed to keep the recording until it is sent.",
        "Delete files that you do not need, or empty the waste bin, and check again.",
    )


def _platform(settings: LockdownSettings, session: SessionFacts, *, lab_machine: bool) -> list[ReadinessFinding]:
    """Report the controls that are on and not available here: the strictest policy among them decides."""
    platform = platform_of(wayland=session.wayland)
    missing = [
        control
        for control in settings.controls()
        if support(control, platform, lab_machine=lab_machine).level == "not_available"
    ]
    if not missing:
        return [ReadinessFinding("W-02", "ok", "Everything the institution asked for is available on this computer.")]
    refused = any(settings.policy(control) is Policy.REFUSE for control in missing)
    names = ", ".join(DESCRIPTIONS[control].title for control in missing)
    if platform == "linux-wayland":
        return [
            ReadinessFinding(
                "W-01",
                "failed" if refused else "attention",
                f"This desktop session uses Wayland, where these cannot be enforced: {names}.",
                "Log out and choose a session named X11 or Xorg on the login screen, or use an exam room computer.",
                STAFF,
            )
        ]
    return [
        ReadinessFinding(
            "W-02",
            "failed" if refused else "attention",
            f"These are not available on this computer: {names}.",
            "Use another computer, or ask the institution." if refused else "",
            STAFF,
        )
    ]


def _programs(policy: Policy, denied: tuple[Match, ...]) -> ReadinessFinding:
    if not denied:
        return ReadinessFinding("P-01", "ok", "No program is running that the institution does not allow.")
    names = ", ".join(sorted({match.rule.title for match in denied}))
    return ReadinessFinding(
        "P-01",
        _state(policy),
        f"These programs are running and not allowed in the exam: {names}.",
        "Save your work in them, close them, and check again.",
        STAFF,
        can_close=program_closer(process_sources()[0]) is not None,
    )


def _remote(policy: Policy, machine: MachineState) -> ReadinessFinding:
    names = sorted({match.rule.title for match in machine.remote_control})
    if not names and not machine.session.remote:
        return ReadinessFinding("R-01", "ok", "There is no sign that this screen is shown or controlled elsewhere.")
    what = f"These programs can show or control this screen: {', '.join(names)}." if names else ""
    if machine.session.remote:
        what = f"This session seems to be used from another computer. {what}".strip()
    return ReadinessFinding(
        "R-01", _state(policy), what, "Work at this computer itself and close such programs.", STAFF
    )


def _virtual(policy: Policy, evidence: VirtualMachineEvidence | None) -> ReadinessFinding:
    if evidence is None:
        return ReadinessFinding(
            "V-01", "attention", "Whether this is a virtual machine cannot be told on this system yet."
        )
    if not evidence.signs:
        return ReadinessFinding("V-01", "ok", "There is no sign of a virtual machine.")
    if not evidence.likely:
        # One sign alone never stops anybody, whatever the policy: real machines show single signs too.
        return ReadinessFinding(
            "V-01", "attention", "There is a single sign of a virtual machine, which proves nothing."
        )
    return ReadinessFinding(
        "V-01",
        _state(policy),
        f"{evidence.score} independent signs say that this computer may be a virtual machine.",
        "Use a computer directly. If this is one, ask the institution: staff can let you in.",
        STAFF,
    )


def _displays(settings: DisplaySettings, number: int | None) -> ReadinessFinding:
    if number is None:
        return ReadinessFinding("X-02", "attention", "The displays could not be counted.")
    if number <= settings.at_most:
        return ReadinessFinding("X-02", "ok", "No more displays are connected than the exam allows.")
    return ReadinessFinding(
        "X-02",
        _state(settings.policy),
        f"{number} displays are connected; the exam allows {settings.at_most}.",
        "Disconnect the others, and check again.",
        STAFF,
    )


def _storage(policy: Policy, devices: tuple[StorageDevice, ...] | None) -> ReadinessFinding:
    if devices is None:
        return ReadinessFinding("S-01", "attention", "Storage devices cannot be listed on this system yet.")
    outside = [device for device in devices if device.outside]
    if not outside:
        return ReadinessFinding("S-01", "ok", "No outside storage device is connected.")
    kinds = ", ".join(sorted(f"{device.storage_class} ({device.size})" for device in outside))
    return ReadinessFinding(
        "S-01",
        _state(policy),
        f"Storage devices are connected: {kinds}.",
        "Remove them the way your system asks for, and check again.",
        STAFF,
    )
