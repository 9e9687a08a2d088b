"""Facts of the session and the machine on macOS."""

from __future__ import annotations

from collections.abc import Mapping

from lockdown.contract.evidence import RemoteSign, SessionFacts, Sign, VirtualMachineEvidence
from lockdown.macos.facade import MacSystem

_ON_CONSOLE = "kCGSSessionOnConsoleKey"


def session_facts(machine: MacSystem, environ: Mapping[str, str]) -> SessionFacts:
    """Return whether this session was begun over SSH, or is shown elsewhere than at the computer's own displays."""
    remote = [RemoteSign.SSH] if environ.get("SSH_CONNECTION") else []
    session = machine.session()
    if session and not session.get(_ON_CONSOLE, True):
        remote.append(RemoteSign.NOT_ON_CONSOLE)
    return SessionFacts("macos", tuple(remote))


def virtual_machine_evidence(machine: MacSystem) -> VirtualMachineEvidence:
    """Return the sign that macOS itself gives; it is a single origin, so that it never speaks for itself alone."""
    signs = (Sign("hypervisor-present", "processor"),) if machine.number("kern.hv_vmm_present") else ()
    return VirtualMachineEvidence(signs)
