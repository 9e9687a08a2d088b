"""What lockdown needs of a platform, as one contract, and the choice of the backend that gives it on this machine.

Each platform has one class for it, which need not know this module: that it gives everything is checked by the type
checker where `backend` returns it, once a platform, and by `tests/contract/test_lockdown_backends.py` where it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lockdown.contract.errors import LockdownError
from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.platform import Platform
from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.changes import MachineSetting
from lockdown.engaging.guard import Guard
from lockdown.watching.closer import ProgramCloser
from lockdown.watching.inputs import InputDevice
from lockdown.watching.inventory import InventorySource
from lockdown.watching.network import Interface
from lockdown.watching.processes import EventSource, ProcessSource
from lockdown.watching.storage import StorageSource
from lockdown.watching.virtual_devices import VirtualDevice


class Backend(Protocol):
    """One platform. Sources are new at each call and belong to the caller, who starts and stops them.

    None means that the platform has no such thing, or that no code for it is written yet: `lockdown.platforms.matrix`
    says which, and why.
    """

    def platform(self) -> Platform:
        """Return which column of the matrix this session has, at once."""
        ...

    def session_facts(self) -> SessionFacts:
        """Return where this session runs; takes up to two seconds where a system service does not answer."""
        ...

    def virtual_machine_evidence(self) -> VirtualMachineEvidence:
        """Return the signs of a virtual machine."""
        ...

    def traced(self) -> bool:
        """Return whether another process traces this one, as a debugger does."""
        ...

    def since_boot_s(self) -> float:
        """Return the seconds of a clock that nobody can set and that goes on while the computer sleeps."""
        ...

    def display_count(self) -> int | None:
        """Return how many displays show a picture, mirrored ones included; None where only a window can tell."""
        ...

    def process_source(self) -> ProcessSource:
        """Return what lists the processes."""
        ...

    def process_events(self, source: ProcessSource) -> EventSource | None:
        """Return what announces each start of a program, which is then read through `source`."""
        ...

    def program_closer(self, source: ProcessSource) -> ProgramCloser | None:
        """Return what closes programs; None: the test taker closes them."""
        ...

    def storage_source(self, key: bytes | None = None) -> StorageSource:
        """Return what lists storage devices; `key` makes serials pseudonyms of this exam only, None omits them."""
        ...

    def interface_source(self) -> InventorySource[Interface]:
        """Return what lists network interfaces."""
        ...

    def input_source(self) -> InventorySource[InputDevice] | None:
        """Return what lists keyboards and mice."""
        ...

    def virtual_device_source(self) -> InventorySource[VirtualDevice] | None:
        """Return what lists cameras and microphones that programs make."""
        ...

    def window_guards(
        self, settings: LockdownSettings, window: Callable[[], int], *, lab_machine: bool
    ) -> tuple[Guard, ...]:
        """Return the platform's own guards for what `settings` ask of the exam window, in the order to engage them.

        `window` gives the system's handle of it, and is called only where that is needed. `lab_machine` comes from the
        machine's own policy.
        """
        ...

    def machine_settings(self) -> Mapping[str, MachineSetting]:
        """Return the settings of the machine that guards may change, by the name they have in journals."""
        ...


def backend(probe_command: Sequence[str] | None = None) -> Backend:
    """Return the backend of the platform that this program runs on.

    `probe_command` is how a bundle, which has no ``python -m``, starts `lockdown.linux.probe_process`; Linux only.

    Raises:
        LockdownError: there is none.
    """
    if sys.platform == "linux":
        from lockdown.linux.backend import LinuxBackend  # noqa: PLC0415  (exists on this platform only)

        return LinuxBackend() if probe_command is None else LinuxBackend(probe_command=probe_command)
    elif sys.platform == "win32":
        from lockdown.windows.backend import WindowsBackend  # noqa: PLC0415

        return WindowsBackend()
    elif sys.platform == "darwin":
        from lockdown.macos.backend import MacBackend  # noqa: PLC0415
        from lockdown.macos.system import AppKitApplication, GeneralPasteboard, ThisMac  # noqa: PLC0415

        return MacBackend(ThisMac(), AppKitApplication(), GeneralPasteboard())
    else:
        raise LockdownError(f"exams cannot be locked on {sys.platform}; use Linux, Windows or macOS")
