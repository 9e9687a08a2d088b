"""One contract for every platform's backend: Linux's natively, Windows' under Wine, macOS' on a fake of the system."""

from __future__ import annotations

import inspect
import os
import sys
import time

import pytest

from lockdown.contract.errors import LockdownError
from lockdown.contract.evidence import SessionFacts, VirtualMachineEvidence
from lockdown.contract.platform import PLATFORMS
from lockdown.contract.settings import Control, LockdownSettings
from lockdown.engaging.journal import Journal
from lockdown.macos.backend import MacBackend
from lockdown.platforms import backend as choice
from lockdown.platforms.backend import Backend, backend
from lockdown.platforms.matrix import MATRIX
from lockdown.platforms.watchers import watchers
from lockdown.platforms.window_guards import window_guards
from lockdown.readiness.checks import findings, inspect_machine
from lockdown.readiness.given import given_here
from lockdown.watching.inputs import InputDevice
from lockdown.watching.network import Interface
from lockdown.watching.programs import Program
from lockdown.watching.storage import StorageDevice
from lockdown.watching.virtual_devices import VirtualDevice
from tests.contract.guards.macos import FakeMac
from tests.fixtures.fake_backend import FakeBackend

WATCHED = ("storage", "remote_session", "virtual_devices", "input_devices", "network", "debugger", "clock", "power")
EVERYTHING = LockdownSettings.model_validate(
    {
        **{control.value: "observe" for control in Control},
        "displays": {"policy": "observe"},
        "processes": {"policy": "observe", "deny_remote_control": False},
    }
)
PARTS = {
    "process_source": ("pids", "sees_all", "program", "unaltered", "remote_control_rules", "assistive_rules"),
    "storage_source": ("start", "devices", "arrivals", "stop"),
    "interface_source": ("start", "present", "stop"),
    "input_source": ("start", "present", "stop"),
    "virtual_device_source": ("start", "present", "stop"),
}


def on_a_fake_mac() -> MacBackend:
    mac = FakeMac()
    return MacBackend(mac, mac, mac, {})


HERE = {sys.platform: backend, "fake": FakeBackend}
if sys.platform != "win32":  # what psutil lists for it does not work under Wine
    HERE["darwin on a fake"] = on_a_fake_mac


@pytest.fixture(params=HERE.values(), ids=HERE)
def made(request, monkeypatch) -> Backend:
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    return request.param()


def test_has_every_method_with_the_arguments_of_the_contract(made):
    wanted = {name: each for name, each in vars(Backend).items() if inspect.isfunction(each) and name[0] != "_"}
    assert len(wanted) == 15
    for name, each in wanted.items():
        asked = list(inspect.signature(each).parameters.values())[1:]
        given = list(inspect.signature(getattr(made, name)).parameters.values())
        assert [(one.name, one.kind, one.default) for one in given] == [
            (one.name, one.kind, one.default) for one in asked
        ], name


def test_facts_of_the_machine_have_the_types_of_the_contract(made):
    facts = made.session_facts()
    assert isinstance(facts, SessionFacts)
    assert facts.platform in PLATFORMS
    assert isinstance(made.virtual_machine_evidence(), VirtualMachineEvidence)
    assert made.traced() is False
    displays = made.display_count()
    assert displays is None or displays >= 0
    begun_s = made.since_boot_s()
    time.sleep(0.01)
    assert 0.009 <= made.since_boot_s() - begun_s < 60


@pytest.mark.parametrize("part", PARTS)
def test_a_source_has_its_contract_and_is_new_each_time(made, part):
    source = getattr(made, part)()
    if source is None:
        assert part in {"input_source", "virtual_device_source"}
        return
    assert all(callable(getattr(source, name)) for name in PARTS[part])
    assert getattr(made, part)() is not source


def test_what_sources_list_are_values_of_the_contract(made):
    for source, kind in (
        (made.interface_source(), Interface),
        (made.input_source(), InputDevice),
        (made.virtual_device_source(), VirtualDevice),
    ):
        if source is not None:
            assert all(isinstance(each, kind) for each in source.present().values())
            source.stop()
    storage = made.storage_source(b"key")
    assert all(isinstance(each, StorageDevice) for each in storage.devices().values())
    assert storage.arrivals() == {}
    storage.stop()


def test_this_process_is_among_those_that_are_listed(made):
    source = made.process_source()
    if isinstance(made, FakeBackend):
        made.programs[os.getpid()] = Program(os.getpid(), 1.0, executable="python")
    assert os.getpid() in source.pids()
    program = source.program(os.getpid(), frozenset())
    assert program is not None
    assert (program.pid, program.sha256, program.signer) == (os.getpid(), None, None)
    assert source.program(2**22 - 1, frozenset()) is None


def test_starts_are_announced_or_it_is_said_why_not(made):
    events = made.process_events(made.process_source())
    if events is not None:
        assert isinstance(events.start(frozenset()), str | None)
        events.stop()
        events.stop()


def test_what_closes_programs_leaves_this_one_alone(made):
    if isinstance(made, FakeBackend):
        pytest.skip("a fake closes whatever is put in")
    source = made.process_source()
    closer = made.program_closer(source)
    if closer is not None:
        assert closer.close(source.program(os.getpid(), frozenset())) == "left alone"


def test_machine_settings_are_kept_under_their_own_names(made):
    assert all(setting.api == name for name, setting in made.machine_settings().items())


def test_controls_that_are_off_have_no_guard(made):
    def not_asked() -> int:
        raise AssertionError("the window is asked for where a control needs it only")

    assert window_guards(LockdownSettings(), made, not_asked) == ()
    assert watchers(LockdownSettings(), made) == []


def test_guards_are_what_the_matrix_offers_here(made):
    platform = made.session_facts().platform
    guards = [*window_guards(EVERYTHING, made, lambda: 1), *watchers(EVERYTHING, made)]
    names = [{"keyboard_map": "system_shortcuts"}.get(guard.name, guard.name) for guard in guards]
    assert len(names) == len(set(names))
    for name in names:
        support = MATRIX[Control(name)][platform]
        assert support.level != "not_available" or name == "screenshot_protection", name
    if not isinstance(made, FakeBackend):
        claimed = {name for name in WATCHED if MATRIX[Control(name)][platform].level != "not_available"}
        assert claimed <= set(names)


def test_every_watcher_engages_looks_and_ends(made, tmp_path):
    journal = Journal.create(tmp_path, "test")
    sees_all = made.process_source().sees_all()
    promised = given_here(EVERYTHING, made.platform(), sees_all_processes=sees_all, lab_machine=False)
    for guard in watchers(EVERYTHING, made):
        assert guard.engage(journal).level == promised[Control(guard.name)], "what is told before is what is given"
        tuple(guard.check())
        guard.release()
        guard.release()
    assert journal.changes == ()
    journal.close()


def test_the_device_check_needs_nothing_else(made, tmp_path):
    begun_s = time.monotonic()
    found = findings(EVERYTHING, inspect_machine(EVERYTHING, tmp_path, made, displays=1), 0)
    assert {"D-01", "P-01", "R-01", "V-01", "S-01", "X-02", "E-01", "K-01", "T-01", "G-01", "B-01"} <= {
        one.code for one in found
    }
    assert time.monotonic() - begun_s < 30


def test_a_platform_without_a_backend_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr(choice.sys, "platform", "plan9")
    with pytest.raises(LockdownError, match="plan9"):
        backend()
