"""The watcher of programs, against programs that are really started."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from lockdown.linux.connector import ProcessConnector
from lockdown.linux.packages import PackageIndex
from lockdown.linux.processes import ProcSource, read_build_id
from lockdown.watching.processes import ProcessGuard, PsutilSource, denied_now
from tests.fixtures.watching import look_until, untouched_journal

pytestmark = pytest.mark.xdist_group("machine")


@pytest.fixture
def journal(tmp_path):
    with untouched_journal(tmp_path / "journal") as opened:
        yield opened


ALL = frozenset({"sha256", "build_id"})


@pytest.fixture
def running():
    """Return a function that starts a program and ends it after the test."""
    started = []

    def start(*command, **options):
        process = subprocess.Popen(command, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.fixture
def renamed(tmp_path):
    """A `sleep` under an innocent name, with build id and digest of its own: others sleep on this machine too."""
    copy = Path(shutil.copy(shutil.which("sleep"), tmp_path / "innocent"))
    if build_id := read_build_id(copy):
        copy.write_bytes(copy.read_bytes().replace(bytes.fromhex(build_id), os.urandom(len(build_id) // 2)))
    return copy


def settings(**rule):
    return ProcessSettings(policy="warn", deny=(ProgramRule(title="Denied", **rule),), deny_remote_control=False)


@pytest.fixture(params=[ProcSource, PsutilSource], ids=["proc", "psutil"])
def source(request):
    return request.param()


def test_sources_know_a_program_by_its_file(source, running, renamed):
    process = running(renamed, "60")
    program = source.program(process.pid, frozenset())
    assert program is not None
    assert (program.pid, program.executable, program.command) == (process.pid, "innocent", "innocent")
    assert process.pid in source.pids()
    process.kill()
    process.wait(10)
    assert source.program(process.pid, frozenset()) is None


def test_guard_reports_a_program_that_starts_once(source, running, renamed, journal):
    guard = ProcessGuard(settings(executable="innocent"), source)
    assert guard.engage(journal).level == ("observed" if source.sees_all() else "not_available")
    assert guard.check() == []
    running(renamed, "60")
    (violation,) = look_until(guard)
    assert violation.code is Code.PROGRAM_RUNNING
    assert dict(violation.facts) == {"title": "Denied", "identity": "executable", "since_start": False}
    assert guard.check() == []
    running(renamed, "61")
    assert len(look_until(guard)) == 1
    guard.release()


def test_guard_reports_what_ran_before_the_exam(running, renamed, journal):
    running(renamed, "60")
    guard = ProcessGuard(settings(executable="innocent"), ProcSource())
    guard.engage(journal)
    (violation,) = guard.check()
    assert violation.facts["since_start"] is True
    guard.release()


def test_renamed_program_is_known_by_digest_and_build_id(running, renamed):
    digest = hashlib.sha256(renamed.read_bytes()).hexdigest()
    process = running(renamed, "60")
    program = ProcSource().program(process.pid, ALL)
    assert program is not None
    assert program.sha256 == digest
    assert program.build_id == read_build_id(renamed)
    assert program.build_id is not None
    for rule in ({"sha256": digest}, {"build_id": program.build_id}):
        found = denied_now(ProcSource(), [ProgramRule(title="Sleeper", **rule)])
        assert [match.rule.title for match in found] == ["Sleeper"]


def test_renamed_program_is_known_by_the_package_it_came_from(running, renamed, journal, tmp_path):
    info = tmp_path / "info"
    info.mkdir()
    digest = hashlib.md5(renamed.read_bytes(), usedforsecurity=False).hexdigest()
    (info / "sleeping:amd64.md5sums").write_text(f"{'0' * 32}  usr/bin/other\n{digest}  usr/bin/sleep\n")
    guard = ProcessGuard(settings(original_name="sleeping"), ProcSource(packages=PackageIndex(info)))
    guard.engage(journal)
    guard.check()
    running(renamed, "60")
    (violation,) = look_until(guard)
    assert violation.facts["identity"] == "original_name"
    assert PackageIndex(tmp_path / "nowhere").owner(renamed) is None
    guard.release()


def test_packages_of_this_system_are_known(tmp_path):
    if not Path("/var/lib/dpkg/info/coreutils.md5sums").exists():
        pytest.skip("no digests of dpkg here")
    copy = Path(shutil.copy(shutil.which("sleep"), tmp_path / "innocent"))
    assert PackageIndex().owner(copy) == "coreutils"
    assert PackageIndex().owner(Path(__file__)) is None


def test_name_a_process_gives_itself_does_not_hide_its_file(running):
    code = "import ctypes, sys; ctypes.CDLL(None).prctl(15, b'firefox'); print('x', flush=True); sys.stdin.read()"
    process = running(sys.executable, "-c", code, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"x\n"
    program = ProcSource().program(process.pid, frozenset())
    process.stdin.close()
    process.stdout.close()
    assert program.executable.startswith("python")


def test_interpreters_are_known_by_their_script_and_nothing_else_of_the_command_line(running, tmp_path):
    script = tmp_path / "cheat.py"
    script.write_text("print('x', flush=True); input()")
    process = running(sys.executable, "-B", script, "--secret", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"x\n"
    program = ProcSource().program(process.pid, frozenset())
    process.stdin.close()
    process.stdout.close()
    assert program.command == "cheat.py"
    assert "secret" not in repr(program)
    assert str(tmp_path) not in repr(program)


def test_program_that_takes_over_a_known_process_is_seen_at_the_full_look(running, renamed, journal):
    now_s = [0.0]
    guard = ProcessGuard(settings(executable="innocent"), ProcSource(), clock_s=lambda: now_s[0])
    guard.engage(journal)
    process = running("sh", "-c", f"read line; exec {renamed} 60", stdin=subprocess.PIPE)
    assert guard.check() == []
    process.stdin.write(b"\n")
    process.stdin.close()
    end = time.monotonic() + 30
    while Path(f"/proc/{process.pid}/exe").readlink() != renamed and time.monotonic() < end:
        time.sleep(0.01)
    assert guard.check() == []
    now_s[0] = 31.0
    assert len(guard.check()) == 1
    guard.release()


@pytest.mark.clock
def test_connector_sees_programs_shorter_than_any_look(running, renamed, journal):
    connector = ProcessConnector(ProcSource())
    guard = ProcessGuard(settings(executable="innocent"), ProcSource(), connector)
    guard.engage(journal)
    try:
        if not guard._listening:
            pytest.skip("the kernel lets this user not listen to its process connector")
        guard.check()
        for _ in range(20):
            running(renamed, "0.02").wait(10)
        seen = []
        end = time.monotonic() + 30
        while len(seen) < 20 and time.monotonic() < end:
            seen += guard.check()
            time.sleep(0.02)
        assert len(seen) == 20
    finally:
        guard.release()
    guard.release()


def test_connector_stops_and_starts_again():
    connector = ProcessConnector(ProcSource())
    for _ in range(2):
        if connector.start(frozenset()) is not None:
            pytest.skip("the kernel lets this user not listen to its process connector")
        connector.stop()
    connector.stop()
