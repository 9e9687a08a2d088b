"""Programs on Windows: really started, renamed and ended; signatures really verified."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from lockdown.engaging.journal import Journal
from lockdown.watching.processes import ProcessGuard, denied_now
from lockdown.windows.processes import ToolhelpSource
from lockdown.windows.signatures import original_name, signer

ALL = frozenset({"sha256", "signer", "original_name"})
PYTHON = Path(sys.executable)
FOUNDATION = "Python Software Foundation"


@pytest.fixture
def renamed():
    """A copy of Python under an innocent name, beside the libraries it needs."""
    copy = PYTHON.with_name("innocent.exe")
    shutil.copy(PYTHON, copy)
    yield copy
    for _ in range(50):
        try:
            copy.unlink()
            return
        except PermissionError:  # its process is still going
            time.sleep(0.1)
    copy.unlink()


@pytest.fixture
def running(renamed):
    """Return a function that starts the innocent copy, which waits for its end."""
    started = []

    def start():
        process = subprocess.Popen(
            [renamed, "-S", "-c", "print('x', flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        assert process.stdout.readline().strip() == b"x"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(20)
        process.stdin.close()
        process.stdout.close()


def test_source_knows_a_program_until_its_end(running):
    source = ToolhelpSource()
    process = running()
    assert process.pid in source.pids()
    program = source.program(process.pid, frozenset())
    assert (program.pid, program.executable) == (process.pid, "innocent.exe")
    assert program.started > 0
    assert program == source.program(process.pid, frozenset())
    assert (program.sha256, program.signer, program.original_name) == (None, None, None)
    process.kill()
    process.wait(20)
    assert source.program(process.pid, frozenset()) is None
    assert process.pid not in source.pids()


def test_renamed_program_is_known_by_signer_original_name_and_digest(running, renamed):
    process = running()
    program = ToolhelpSource().program(process.pid, ALL)
    digest = hashlib.sha256(renamed.read_bytes()).hexdigest()
    assert (program.signer, program.original_name, program.sha256) == (FOUNDATION, "python.exe", digest)
    for rule in ({"signer": FOUNDATION}, {"original_name": "python.exe"}, {"sha256": digest}):
        found = denied_now(ToolhelpSource(), [ProgramRule(title="Python", **rule)])
        assert [match.rule.title for match in found] == ["Python"]


def test_guard_reports_a_program_that_starts_once(running, tmp_path):
    rule = ProgramRule(title="Denied", executable="innocent")
    guard = ProcessGuard(ProcessSettings(policy="warn", deny=(rule,), deny_remote_control=False), ToolhelpSource())
    journal = Journal.create(tmp_path / "journal", "test")
    assert guard.engage(journal).level == "observed"
    assert guard.check() == []
    running()
    (violation,) = guard.check()
    assert violation.code is Code.PROGRAM_RUNNING
    assert dict(violation.facts) == {"title": "Denied", "identity": "executable", "since_start": False}
    assert guard.check() == []
    guard.release()
    assert journal.changes == ()
    journal.close()


def test_signature_that_does_not_hold_names_nobody(tmp_path):
    changed = tmp_path / "changed.exe"
    content = bytearray(PYTHON.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    unsigned = tmp_path / "unsigned.exe"
    unsigned.write_bytes(b"MZ" + bytes(500))
    assert signer(PYTHON) == FOUNDATION
    assert signer(changed) is None
    assert signer(unsigned) is None
    assert signer(tmp_path / "missing.exe") is None


def test_file_without_version_resource_has_no_original_name(tmp_path):
    plain = tmp_path / "plain.exe"
    plain.write_bytes(b"MZ" + bytes(500))
    assert original_name(PYTHON) == "python.exe"
    assert original_name(plain) is None
