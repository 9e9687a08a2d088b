"""What is attached to the computer and around it at check-in: said as findings, none of which is a verdict.

| code | what |
|---|---|
| E-01 | virtual cameras and microphones |
| K-01 | keyboards and mice |
| T-01 | a VPN's tunnel |
| G-01 | a debugger |
| B-01 | the battery |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lockdown.contract.finding import STAFF, ReadinessFinding
from lockdown.contract.settings import LockdownSettings, Policy
from lockdown.platforms.watchers import debugger_check, input_source, interface_source, virtual_device_source
from lockdown.watching.inputs import InputDevice
from lockdown.watching.network import Interface
from lockdown.watching.power import Battery, battery
from lockdown.watching.virtual_devices import VirtualDevice

CHARGED_ENOUGH_PERCENT = 60


@dataclass(frozen=True)
class Peripherals:
    """What was found; None: not looked for, or it cannot be known here."""

    virtual_devices: tuple[VirtualDevice, ...] | None = None
    inputs: tuple[InputDevice, ...] | None = None
    interfaces: tuple[Interface, ...] | None = None
    traced: bool | None = None
    battery: Battery | None = None


def inspect_peripherals(settings: LockdownSettings) -> Peripherals:
    """Find out what `settings` ask for; takes under a tenth of a second."""
    virtual = virtual_device_source() if settings.virtual_devices else None
    inputs = input_source() if settings.input_devices else None
    traced = debugger_check() if settings.debugger else None
    return Peripherals(
        virtual_devices=tuple(virtual.present().values()) if virtual else None,
        inputs=tuple(inputs.present().values()) if inputs else None,
        interfaces=tuple(interface_source().present().values()) if settings.network else None,
        traced=traced() if traced else None,
        battery=battery() if settings.power else None,
    )


def peripheral_findings(settings: LockdownSettings, found: Peripherals) -> Sequence[ReadinessFinding]:
    """Say what was found of what `settings` ask for."""
    found_problems = []
    if settings.virtual_devices:
        found_problems.append(_virtual_devices(found.virtual_devices))
    if settings.input_devices:
        found_problems.append(_inputs(found.inputs))
    if settings.network:
        found_problems.append(_network(found.interfaces or ()))
    if settings.debugger:
        found_problems.append(_debugger(settings.debugger, traced=found.traced))
    if settings.power:
        found_problems.append(_power(found.battery))
    return found_problems


def _virtual_devices(found: Sequence[VirtualDevice] | None) -> ReadinessFinding:
    if found is None:
        return ReadinessFinding(
            "E-01", "attention", "Whether a camera or microphone is virtual cannot be told on this system."
        )
    if not found:
        return ReadinessFinding("E-01", "ok", "No camera or microphone here is made by a program.")
    kinds = ", ".join(sorted({f"{device.kind} ({device.made_by})" for device in found}))
    return ReadinessFinding(
        "E-01",
        "attention",
        f"A program makes devices of its own: {kinds}. This is noted, and proves nothing.",
        "If you do not need them, close the program that makes them and check again. You can start as it is.",
    )


def _inputs(found: Sequence[InputDevice] | None) -> ReadinessFinding:
    if found is None:
        return ReadinessFinding("K-01", "attention", "Keyboards and mice cannot be listed on this system yet.")
    made = [device for device in found if device.bus == "virtual"]
    keyboards = [device for device in found if device.kind != "pointer" and device.outside]
    pointers = [device for device in found if device.kind == "pointer" and device.outside]
    if not made and len(keyboards) <= 1 and len(pointers) <= 1:
        return ReadinessFinding(
            "K-01", "ok", "There is no more than one keyboard and one mouse attached to this computer."
        )
    counted = f"{len(keyboards)} keyboards and {len(pointers)} mice are attached"
    by_program = f", and a program makes {len(made)} of its own" if made else ""
    return ReadinessFinding(
        "K-01",
        "attention",
        f"{counted}{by_program}. This is noted.",
        "Take off those that you do not need, and check again. You can start as it is.",
    )


def _network(found: Sequence[Interface]) -> ReadinessFinding:
    if any(interface.kind == "tunnel" for interface in found):
        return ReadinessFinding(
            "T-01",
            "attention",
            "A VPN is connected. This is noted.",
            "Disconnect it if you do not need it for the exam. You can start as it is.",
        )
    return ReadinessFinding("T-01", "ok", "No VPN is connected.")


def _debugger(policy: Policy, *, traced: bool | None) -> ReadinessFinding:
    if traced is None:
        return ReadinessFinding(
            "G-01", "attention", "Whether a debugger is attached cannot be told on this system yet."
        )
    if not traced:
        return ReadinessFinding("G-01", "ok", "No other program is attached to this one.")
    return ReadinessFinding(
        "G-01",
        "failed" if policy is Policy.REFUSE else "attention",
        "Another program is attached to this one, as a debugger does.",
        "Start Invigilo by itself, not from a development tool.",
        STAFF,
    )


def _power(found: Battery | None) -> ReadinessFinding:
    if found is None or not found.in_use:
        return ReadinessFinding("B-01", "ok", "The computer does not depend on its battery.")
    if found.percent >= CHARGED_ENOUGH_PERCENT:
        return ReadinessFinding(
            "B-01", "ok", f"The battery is {found.percent} % full. A charger is better for a long exam."
        )
    return ReadinessFinding(
        "B-01",
        "attention",
        f"The computer runs on its battery, which is {found.percent} % full.",
        "Connect the charger. You can start without it.",
    )
