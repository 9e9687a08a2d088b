"""macOS, as `lockdown.platforms.backend.Backend`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.platform import Platform
from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.changes import MachineSetting
from lockdown.engaging.guard import Guard
from lockdown.macos import session
from lockdown.macos.clipboard import PasteboardGuard
from lockdown.macos.facade import Application, MacSystem, Pasteboard
from lockdown.macos.focus import FrontGuard
from lockdown.macos.presentation import full_screen_guard, shortcuts_guard
from lockdown.macos.processes import BundleSource
from lockdown.macos.storage import VolumeSource
from lockdown.watching.network import PsutilInterfaces
from lockdown.watching.processes import ProcessSource


class MacBackend:
    """The system behind the facade: the real one, or a fake that keeps its rules."""

    def __init__(
        self,
        system: MacSystem,
        application: Application,
        pasteboard: Pasteboard,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._system = system
        self._application = application
        self._pasteboard = pasteboard
        self._environ = environ

    def platform(self) -> Platform:
        """The only window system there."""
        return "macos"

    def session_facts(self) -> SessionFacts:
        """Ask the environment and the window server."""
        return session.session_facts(self._system, self._environ)

    def virtual_machine_evidence(self) -> VirtualMachineEvidence:
        """Ask sysctl."""
        return session.virtual_machine_evidence(self._system)

    def traced(self) -> bool:
        """Ask the kernel."""
        return self._system.traced()

    def since_boot_s(self) -> float:
        """Ask the kernel."""
        return self._system.since_boot_s()

    def display_count(self) -> int | None:
        """Ask CoreGraphics."""
        return self._system.displays()

    def process_source(self) -> BundleSource:
        """Ask psutil and Launch Services."""
        return BundleSource(self._system)

    def process_events(self, source: ProcessSource) -> None:
        """Give none: only system extensions are told of starts."""

    def program_closer(self, source: ProcessSource) -> None:
        """Give none: the test taker closes them."""

    def storage_source(self, key: bytes | None = None) -> VolumeSource:
        """List mounted volumes, which tell no serial."""
        return VolumeSource()

    def interface_source(self) -> PsutilInterfaces:
        """Ask psutil."""
        return PsutilInterfaces()

    def input_source(self) -> None:
        """Give none: not written yet."""

    def virtual_device_source(self) -> None:
        """Give none: not written yet."""

    def window_guards(
        self, settings: LockdownSettings, window: Callable[[], int], *, lab_machine: bool
    ) -> tuple[Guard, ...]:
        """Return those that ask AppKit, which needs no handle of the window."""
        guards: list[Guard] = []
        if settings.full_screen is not None:
            guards.append(full_screen_guard(self._application))
        if settings.focus_return is not None:
            guards.append(FrontGuard(self._application))
        if settings.clipboard is not None:
            guards.append(PasteboardGuard(self._pasteboard, self._application))
        if settings.system_shortcuts is not None:
            guards.append(shortcuts_guard(self._application))
        return tuple(guards)

    def machine_settings(self) -> Mapping[str, MachineSetting]:
        """Return none: nothing that is changed on macOS outlives the program."""
        return {}
