"""Closing programs: real processes, asked and never forced, and only those that are the test taker's to close."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.linux.closing import PidfdCloser
from lockdown.linux.processes import ProcSource
from lockdown.readiness.closing_programs import ASSISTIVE, OF_THE_SYSTEM, close_denied, may_be_closed
from lockdown.watching.programs import Program

STUBBORN = "import signal, time; signal.signal(15, lambda *_: None); print('x', flush=True); time.sleep(60)"


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a copy of `sleep` under a name; every process is ended afterwards."""
    running = []

    def begin(name="helper", **options):
        process = subprocess.Popen([shutil.copy(shutil.which("sleep"), tmp_path / name), "60"], **options)
        running.append(process)
        end = time.monotonic() + 30
        while name not in Path(f"/proc/{process.pid}/comm").read_text() and time.monotonic() < end:
            time.sleep(0.005)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait(10)


def known(process):
    program = ProcSource().program(process.pid, frozenset())
    assert program is not None
    return program


def denying(name):
    rules = (ProgramRule(title="Helper", executable=name),)
    return ProcessSettings(policy="warn", deny=rules, deny_remote_control=False)


def test_denied_program_is_asked_to_close_and_does(start):
    process, other = start(), start("bystander")
    assert close_denied(denying("helper"), ProcSource(), PidfdCloser(ProcSource())) == ("closed",)
    assert process.wait(5) == -15
    assert other.poll() is None


def test_program_that_does_not_want_to_close_stays():
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"x\n"
        assert PidfdCloser(ProcSource(), within_s=0.3).close(known(process)) == "still open"
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_another_program_with_the_same_process_id_is_left_alone(start):
    process = start()
    earlier = replace(known(process), started=known(process).started - 1)
    PidfdCloser(ProcSource()).close(earlier)
    time.sleep(0.1)
    assert process.poll() is None


def test_program_that_has_gone_counts_as_closed(start):
    process = start()
    program = known(process)
    process.kill()
    process.wait(10)
    assert PidfdCloser(ProcSource()).close(program) == "closed"


def test_other_users_programs_are_left_alone(start):
    if os.geteuid() != 0:
        pytest.skip("starting a program as another user needs root")
    process = subprocess.Popen(["sleep", "60"], user=65534, cwd="/")
    try:
        assert PidfdCloser(ProcSource()).close(known(process)) == "left alone"
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)


def test_this_program_and_what_it_runs_in_are_left_alone():
    for pid in (os.getpid(), os.getppid()):
        program = ProcSource().program(pid, frozenset())
        assert program is not None
        assert PidfdCloser(ProcSource()).close(program) == "left alone"


@pytest.mark.parametrize("name", sorted(ASSISTIVE | OF_THE_SYSTEM))
def test_assistive_programs_and_the_systems_are_never_closed(name):
    assert not may_be_closed(Program(1, 0.0, executable=name))
    assert not may_be_closed(Program(1, 0.0, executable="python3.11", command=name.upper()))


def test_assistive_program_on_the_deny_list_stays(start):
    process = start("orca")
    assert close_denied(denying("orca"), ProcSource(), PidfdCloser(ProcSource())) == ("left alone",)
    assert process.poll() is None
