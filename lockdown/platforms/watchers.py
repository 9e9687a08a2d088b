"""The watchers that exam settings ask for, on what a platform gives them to look at; a control that is off has none."""

from __future__ import annotations

from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.platforms.backend import Backend
from lockdown.watching.clock import ClockGuard
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.inputs import input_guard
from lockdown.watching.network import network_guard
from lockdown.watching.power import PowerGuard
from lockdown.watching.processes import ProcessGuard
from lockdown.watching.remote_session import RemoteSessionGuard
from lockdown.watching.storage import StorageGuard
from lockdown.watching.virtual_devices import virtual_device_guard


def watchers(settings: LockdownSettings, backend: Backend) -> list[Guard]:
    """Return a guard for each watching control that is on and that `backend` has something for."""
    guards: list[Guard] = []
    if settings.processes is not None:
        source = backend.process_source()
        guards.append(ProcessGuard(settings.processes, source, backend.process_events(source)))
    if settings.storage is not None:
        guards.append(StorageGuard(backend.storage_source()))
    if settings.remote_session is not None:
        guards.append(RemoteSessionGuard(backend.session_facts))
    if settings.virtual_devices is not None and (virtual := backend.virtual_device_source()) is not None:
        guards.append(virtual_device_guard(virtual))
    if settings.input_devices is not None and (inputs := backend.input_source()) is not None:
        guards.append(input_guard(inputs))
    if settings.network is not None:
        guards.append(network_guard(backend.interface_source()))
    if settings.debugger is not None:
        guards.append(DebuggerGuard(backend.traced, backend.process_source().sees_all))
    if settings.clock is not None:
        guards.append(ClockGuard(backend.since_boot_s))
    if settings.power is not None:
        guards.append(PowerGuard())
    return guards
