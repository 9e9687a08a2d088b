"""Programs on macOS: names from the kernel through psutil, bundle identifiers from Launch Services.

A bundle identifier stays when a program's file is renamed. Whose signature a program has is not asked yet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from lockdown.contract.settings import ProgramRule
from lockdown.macos.facade import MacSystem
from lockdown.watching.processes import ProcessSource, PsutilSource
from lockdown.watching.programs import Identity, Program
from lockdown.watching.remote_control import remote_control_rules


class BundleSource:
    """Adds the bundle identifier, as `original_name`, to what `names` knows of a process."""

    def __init__(self, machine: MacSystem, names: ProcessSource | None = None) -> None:
        self._machine = machine
        self._names = names or PsutilSource()
        self._bundles: dict[int, str | None] = {}

    def pids(self) -> Sequence[int]:
        """Return all process ids, and note the bundles of this moment."""
        self._bundles = {each.pid: each.bundle for each in self._machine.applications()}
        return self._names.pids()

    def sees_all(self) -> bool:
        """Return that it does: there are no namespaces of processes."""
        return True

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return what is known of `pid`."""
        program = self._names.program(pid, identities)
        if program is None or "original_name" not in identities:
            return program
        return dataclasses.replace(program, original_name=self._bundles.get(pid))

    def unaltered(self, pid: int) -> bool:
        """Return that it may be: what a program loads is not looked at."""
        return True

    def remote_control_rules(self) -> Sequence[ProgramRule]:
        """Return those that go by names."""
        return remote_control_rules()

    def assistive_rules(self) -> Sequence[ProgramRule]:
        """Return none: without a signature nothing is proven."""
        return ()
