"""Cameras and microphones that a program makes; worth a person's look, and no proof of anything.

People use them for honest reasons too (a phone as a camera, noise suppression), so nobody is turned away for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Fact
from lockdown.watching.inventory import Inventory, InventoryGuard, InventorySource

VirtualKind = Literal["camera", "microphone"]
MadeBy = Literal[
    "v4l2loopback", "obs", "akvcam", "virtual-driver",
    "alsa-loopback", "pulse-null-sink", "pulse-remap-source", "pulse-virtual-source", "pulse-pipe-source",
    "pulse-tunnel-source",
]  # fmt: skip
"""What makes the device, known by its driver or module; ``virtual-driver``: a camera without hardware behind it."""

VIRTUAL_DEVICES = Inventory(
    Control.VIRTUAL_DEVICES,
    Code.VIRTUAL_DEVICE_ARRIVED,
    Code.VIRTUAL_DEVICE_REMOVED,
)


@dataclass(frozen=True)
class VirtualDevice:
    """One camera or microphone that a program makes."""

    kind: VirtualKind
    made_by: MadeBy
    noted_at_start: bool = True

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        return {"kind": self.kind, "made_by": self.made_by}


def virtual_device_guard(source: InventorySource[VirtualDevice]) -> InventoryGuard:
    """Return the guard of the control `virtual_devices`."""
    return InventoryGuard(VIRTUAL_DEVICES, source)
