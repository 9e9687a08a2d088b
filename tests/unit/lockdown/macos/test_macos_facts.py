"""What the backends of macOS make of the system's answers, on the contract suite's fake of it."""

from __future__ import annotations

import time

import pytest

from lockdown.contract.errors import GuardError
from lockdown.contract.violations import Code
from lockdown.macos import presentation
from lockdown.macos.clipboard import PasteboardGuard
from lockdown.macos.facade import Presentation, RunningApplication
from lockdown.macos.focus import FrontGuard
from lockdown.macos.processes import BundleSource
from lockdown.macos.session import session_facts, virtual_machine_evidence
from tests.contract.guards.macos import FULL_SCREEN_BY_QT, FakeMac, Names

JOURNAL = None  # these guards change nothing that outlives the program


def until(condition) -> bool:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_guest_is_a_single_sign_that_never_speaks_alone():
    assert virtual_machine_evidence(FakeMac()).signs == ()
    guest = virtual_machine_evidence(FakeMac(numbers={"kern.hv_vmm_present": 1}))
    assert [sign.code for sign in guest.signs] == ["hypervisor-present"]
    assert not guest.likely


@pytest.mark.parametrize(
    ("session", "environ", "remote"),
    [
        ({"kCGSSessionOnConsoleKey": True}, {}, ()),
        ({}, {}, ()),
        ({"kCGSSessionOnConsoleKey": False}, {}, ("not-on-console",)),
        ({}, {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, ("ssh",)),
    ],
)
def test_session_shown_elsewhere_is_told_by_code(session, environ, remote):
    assert session_facts(FakeMac(dictionary=session), environ).remote == remote


def test_options_are_those_that_appkit_takes_and_are_taken_away_in_any_order():
    mac = FakeMac()
    full_screen, shortcuts = presentation.full_screen_guard(mac), presentation.shortcuts_guard(mac)
    full_screen.engage(JOURNAL)
    shortcuts.engage(JOURNAL)
    assert mac.options & presentation.SHORTCUTS == presentation.SHORTCUTS
    shortcuts.release()
    assert mac.options == FULL_SCREEN_BY_QT | presentation.FULL_SCREEN
    full_screen.release()
    assert mac.options == FULL_SCREEN_BY_QT


def test_refused_options_leave_nothing_behind():
    mac = FakeMac()
    guard = presentation.PresentationGuard("full_screen", Presentation.HIDE_MENU_BAR, mac)
    with pytest.raises(GuardError):
        guard.engage(JOURNAL)
    guard.release()
    assert mac.options == FULL_SCREEN_BY_QT


def test_what_the_exam_page_copies_stays():
    mac = FakeMac()
    guard = PasteboardGuard(mac, mac)
    guard.engage(JOURNAL)
    mac.copy()
    time.sleep(0.1)
    assert mac.holds_text
    assert guard.check() == []
    mac.front = False
    mac.copy()
    assert until(lambda: not mac.holds_text)
    (violation,) = guard.check()
    assert violation.facts == {"times": 1}
    guard.release()


def test_program_that_insists_is_left_alone_for_a_second_and_reported():
    mac = FakeMac()
    mac.come_to_front = lambda: None
    mac.front = False
    guard = FrontGuard(mac)
    guard.engage(JOURNAL)
    seen = []
    assert until(lambda: bool(seen.extend(guard.check()) or seen))
    guard.release()
    assert [violation.code for violation in seen] == [Code.CONTROL_LOST]


def test_look_that_fails_is_told_once():
    mac = FakeMac()
    guard = FrontGuard(mac)
    guard.engage(JOURNAL)
    mac.in_front = lambda: 1 / 0
    seen = []
    assert until(lambda: bool(seen.extend(guard.check()) or seen))
    assert guard.check() == ()
    guard.release()


def test_bundle_identifier_is_read_only_where_a_rule_asks_for_it():
    mac = FakeMac(running=[RunningApplication(42, "com.example.one"), RunningApplication(43, None)])
    source = BundleSource(mac, Names(mac))
    assert list(source.pids()) == [42, 43]
    assert source.program(42, frozenset()).original_name is None
    assert source.program(42, frozenset({"original_name"})).original_name == "com.example.one"
    assert source.program(43, frozenset({"original_name"})).original_name is None
