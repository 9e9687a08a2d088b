"""Windows, as `lockdown.platforms.backend.Backend`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping

from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.platform import Platform
from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.guard import Guard
from lockdown.watching.processes import ProcessSource

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows import debugger, displays, session  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.windows.capture import ScreenCaptureGuard  # noqa: E402
from lockdown.windows.clipboard import WindowsClipboardGuard  # noqa: E402
from lockdown.windows.focus import ForegroundGuard  # noqa: E402
from lockdown.windows.full_screen import FullScreenGuard  # noqa: E402
from lockdown.windows.inputs import RawInputs  # noqa: E402
from lockdown.windows.keyboard import ShortcutGuard  # noqa: E402
from lockdown.windows.network import AdapterSource  # noqa: E402
from lockdown.windows.policies import SecurityScreenGuard, UserPolicies  # noqa: E402
from lockdown.windows.processes import ToolhelpSource  # noqa: E402
from lockdown.windows.storage import DriveSource  # noqa: E402
from lockdown.windows.virtual_devices import RegisteredDevices  # noqa: E402


class WindowsBackend:
    """This machine, and the session that this program runs in."""

    def platform(self) -> Platform:
        """Windows, whatever its session."""
        return "windows"

    def session_facts(self) -> SessionFacts:
        """Ask Windows for its metrics and sessions."""
        return session.session_facts()

    def virtual_machine_evidence(self) -> VirtualMachineEvidence:
        """Read the registry."""
        return session.virtual_machine_evidence()

    def traced(self) -> bool:
        """Ask the kernel."""
        return debugger.traced()

    def since_boot_s(self) -> float:
        """Ask Python, whose monotonic clock goes on in sleep there."""
        return time.monotonic()

    def display_count(self) -> int | None:
        """Ask for the active paths to displays."""
        return displays.number_of_displays()

    def process_source(self) -> ToolhelpSource:
        """Take snapshots."""
        return ToolhelpSource()

    def process_events(self, source: ProcessSource) -> None:
        """Give none: only services are told of starts."""

    def program_closer(self, source: ProcessSource) -> None:
        """Give none: the test taker closes them."""

    def storage_source(self, key: bytes | None = None) -> DriveSource:
        """Ask SetupDi and Windows Management Instrumentation."""
        return DriveSource(key)

    def interface_source(self) -> AdapterSource:
        """Ask the IP helper."""
        return AdapterSource()

    def input_source(self) -> RawInputs:
        """Ask for raw input devices."""
        return RawInputs()

    def virtual_device_source(self) -> RegisteredDevices:
        """Read the registry."""
        return RegisteredDevices()

    def window_guards(
        self, settings: LockdownSettings, window: Callable[[], int], *, lab_machine: bool
    ) -> tuple[Guard, ...]:
        """Return one for each control of the window."""
        guards: list[Guard] = []
        if settings.full_screen is not None:
            guards.append(FullScreenGuard(window()))
        if settings.focus_return is not None:
            guards.append(ForegroundGuard(window()))
        if settings.clipboard is not None:
            guards.append(WindowsClipboardGuard())
        if settings.screenshot_protection is not None:
            guards.append(ScreenCaptureGuard(window()))
        if settings.system_shortcuts is not None:
            guards.append(ShortcutGuard())
        if settings.console_switch is not None:
            guards.append(SecurityScreenGuard(lab_machine=lab_machine))
        return tuple(guards)

    def machine_settings(self) -> Mapping[str, UserPolicies]:
        """Return the policies of the current user."""
        return {UserPolicies.api: UserPolicies()}
