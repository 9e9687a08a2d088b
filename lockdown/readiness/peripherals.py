"""What is attached to the computer and around it before an exam; each is a finding, and none of them a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lockdown.contract.finding import (
    AttachedDebugger,
    AttachedInputs,
    BatteryCharge,
    InputCounts,
    NetworkTunnel,
    ReadinessFinding,
    VirtualDevices,
    VirtualKind,
)
from lockdown.contract.settings import LockdownSettings, Policy
from lockdown.platforms.backend import Backend
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


def inspect_peripherals(settings: LockdownSettings, backend: Backend) -> Peripherals:
    """Find out what `settings` ask for; takes under a tenth of a second."""
    virtual = backend.virtual_device_source() if settings.virtual_devices else None
    inputs = backend.input_source() if settings.input_devices else None
    return Peripherals(
        virtual_devices=tuple(virtual.present().values()) if virtual else None,
        inputs=tuple(inputs.present().values()) if inputs else None,
        interfaces=tuple(backend.interface_source().present().values()) if settings.network else None,
        traced=backend.traced() if settings.debugger else None,
        battery=battery() if settings.power else None,
    )


def peripheral_findings(settings: LockdownSettings, found: Peripherals) -> Sequence[ReadinessFinding]:
    """Return a finding for each thing that `settings` ask for."""
    findings = []
    if settings.virtual_devices:
        findings.append(_virtual_devices(found.virtual_devices))
    if settings.input_devices:
        findings.append(_inputs(found.inputs))
    if settings.network:
        findings.append(_network(found.interfaces or ()))
    if settings.debugger:
        findings.append(_debugger(settings.debugger, traced=found.traced))
    if settings.power:
        findings.append(_power(found.battery))
    return findings


def _virtual_devices(found: Sequence[VirtualDevice] | None) -> ReadinessFinding:
    if found is None:
        return ReadinessFinding(VirtualDevices(None), "attention")
    kinds = sorted({(device.kind, device.made_by) for device in found})
    facts = VirtualDevices(tuple(VirtualKind(*kind) for kind in kinds))
    return ReadinessFinding(facts, "attention" if kinds else "ok")


def _inputs(found: Sequence[InputDevice] | None) -> ReadinessFinding:
    if found is None:
        return ReadinessFinding(AttachedInputs(None), "attention")
    counted = InputCounts(
        keyboards=sum(device.kind != "pointer" and device.outside for device in found),
        pointers=sum(device.kind == "pointer" and device.outside for device in found),
        made_by_program=sum(device.bus == "virtual" for device in found),
    )
    usual = not counted.made_by_program and counted.keyboards <= 1 and counted.pointers <= 1
    return ReadinessFinding(AttachedInputs(counted), "ok" if usual else "attention")


def _network(found: Sequence[Interface]) -> ReadinessFinding:
    connected = any(interface.kind == "tunnel" for interface in found)
    return ReadinessFinding(NetworkTunnel(connected), "attention" if connected else "ok")


def _debugger(policy: Policy, *, traced: bool | None) -> ReadinessFinding:
    facts = AttachedDebugger(traced)
    if traced is None:
        return ReadinessFinding(facts, "attention")
    if not traced:
        return ReadinessFinding(facts, "ok")
    return ReadinessFinding(facts, "failed" if policy is Policy.REFUSE else "attention", staff_may_override=True)


def _power(found: Battery | None) -> ReadinessFinding:
    facts = BatteryCharge(found.percent if found is not None and found.in_use else None)
    low = facts.percent is not None and facts.percent < CHARGED_ENOUGH_PERCENT
    return ReadinessFinding(facts, "attention" if low else "ok")
