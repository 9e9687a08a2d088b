"""Facts of the session and the machine on Windows, from the system's metrics and the registry."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import winreg
from ctypes import wintypes

from lockdown.contract.evidence import SessionFacts, Sign, VirtualMachineEvidence

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_REMOTE_SESSION = 0x1000  # SM_REMOTESESSION
_NO_SESSION = 0xFFFFFFFF  # one is just being attached
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_FIRMWARE = ("SystemManufacturer", "SystemProductName", "BaseBoardManufacturer", "BIOSVendor")
_PCI = r"SYSTEM\CurrentControlSet\Enum\PCI"
_VIRTUAL_PRODUCTS = re.compile(
    r"qemu|kvm|virtualbox|innotek|vmware|bochs|parallels|xen|bhyve|openstack|virtual machine|google compute|amazon ec2",
    re.I,
)
_VIRTUAL_PCI = {"1AF4": "virtio", "80EE": "virtualbox", "15AD": "vmware", "5853": "xen", "1AB8": "parallels"}

_kernel = ctypes.WinDLL("kernel32")
_kernel.WTSGetActiveConsoleSessionId.restype = wintypes.DWORD


def session_facts() -> SessionFacts:
    """Return whether this session is shown by Remote Desktop, or not at the computer's own displays."""
    remote = []
    if ctypes.windll.user32.GetSystemMetrics(_REMOTE_SESSION):
        remote.append("remote-desktop")
    own, console = wintypes.DWORD(), _kernel.WTSGetActiveConsoleSessionId()
    known = _kernel.ProcessIdToSessionId(os.getpid(), ctypes.byref(own))
    if known and console not in {own.value, _NO_SESSION}:
        remote.append("not-on-console")
    return SessionFacts("windows", tuple(remote))


def virtual_machine_evidence(
    bios: str = _BIOS, pci: str = _PCI, *, hive: int = winreg.HKEY_LOCAL_MACHINE
) -> VirtualMachineEvidence:
    """Return the signs of firmware and devices below the two registry keys of `hive`.

    The processor's hypervisor flag is no sign here: Windows switches its own hypervisor on for memory integrity.
    """
    signs = []
    if any(_VIRTUAL_PRODUCTS.search(_text(hive, bios, name)) for name in _FIRMWARE):
        signs.append(Sign("firmware-names-virtual-machine", "firmware"))
    vendors = {name[4:8].upper() for name in _subkeys(hive, pci) if name.upper().startswith("VEN_")}
    signs += [Sign(f"pci-{name}", "devices") for vendor, name in _VIRTUAL_PCI.items() if vendor in vendors]
    return VirtualMachineEvidence(tuple(sorted(signs, key=lambda sign: sign.code)))


def _text(hive: int, key: str, name: str) -> str:
    try:
        with winreg.OpenKey(hive, key) as opened:
            value, _ = winreg.QueryValueEx(opened, name)
    except OSError:
        return ""
    return str(value)


def _subkeys(hive: int, key: str) -> list[str]:
    try:
        with winreg.OpenKey(hive, key) as opened:
            return [winreg.EnumKey(opened, index) for index in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []
