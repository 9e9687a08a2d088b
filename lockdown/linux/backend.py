"""Linux, as `lockdown.platforms.backend.Backend`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from lockdown.contract.evidence import DisplayEvidence, RemoteSign, SessionFacts, VirtualMachineEvidence
from lockdown.contract.platform import Platform
from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.watching.processes import ProcessSource, needed_by_a_person

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux import debugger, session  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.closing import PidfdCloser  # noqa: E402
from lockdown.linux.connector import ProcessConnector  # noqa: E402
from lockdown.linux.display_server import display_evidence  # noqa: E402
from lockdown.linux.inputs import ProcInputs  # noqa: E402
from lockdown.linux.keyboard import ConsoleSwitchGuard, XkbOptions  # noqa: E402
from lockdown.linux.keyboard_map import KeyboardMapGuard  # noqa: E402
from lockdown.linux.network import SysfsInterfaces  # noqa: E402
from lockdown.linux.overlays import OverlayGuard  # noqa: E402
from lockdown.linux.processes import ProcSource  # noqa: E402
from lockdown.linux.screen_servers import ScreenServers  # noqa: E402
from lockdown.linux.server_probe import PROBE_COMMAND  # noqa: E402
from lockdown.linux.storage import SysfsSource  # noqa: E402
from lockdown.linux.virtual_devices import LinuxVirtualDevices  # noqa: E402


class LinuxBackend:
    """This machine, and the desktop session that `environ` names.

    `probe_command` starts `lockdown.linux.probe_process`.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, probe_command: Sequence[str] = PROBE_COMMAND) -> None:
        self._environ = environ
        self._probe_command = probe_command
        self._display: DisplayEvidence | None = None
        self._screen_servers = ScreenServers(environ.get("DISPLAY", ""))

    def platform(self) -> Platform:
        """Look at the environment."""
        return session.platform(self._environ)

    def session_facts(self) -> SessionFacts:
        """Ask the environment, logind and the X server: once about itself, which stays the same, and of its clients."""
        facts = session.session_facts(self._environ)
        if facts.platform == "linux-wayland":
            return facts
        if self._display is None:
            self._display = display_evidence(self._environ)
        virtual = (RemoteSign.VIRTUAL_DISPLAY,) if self._display.likely else ()
        served = (RemoteSign.SCREEN_SERVED,) if self._screen_servers.present() else ()
        return replace(facts, remote=(*facts.remote, *virtual, *served))

    def virtual_machine_evidence(self) -> VirtualMachineEvidence:
        """Read /proc and /sys."""
        return session.virtual_machine_evidence()

    def traced(self) -> bool:
        """Ask the kernel."""
        return debugger.traced()

    def since_boot_s(self) -> float:
        """Ask the kernel; its monotonic clock would stop in sleep."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def display_count(self) -> None:
        """Leave it to a window, which counts the X server's monitors."""

    def process_source(self) -> ProcSource:
        """Read /proc."""
        return ProcSource()

    def process_events(self, source: ProcessSource) -> ProcessConnector:
        """Listen to the kernel's process connector."""
        return ProcessConnector(source)

    def program_closer(self, source: ProcessSource) -> PidfdCloser:
        """Send SIGTERM through a pidfd."""
        return PidfdCloser(source)

    def storage_source(self, key: bytes | None = None) -> SysfsSource:
        """Read /sys, and listen to uevents."""
        return SysfsSource(key)

    def interface_source(self) -> SysfsInterfaces:
        """Read /sys, and listen to rtnetlink."""
        return SysfsInterfaces()

    def input_source(self) -> ProcInputs:
        """Read /proc."""
        return ProcInputs()

    def virtual_device_source(self) -> LinuxVirtualDevices:
        """Read /sys and /proc, and ask the sound server."""
        return LinuxVirtualDevices()

    def window_guards(
        self, settings: LockdownSettings, window: Callable[[], int], *, lab_machine: bool
    ) -> tuple[Guard, ...]:
        """Return those that ask the X server; a Wayland session has none."""
        guards: list[Guard] = []
        if session.is_wayland(self._environ):
            return ()
        if settings.overlays is not None:
            allowed = settings.processes.allow if settings.processes is not None else ()
            needed = partial(needed_by_a_person, ProcSource(), allowed)
            guards.append(OverlayGuard(window, needed, self._probe_command))
        display = self._environ.get("DISPLAY", ":0")
        if settings.system_shortcuts is not None:
            guards.append(KeyboardMapGuard(display))
        if settings.console_switch is not None:
            guards.append(ConsoleSwitchGuard(display, lab_machine=lab_machine))
        return tuple(guards)

    def machine_settings(self) -> Mapping[str, XkbOptions]:
        """Return the options of X keyboards."""
        return {XkbOptions.api: XkbOptions()}
