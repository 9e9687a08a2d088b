"""The watchers that exam settings ask for on this platform, and their sources; a control that is off has none."""

from __future__ import annotations

import sys
from collections.abc import Callable

from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.platforms.matrix import process_sources, storage_source
from lockdown.platforms.session import session_facts
from lockdown.watching.clock import ClockGuard
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.inputs import InputDevice, input_guard
from lockdown.watching.inventory import InventorySource
from lockdown.watching.network import Interface, PsutilInterfaces, network_guard
from lockdown.watching.power import PowerGuard
from lockdown.watching.processes import ProcessGuard
from lockdown.watching.remote_session import RemoteSessionGuard
from lockdown.watching.storage import StorageGuard
from lockdown.watching.virtual_devices import VirtualDevice, virtual_device_guard


def watchers(settings: LockdownSettings) -> list[Guard]:
    """Return a guard for each watching control that is on and that this platform has something for."""
    guards: list[Guard] = []
    if settings.processes is not None:
        guards.append(ProcessGuard(settings.processes, *process_sources()))
    if settings.storage and (storage := storage_source()) is not None:
        guards.append(StorageGuard(storage))
    if settings.remote_session is not None:
        guards.append(RemoteSessionGuard(session_facts))
    if settings.virtual_devices and (virtual := virtual_device_source()) is not None:
        guards.append(virtual_device_guard(virtual))
    if settings.input_devices and (inputs := input_source()) is not None:
        guards.append(input_guard(inputs))
    if settings.network:
        guards.append(network_guard(interface_source()))
    if settings.debugger and (traced := debugger_check()) is not None:
        guards.append(DebuggerGuard(traced))
    if settings.clock:
        guards.append(ClockGuard())
    if settings.power:
        guards.append(PowerGuard())
    return guards


def interface_source() -> InventorySource[Interface]:
    """Return how this platform lists network interfaces."""
    if sys.platform == "linux":
        from lockdown.linux.network import SysfsInterfaces  # noqa: PLC0415

        return SysfsInterfaces()
    elif sys.platform == "win32":
        from lockdown.windows.network import AdapterSource  # noqa: PLC0415

        return AdapterSource()
    else:
        return PsutilInterfaces()


def input_source() -> InventorySource[InputDevice] | None:
    """Return how this platform lists keyboards and mice."""
    if sys.platform == "linux":
        from lockdown.linux.inputs import ProcInputs  # noqa: PLC0415

        return ProcInputs()
    elif sys.platform == "win32":
        from lockdown.windows.inputs import RawInputs  # noqa: PLC0415

        return RawInputs()
    else:
        return None


def virtual_device_source() -> InventorySource[VirtualDevice] | None:
    """Return how this platform lists cameras and microphones that programs make."""
    if sys.platform == "linux":
        from lockdown.linux.virtual_devices import LinuxVirtualDevices  # noqa: PLC0415

        return LinuxVirtualDevices()
    elif sys.platform == "win32":
        from lockdown.windows.virtual_devices import RegisteredDevices  # noqa: PLC0415

        return RegisteredDevices()
    else:
        return None


def debugger_check() -> Callable[[], bool] | None:
    """Return how this platform tells whether this process is traced."""
    if sys.platform == "linux":
        from lockdown.linux.debugger import traced  # noqa: PLC0415

        return traced
    elif sys.platform == "win32":
        from lockdown.windows.debugger import traced  # noqa: PLC0415

        return traced
    elif sys.platform == "darwin":
        from lockdown.macos.system import ThisMac  # noqa: PLC0415

        return ThisMac().traced
    else:
        return None
