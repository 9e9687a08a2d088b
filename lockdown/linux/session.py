"""Facts of the desktop session and the machine on Linux, from the environment, logind, /proc and /sys."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from lockdown.contract.evidence import RemoteSign, SessionFacts, Sign, VirtualMachineEvidence
from lockdown.contract.platform import Platform
from lockdown.watching.virtual_machine import firmware_signs, pci_signs

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.text_file import read_text  # noqa: E402  (empty to the type checker on other platforms)

_LOGINCTL_TIMEOUT_S = 2.0
_FORWARDED = re.compile(r"^(localhost|127\.0\.0\.1|\[::1\]):\d+")
_DMI = ("sys_vendor", "product_name", "board_vendor", "bios_vendor")
_VIRTUAL_MAC = {
    "52:54:00": "qemu",
    "08:00:27": "virtualbox",
    "00:0c:29": "vmware",
    "00:50:56": "vmware",
    "00:16:3e": "xen",
}


def session_facts(environ: Mapping[str, str]) -> SessionFacts:
    """Return where this session runs, without asking anything over the network."""
    named = ((RemoteSign.SSH, "SSH_CONNECTION"), (RemoteSign.XRDP, "XRDP_SESSION"))
    remote = [sign for sign, name in named if environ.get(name)]
    if _FORWARDED.match(environ.get("DISPLAY", "")):
        remote.append(RemoteSign.X11_FORWARDED)
    if environ.get("XDG_SESSION_ID") and _logind_says_remote(environ["XDG_SESSION_ID"]):
        remote.append(RemoteSign.LOGIND_REMOTE)
    return SessionFacts(platform(environ), tuple(remote))


def platform(environ: Mapping[str, str]) -> Platform:
    """Return which of Linux' two window systems this session runs on."""
    return "linux-wayland" if is_wayland(environ) else "linux-x11"


def is_wayland(environ: Mapping[str, str]) -> bool:
    """Return whether the desktop session is a Wayland compositor's."""
    return bool(environ.get("WAYLAND_DISPLAY")) or environ.get("XDG_SESSION_TYPE") == "wayland"


def _logind_says_remote(session: str) -> bool:
    try:
        done = subprocess.run(
            ["loginctl", "show-session", session, "--property=Remote", "--value"],
            capture_output=True,
            text=True,
            timeout=_LOGINCTL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False  # no logind here: the other signs have to do
    return done.stdout.strip() == "yes"


def virtual_machine_evidence(root: Path = Path("/")) -> VirtualMachineEvidence:
    """Return every sign of a virtual machine below `root`, a file system with /proc and /sys."""
    signs = []
    if re.search(r"^flags\s*:.*\bhypervisor\b", read_text(root / "proc/cpuinfo"), re.M):
        signs.append(Sign("cpu-hypervisor-flag", "processor"))
    signs += firmware_signs(read_text(root / "sys/class/dmi/id" / name) for name in _DMI)
    vendors = [read_text(path) for path in (root / "sys/bus/pci/devices").glob("*/vendor")]
    signs += pci_signs(vendor.removeprefix("0x") for vendor in vendors)
    if any((root / "sys/bus/virtio/devices").glob("*")) and "0x1af4" not in vendors:
        signs.append(Sign("virtio-device", "devices"))
    # Only cards with a device behind them: vboxnet0, vmnet1 or docker0 are signs of a host, not of a guest.
    for card in (root / "sys/class/net").glob("*"):
        maker = _VIRTUAL_MAC.get(read_text(card / "address").lower()[:8])
        if maker and (card / "device").exists():
            signs.append(Sign(f"network-card-{maker}", "network"))
    return VirtualMachineEvidence(tuple(sorted(set(signs), key=lambda sign: sign.code)))
