"""What each control gives on this machine, as it is known before anything is engaged."""

from __future__ import annotations

from collections.abc import Mapping

from lockdown.contract.platform import Platform
from lockdown.contract.settings import Control, LockdownSettings
from lockdown.engaging.guard import EnforcementLevel
from lockdown.platforms.matrix import support

OF_PROCESSES = frozenset({Control.PROCESSES, Control.DEBUGGER})
"""What needs to see every process of the machine."""


def given_here(
    settings: LockdownSettings, platform: Platform, *, sees_all_processes: bool, lab_machine: bool
) -> Mapping[Control, EnforcementLevel]:
    """Return for each control that is on the most that its guard will claim here; engaged, it may give less."""
    return {
        control: "not_available"
        if control in OF_PROCESSES and not sees_all_processes
        else support(control, platform, lab_machine=lab_machine).level
        for control in settings.controls()
    }
