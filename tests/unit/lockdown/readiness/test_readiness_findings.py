"""Check-in findings: what is refused, what is only noted, and that one sign never stops anybody."""

from __future__ import annotations

import pytest

from lockdown.contract.evidence import SessionFacts, Sign, VirtualMachineEvidence
from lockdown.contract.finding import ConnectedDisplays, DiskSpace, UnavailableControls, WaylandSession
from lockdown.contract.settings import Control, LockdownSettings, ProcessSettings, ProgramRule
from lockdown.contract.storage_size import StorageSize
from lockdown.linux import session
from lockdown.platforms.backend import backend
from lockdown.readiness.checks import MachineState, findings, inspect_machine
from lockdown.watching.programs import Match
from lockdown.watching.storage import StorageDevice

RULE = ProgramRule(title="Helper", executable="helper")
FLAG = Sign("cpu-hypervisor-flag", "processor")
FIRMWARE = Sign("firmware-names-virtual-machine", "firmware")
STICK = StorageDevice("usb", "Maker", "Stick", StorageSize.GB_16_TO_64)


def machine(**changed):
    plain = {
        "session": SessionFacts("linux-x11"),
        "virtual_machine": VirtualMachineEvidence(),
        "denied": (),
        "remote_control": (),
        "storage": (),
        "free_bytes": 10**10,
    }
    return MachineState(**{**plain, **changed})


def found(settings, seen, code):
    (finding,) = [one for one in findings(LockdownSettings.model_validate(settings), seen, 10**9) if one.code == code]
    return finding


CASES = [
    ("P-01", "processes", machine(denied=(Match(RULE, "executable"),))),
    ("R-01", "remote_session", machine(remote_control=(Match(RULE, "executable"),))),
    ("R-01", "remote_session", machine(session=SessionFacts("linux-x11", ("ssh",)))),
    ("V-01", "virtual_machine", machine(virtual_machine=VirtualMachineEvidence((FLAG, FIRMWARE)))),
    ("S-01", "storage", machine(storage=(STICK,))),
]


@pytest.mark.parametrize(("code", "setting", "seen"), CASES)
@pytest.mark.parametrize(
    ("policy", "state"), [("observe", "attention"), ("warn", "attention"), ("hold", "attention"), ("refuse", "failed")]
)
def test_policy_decides_and_staff_may_override(code, setting, seen, policy, state):
    value = {"policy": policy} if setting == "processes" else policy
    finding = found({setting: value}, seen, code)
    assert finding.state == state
    assert finding.staff_may_override
    assert found({setting: value}, machine(), code).state == "ok"


@pytest.mark.parametrize("sign", [FLAG, FIRMWARE, Sign("network-card-qemu", "network"), Sign("pci-virtio", "devices")])
def test_one_sign_of_a_virtual_machine_stops_nobody(sign):
    seen = machine(virtual_machine=VirtualMachineEvidence((sign,)))
    assert found({"virtual_machine": "refuse"}, seen, "V-01").state == "attention"


def test_signs_of_one_origin_count_once():
    signs = (Sign("pci-virtio", "devices"), Sign("pci-vmware", "devices"))
    assert not VirtualMachineEvidence(signs).likely


def test_wayland_refuses_what_cannot_be_enforced_and_names_it():
    seen = machine(session=SessionFacts("linux-wayland"))
    finding = found({"full_screen": "refuse"}, seen, "W-01")
    assert finding.state == "failed"
    assert finding.facts == WaylandSession((Control.FULL_SCREEN,))
    assert found({"full_screen": "observe"}, seen, "W-01").state == "attention"
    assert found({"downloads": "warn"}, seen, "W-02").state == "ok"


@pytest.mark.parametrize(("policy", "state"), [("warn", "attention"), ("refuse", "failed")])
def test_processes_are_not_claimed_where_they_are_hidden(policy, state):
    asked = {"processes": {"policy": policy}, "debugger": "observe", "clock": "observe"}
    finding = found(asked, machine(sees_all_processes=False), "W-02")
    assert finding.state == state
    assert finding.facts == UnavailableControls((Control.PROCESSES, Control.DEBUGGER))
    assert found(asked, machine(), "W-02").state == "ok"


def test_screenshot_protection_is_not_claimed_on_x11():
    finding = found({"screenshot_protection": "refuse"}, machine(), "W-02")
    assert finding.state == "failed"
    assert finding.facts == UnavailableControls((Control.SCREENSHOT_PROTECTION,))


def test_full_disk_fails_and_says_how_much():
    finding = found({}, machine(free_bytes=10**9 - 1_500_000), "D-01")
    assert (finding.state, finding.staff_may_override, finding.facts) == ("failed", False, DiskSpace(missing_mb=2))


@pytest.mark.parametrize(
    ("policy", "displays", "state"),
    [("refuse", 1, "ok"), ("refuse", 2, "failed"), ("hold", 2, "attention"), ("refuse", None, "attention")],
)
def test_displays_beyond_those_allowed(policy, displays, state):
    asked = {"displays": {"policy": policy, "at_most": 1}}
    finding = found(asked, machine(displays=displays), "X-02")
    assert finding.state == state
    if state == "failed":
        assert finding.facts == ConnectedDisplays(displays=2, at_most=1)
        assert finding.staff_may_override


def test_controls_that_are_off_are_not_looked_at(tmp_path):
    assert [one.code for one in findings(LockdownSettings(), machine(), 1)] == ["D-01"]
    seen = inspect_machine(LockdownSettings(), tmp_path, backend())
    assert (seen.virtual_machine, seen.storage, seen.denied, seen.remote_control) == (None, None, (), ())
    assert seen.free_bytes > 0


def test_this_machine_can_be_looked_at(tmp_path):
    settings = LockdownSettings(
        processes=ProcessSettings(policy="warn"), storage="warn", virtual_machine="warn", remote_session="warn"
    )
    seen = inspect_machine(settings, tmp_path, backend())
    assert seen.virtual_machine is not None
    assert seen.storage is not None
    assert inspect_machine(LockdownSettings(), tmp_path, backend(), displays=2).displays is None
    assert {one.code for one in findings(settings, seen, 1)} >= {"P-01", "R-01", "V-01", "S-01", "D-01"}


@pytest.mark.parametrize(
    ("environ", "facts"),
    [
        ({}, SessionFacts("linux-x11")),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, SessionFacts("linux-wayland")),
        ({"XDG_SESSION_TYPE": "wayland"}, SessionFacts("linux-wayland")),
        ({"XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}, SessionFacts("linux-x11")),
        ({"SSH_CONNECTION": "1 2 3 4"}, SessionFacts("linux-x11", ("ssh",))),
        ({"DISPLAY": "localhost:10.0"}, SessionFacts("linux-x11", ("x11-forwarded",))),
        ({"XRDP_SESSION": "1", "DISPLAY": ":10"}, SessionFacts("linux-x11", ("xrdp",))),
    ],
)
def test_session_facts(environ, facts):
    assert session.session_facts(environ) == facts
