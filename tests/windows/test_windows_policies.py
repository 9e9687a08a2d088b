"""The user policies of a lab machine: changed nowhere else, and put back as they were."""

from __future__ import annotations

import subprocess

import pytest

from lockdown.contract.errors import SettingError
from lockdown.engaging.changes import change
from lockdown.engaging.journal import Journal
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all
from lockdown.windows.policies import SecurityScreenGuard, UserPolicies


@pytest.fixture
def policies():
    yield UserPolicies(r"Software\InvigiloTest\Policies")
    subprocess.run(["reg", "delete", r"HKCU\Software\InvigiloTest", "/f"], check=False, capture_output=True)


def exported():
    done = subprocess.run(["reg", "query", r"HKCU\Software\InvigiloTest", "/s"], check=False, capture_output=True)
    return done.stdout


def test_registry_is_changed_on_lab_machines_only(policies, journal):
    before = exported()
    assert SecurityScreenGuard(lab_machine=False, policies=policies).engage(journal).level == "not_available"
    assert exported() == before
    assert journal.changes == ()


@pytest.mark.parametrize("others", [False, True], ids=["no policies before", "policies of the lab before"])
def test_policies_of_a_dead_client_are_put_back_as_they_were(others, policies, tmp_path):
    if others:
        policies.write("Policies", "empty")
        policies.write(r"System\DisableTaskMgr", "dword:0")
    before = exported()
    journal = Journal.create(tmp_path, "test")
    guard = SecurityScreenGuard(lab_machine=True, policies=policies)
    assert guard.engage(journal).level == "enforced"
    assert len(journal.outstanding) == (5 if others else 7)
    journal.close()  # as if the client were dead: nothing was released
    report = restore_all(tmp_path, {UserPolicies.api: policies})
    assert {one.result for one in report.restored} == {"restored"}
    assert exported() == before or not others
    assert policies.read("Policies") == ("used" if others else None)


def test_policy_that_the_lab_sets_meanwhile_is_left_to_it(policies, journal):
    guard = SecurityScreenGuard(lab_machine=True, policies=policies)
    guard.engage(journal)
    policies.write(r"System\DisableTaskMgr", "dword:0")
    guard.release()
    assert policies.read(r"System\DisableTaskMgr") == "dword:0"
    assert policies.read(r"System\DisableLockWorkstation") is None
    assert policies.read("Explorer") is None
    assert policies.read("System") == "used"


def test_nothing_else_of_the_registry_can_be_changed(policies, journal):
    with pytest.raises(SettingError, match="no user policy"):
        change(journal, policies, r"System\EnableLUA", "dword:0")
    assert UserPolicies.api in backend().machine_settings()
