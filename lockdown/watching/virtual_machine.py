"""How virtual machines call themselves, wherever a platform lets the names be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lockdown.contract.evidence import Sign

_PRODUCTS = re.compile(
    r"\b(qemu|kvm|virtualbox|innotek|vmware|bochs|parallels|xen|bhyve|openstack|virtual machine|google compute|"
    r"amazon ec2)\b",
    re.I,
)
_PCI_VENDORS = {"1af4": "virtio", "80ee": "virtualbox", "15ad": "vmware", "5853": "xen", "1ab8": "parallels"}


def firmware_signs(names: Iterable[str]) -> list[Sign]:
    """Return the sign that one of the firmware's `names` (maker, product, board) is a virtual machine's."""
    return [Sign("firmware-names-virtual-machine", "firmware")] if any(map(_PRODUCTS.search, names)) else []


def pci_signs(vendors: Iterable[str]) -> list[Sign]:
    """Return a sign for each of the PCI `vendors` (four hexadecimal digits) that makes virtual devices alone."""
    present = {vendor.lower() for vendor in vendors}
    return [Sign(f"pci-{name}", "devices") for vendor, name in _PCI_VENDORS.items() if vendor in present]
