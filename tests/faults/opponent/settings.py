"""Exam settings with every control on, told at once and nothing more, so that each trick can be tried."""

from __future__ import annotations

from lockdown.contract.settings import Control, DisplaySettings, LockdownSettings
from tests.faults.opponent.programs import DENIED_PROCESSES

_GIVEN = {Control.CONSOLE_SWITCH, Control.SCREENSHOT_PROTECTION}  # they take no "warn"; X11 gives the second to nobody

EVERYTHING = LockdownSettings.model_validate(
    {
        **{control.value: "observe" if control in _GIVEN else "warn" for control in Control},
        "processes": DENIED_PROCESSES,
        "displays": DisplaySettings(policy="warn"),
    }
)
