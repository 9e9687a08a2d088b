"""Keyboards and mice: how many pieces there are and how they are attached, never what is typed on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Fact
from lockdown.watching.inventory import Inventory, InventoryGuard, InventorySource

InputKind = Literal["keyboard", "pointer", "keyboard_and_pointer"]
InputBus = Literal["usb", "bluetooth", "built_in", "virtual"]
"""``virtual``: made by a program, as remote control and automation do; some assistive programs do too."""

INPUTS = Inventory(
    Control.INPUT_DEVICES,
    Code.INPUT_ARRIVED,
    Code.INPUT_REMOVED,
)


@dataclass(frozen=True)
class InputDevice:
    """One piece of hardware (a receiver for keyboard and mouse is one piece), or one that a program made."""

    kind: InputKind
    bus: InputBus

    @property
    def outside(self) -> bool:
        """Whether it is attached to the computer, and no part of it."""
        return self.bus in {"usb", "bluetooth"}

    @property
    def noted_at_start(self) -> bool:
        """One that a program made is worth a person's look also when it was there before."""
        return self.bus == "virtual"

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        return {"kind": self.kind, "bus": self.bus}


def input_guard(source: InventorySource[InputDevice]) -> InventoryGuard:
    """Return the guard of the control `input_devices`."""
    return InventoryGuard(INPUTS, source)
