"""One contract, every backend: natively on Linux, in a Windows Python under Wine, and on recorded fakes for macOS."""

from __future__ import annotations

import contextlib
import sys
import threading
import time

import pytest

from lockdown.contract.errors import LockdownError
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code
from lockdown.engaging.journal import Journal
from lockdown.platforms.matrix import MATRIX
from tests.contract.guards import linux, macos, windows

HERE = windows.CASES if sys.platform == "win32" else (*linux.CASES, *macos.CASES)
EVERYWHERE = (*linux.CASES, *windows.CASES, *macos.CASES)
LEVELS = ["not_available", "observed", "enforced"]
WITHIN_S = 5.0
PATIENCE_S = 30.0


@pytest.fixture(params=HERE, ids=str)
def case(request):
    return request.param


@pytest.fixture
def rig(case, tmp_path, request, monkeypatch):
    if case.platform == "linux-x11":
        monkeypatch.setenv("DISPLAY", request.getfixturevalue("x_display"))
    folder = tmp_path / "rig"
    folder.mkdir()
    with case.rig(folder) as made:
        yield made
        with contextlib.suppress(LockdownError):
            made.guard.release()


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path / "journal", "test")
    yield opened
    assert opened.outstanding == (), "what was changed is put back"
    opened.close()


def until(condition):
    end = time.monotonic() + PATIENCE_S
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_says_what_it_gives_and_no_more_than_the_matrix(case, rig, journal):
    standing = rig.guard.engage(journal)
    rig.guard.release()
    assert standing.level == rig.level
    assert LEVELS.index(standing.level) <= LEVELS.index(MATRIX[case.control][case.platform].level)
    assert Control(rig.guard.name) is case.control


def test_reports_nothing_where_nothing_happens(rig, journal):
    rig.guard.engage(journal)
    for _ in range(3):
        assert tuple(rig.guard.check()) == ()
        time.sleep(0.1)
    rig.guard.release()


def test_what_it_is_against_is_stopped_or_reported_once(case, rig, journal):
    standing = rig.guard.engage(journal)
    tuple(rig.guard.check())
    if standing.level == "enforced":
        assert until(rig.held), "engaging puts it in force"
    rig.provoke()
    if rig.reports is not None:
        (violation,) = until(rig.guard.check)
        assert (violation.code, violation.control, violation.guard) == (rig.reports, case.control, rig.guard.name)
        assert 0 <= time.monotonic_ns() - violation.seen_ns < WITHIN_S * 1e9
    if standing.level == "enforced":
        assert until(rig.held), "an enforced control is put right"
    assert tuple(rig.guard.check()) == ()
    rig.guard.release()


@pytest.mark.parametrize("case", [case for case in HERE if case.can_be_lost], ids=str)
def test_loss_is_reported_once(case, rig, journal):
    rig.guard.engage(journal)
    tuple(rig.guard.check())
    time.sleep(0.6)  # a keyboard hook is asked at most twice a second
    rig.tamper()
    seen = []
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and len(seen) == 0:
        seen += rig.guard.check()
        time.sleep(0.1)
    time.sleep(0.6)
    seen += rig.guard.check()
    rig.guard.release()
    assert [(one.code, one.control) for one in seen] == [(Code.CONTROL_LOST, case.control)]


def test_release_ends_it(rig, journal):
    threads = threading.active_count()
    rig.guard.engage(journal)
    rig.guard.release()
    rig.guard.release()  # a second call does nothing
    rig.provoke()
    if rig.held is not None:
        time.sleep(0.3)
        assert not rig.held(), "after release nothing is stopped any more"
    assert threading.active_count() == threads
    assert journal.outstanding == ()


def test_release_copes_with_a_guard_that_never_engaged(rig):
    rig.guard.release()


@pytest.mark.clock
def test_look_takes_milliseconds(rig, journal):
    rig.guard.engage(journal)
    took_s = []
    for _ in range(5):
        begun_s = time.perf_counter()
        tuple(rig.guard.check())
        took_s.append(time.perf_counter() - begun_s)
    rig.guard.release()
    assert sorted(took_s)[2] < 0.25


def test_every_line_of_the_matrix_that_a_run_is_claimed_for_is_run_here():
    for one in EVERYWHERE:
        assert MATRIX[one.control][one.platform].tested == one.tested, one
    looked_at_once = {Control.VIRTUAL_MACHINE}  # test_windows_machine.py, test_macos_facts.py
    for tested, cases in (("under Wine", windows.CASES), ("on a fake", macos.CASES)):
        claimed = {control for control, row in MATRIX.items() if row[cases[0].platform].tested == tested}
        in_suite = {one.control for one in cases if one.tested == tested}
        assert claimed == in_suite | looked_at_once
