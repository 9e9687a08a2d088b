"""Facts of the session and the machine on Windows, from the system's metrics and the registry."""

from __future__ import annotations

import os
import sys
import winreg

import win32api
import win32ts

from lockdown.contract.evidence import RemoteSign, SessionFacts, VirtualMachineEvidence
from lockdown.watching.virtual_machine import firmware_signs, pci_signs

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows import registry  # noqa: E402  (has the same assertion)

_REMOTE_SESSION = 0x1000  # SM_REMOTESESSION
_NO_SESSION = 0xFFFFFFFF  # one is just being attached
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_FIRMWARE = ("SystemManufacturer", "SystemProductName", "BaseBoardManufacturer", "BIOSVendor")
_PCI = r"SYSTEM\CurrentControlSet\Enum\PCI"


def session_facts() -> SessionFacts:
    """Return whether this session is shown by Remote Desktop, or not at the computer's own displays."""
    remote = []
    if win32api.GetSystemMetrics(_REMOTE_SESSION):
        remote.append(RemoteSign.REMOTE_DESKTOP)
    console = int(win32ts.WTSGetActiveConsoleSessionId()) & _NO_SESSION  # type: ignore[no-untyped-call]
    own = int(win32ts.ProcessIdToSessionId(os.getpid()))  # type: ignore[no-untyped-call]
    if console not in {own, _NO_SESSION}:
        remote.append(RemoteSign.NOT_ON_CONSOLE)
    return SessionFacts("windows", tuple(remote))


def virtual_machine_evidence(
    bios: str = _BIOS, pci: str = _PCI, *, hive: int = winreg.HKEY_LOCAL_MACHINE
) -> VirtualMachineEvidence:
    """Return the signs of firmware and devices below the two registry keys of `hive`.

    The processor's hypervisor flag is no sign here: Windows switches its own hypervisor on for memory integrity.
    """
    signs = firmware_signs(str(registry.value(hive, bios, name) or "") for name in _FIRMWARE)
    signs += pci_signs(name[4:8] for name in registry.subkeys(hive, pci) if name.upper().startswith("VEN_"))
    return VirtualMachineEvidence(tuple(sorted(signs, key=lambda sign: sign.code)))
