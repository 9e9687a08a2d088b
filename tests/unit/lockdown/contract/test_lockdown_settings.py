"""Every control is one setting, off by default, with a row of what each platform gives."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lockdown.contract.platform import PLATFORMS
from lockdown.contract.settings import Control, LockdownSettings, Policy
from lockdown.platforms.matrix import MATRIX, support


def test_everything_is_off_by_default():
    settings = LockdownSettings()
    assert settings.controls() == ()
    assert all(settings.policy(control) is None for control in Control)


def test_every_control_is_one_setting_with_a_row():
    names = [control.value for control in Control]
    assert list(LockdownSettings.model_fields) == names
    assert [control.value for control in MATRIX] == names
    assert all(set(row) == set(PLATFORMS) for row in MATRIX.values())


@pytest.mark.parametrize("control", list(Control))
def test_each_can_be_switched_on_alone(control):
    value: object = {"policy": "observe"} if control.value in {"processes", "displays"} else "observe"
    settings = LockdownSettings.model_validate({control.value: value})
    assert settings.controls() == (control,)
    assert settings.policy(control) is Policy.OBSERVE
    assert LockdownSettings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_screen": "sometimes"},
        {"full_screen": True},
        {"downloads": "refuse"},
        {"focus_return": "refuse"},
        {"console_switch": "warn"},
        {"displays": {"policy": "warn", "at_most": 0}},
        {"processes": {}},
        {"keylogger": "observe"},
    ],
)
def test_what_is_not_offered_is_refused(wrong):
    with pytest.raises(ValidationError):
        LockdownSettings.model_validate(wrong)


def test_console_keys_are_changed_on_lab_machines_only():
    assert support(Control.CONSOLE_SWITCH, "linux-x11").level == "not_available"
    assert support(Control.CONSOLE_SWITCH, "linux-x11", lab_machine=True).level == "enforced"


def test_nothing_is_claimed_that_was_not_written():
    for row in MATRIX.values():
        for offered in row.values():
            if offered.tested in {"not written yet", "by the platform's design"}:
                assert offered.level == "not_available"
            assert offered.reason.endswith(".")
