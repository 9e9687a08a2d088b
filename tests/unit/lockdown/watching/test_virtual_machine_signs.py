"""Signs of a virtual machine, on descriptions as real computers and real guests give them.

The descriptions hold what the kernel shows of such machines: maker and product of the firmware, the processor's flags,
PCI makers and network cards. Those of real computers are the ones on which other programs raise false alarms.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lockdown.contract.evidence import SessionFacts
from lockdown.contract.settings import LockdownSettings
from lockdown.linux import session
from lockdown.readiness.checks import MachineState, findings

PLAIN = "flags\t\t: fpu vme de pse sse sse2 ht vmx aes avx2\n"
UNDER_HYPERVISOR = "flags\t\t: fpu vme de pse sse sse2 ht vmx hypervisor aes avx2\n"


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def described(vendor="", product="", board="", bios="", cpu=PLAIN, pci=(), cards=(), networks=()):
    """Return the files of a machine; `cards` have a device behind them, `networks` are made by programs."""
    names = {"sys_vendor": vendor, "product_name": product, "board_vendor": board, "bios_vendor": bios}
    files = {f"sys/class/dmi/id/{name}": f"{text}\n" for name, text in names.items() if text}
    files["proc/cpuinfo"] = cpu
    files |= {f"sys/bus/pci/devices/0000:00:{n:02x}.0/vendor": f"{vendor}\n" for n, vendor in enumerate(pci)}
    for n, address in enumerate(cards):
        files |= {f"sys/class/net/eth{n}/address": f"{address}\n", f"sys/class/net/eth{n}/device/uevent": ""}
    return files | {f"sys/class/net/{name}/address": f"{address}\n" for name, address in networks}


INTEL = ("0x8086", "0x8086", "0x10de")

REAL_MACHINES = {
    "ThinkPad": described("LENOVO", "20XW0026GE", "LENOVO", "LENOVO", pci=INTEL, cards=("e8:80:88:12:34:56",)),
    "ThinkPad with VirtualBox, Docker and libvirt installed": described(
        "LENOVO",
        "20XW0026GE",
        pci=INTEL,
        cards=("e8:80:88:12:34:56",),
        networks=(
            ("vboxnet0", "0a:00:27:00:00:00"),
            ("vboxnet1", "08:00:27:00:00:01"),
            ("docker0", "02:42:ac:11:00:01"),
            ("virbr0", "52:54:00:aa:bb:cc"),
            ("vnet0", "fe:54:00:aa:bb:cc"),
        ),
    ),
    "Latitude with VMware Workstation installed": described(
        "Dell Inc.",
        "Latitude 7420",
        bios="Dell Inc.",
        pci=INTEL,
        networks=(("vmnet1", "00:50:56:c0:00:01"), ("vmnet8", "00:50:56:c0:00:08")),
    ),
    "machine whose firmware or Windows starts a hypervisor": described(
        "Dell Inc.", "XPS 13 9310", bios="Dell Inc.", cpu=UNDER_HYPERVISOR, pci=INTEL
    ),
    "Xen host": described("Supermicro", "X11SSH-F", bios="American Megatrends Inc.", cpu=UNDER_HYPERVISOR, pci=INTEL),
    "Surface with its hypervisor on": described(
        "Microsoft Corporation",
        "Surface Laptop 4",
        "Microsoft Corporation",
        "Microsoft Corporation",
        cpu=UNDER_HYPERVISOR,
        pci=INTEL,
    ),
    "Latitude 3420 as Windows leaves it": described(
        "Dell Inc.", "Latitude 3420", "Dell Inc.", "Dell Inc.", cpu=UNDER_HYPERVISOR, pci=INTEL
    ),
    "HP laptop that a school has sold": described(
        "HP", "HP ProBook 450 G5", "HP", "HP", pci=INTEL, cards=("00:00:00:00:00:00",)
    ),
    "Core Ultra with its hypervisor on": described(
        "LENOVO", "21KC0042GE", "LENOVO", "LENOVO", cpu=UNDER_HYPERVISOR, pci=("0x8086", "0x8086")
    ),
    "computer that starts one of two systems, VirtualBox in both": described(
        "ASUSTeK COMPUTER INC.", "ROG Zephyrus", pci=("0x1022", "0x10de"), networks=(("vboxnet0", "0a:00:27:00:00:00"),)
    ),
    "board that says nothing of itself": described(
        "Default string", "Default string", "Default string", "American Megatrends Inc.", pci=("0x8086",)
    ),
    "Chromebook": described("Google", "Eve", "Google", "coreboot", pci=INTEL),
    "Chromebook with other firmware": described("Google", "Lulu", bios="SeaBIOS", pci=INTEL),
    "MacBook": described("Apple Inc.", "MacBookPro14,1", "Apple Inc.", "Apple Inc.", pci=("0x8086", "0x106b")),
    "desktop put together by hand": described(
        "To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "ASRock", "American Megatrends Inc.", pci=("0x1022",)
    ),
    "desktop beside a keyboard-video-mouse switch": described("Hewlett-Packard", "HP EliteDesk 800 G1", pci=INTEL),
    "name that holds a shorter one": described("Axenta Systems", "Xenon 15", cpu=UNDER_HYPERVISOR, pci=INTEL),
    "board without firmware tables": {"proc/cpuinfo": "Features\t: fp asimd\n"},
    "card with an odd address": described("ASUSTeK COMPUTER INC.", pci=INTEL, cards=("52:54:00:01:02:03",)),
    "nothing can be read": {"proc/version": "Linux\n"},
}

VIRTUAL_MACHINES = {
    "QEMU/KVM": described(
        "QEMU",
        "Standard PC (Q35 + ICH9, 2009)",
        bios="SeaBIOS",
        cpu=UNDER_HYPERVISOR,
        pci=("0x8086", "0x1af4"),
        cards=("52:54:00:01:02:03",),
    ),
    "QEMU/KVM with the firmware of a laptop": described(
        "LENOVO", "20XW0026GE", cpu=UNDER_HYPERVISOR, pci=("0x8086", "0x1af4"), cards=("e8:80:88:12:34:56",)
    ),
    "VirtualBox": described(
        "innotek GmbH",
        "VirtualBox",
        "Oracle Corporation",
        cpu=UNDER_HYPERVISOR,
        pci=("0x80ee", "0x8086"),
        cards=("08:00:27:01:02:03",),
    ),
    "VirtualBox that hides its processor": described(
        "innotek GmbH", "VirtualBox", pci=("0x80ee",), cards=("08:00:27:01:02:03",)
    ),
    "VMware": described(
        "VMware, Inc.", "VMware Virtual Platform", cpu=UNDER_HYPERVISOR, pci=("0x15ad",), cards=("00:0c:29:01:02:03",)
    ),
    "VMware 7.1": described("VMware, Inc.", "VMware7,1", cpu=UNDER_HYPERVISOR, pci=("0x15ad",)),
    "Hyper-V guest": described("Microsoft Corporation", "Virtual Machine", cpu=UNDER_HYPERVISOR),
    "Parallels": described(
        "Parallels Software International Inc.", "Parallels Virtual Platform", cpu=UNDER_HYPERVISOR, pci=("0x1ab8",)
    ),
    "Parallels, newer": described(
        "Parallels International GmbH.", "Parallels Virtual Machine", cpu=UNDER_HYPERVISOR, pci=("0x1af4",)
    ),
    "Xen guest": described("Xen", "HVM domU", cpu=UNDER_HYPERVISOR, pci=("0x5853",)),
}


def finding(evidence):
    seen = MachineState(SessionFacts("linux-x11"), evidence, (), (), (), 10**10)
    settings = LockdownSettings(virtual_machine="refuse")
    (found,) = [one for one in findings(settings, seen, 1) if one.code == "V-01"]
    return found


@pytest.mark.parametrize("name", REAL_MACHINES)
def test_no_real_machine_is_refused(tmp_path, name):
    evidence = session.virtual_machine_evidence(tree(tmp_path, REAL_MACHINES[name]))
    assert not evidence.likely
    assert finding(evidence).state in {"ok", "attention"}


@pytest.mark.parametrize("name", VIRTUAL_MACHINES)
def test_virtual_machines_are_found(tmp_path, name):
    evidence = session.virtual_machine_evidence(tree(tmp_path, VIRTUAL_MACHINES[name]))
    assert evidence.likely
    assert finding(evidence).state == "failed"


@pytest.mark.parametrize("name", [name for name in REAL_MACHINES if "installed" in name])
def test_installed_virtual_machine_program_is_no_sign_at_all(tmp_path, name):
    assert session.virtual_machine_evidence(tree(tmp_path, REAL_MACHINES[name])).signs == ()


def test_each_origin_of_signs_is_counted(tmp_path):
    assert session.virtual_machine_evidence(tree(tmp_path, VIRTUAL_MACHINES["QEMU/KVM"])).score == 4
