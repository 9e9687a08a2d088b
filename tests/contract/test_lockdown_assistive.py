"""Programs that people need to read or write are never reported as denied; whoever only takes their name is."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.engaging.journal import Journal
from lockdown.linux.packages import PackageIndex
from lockdown.linux.processes import ProcSource
from lockdown.watching.processes import ProcessGuard, denied_now, needed_by_a_person

DENIED = ProgramRule(title="A reader that somebody denies", executable="reads-aloud")
SCRIPT = Path("/usr/bin/ldd")  # every Debian has it, and it is a script


def brought_by(folder: Path, package: str, file: Path) -> PackageIndex:
    """A package index in which `package` brought `file`."""
    folder.mkdir(exist_ok=True)
    digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    (folder / f"{package}.md5sums").write_text(f"{digest}  usr/bin/{file.name}\n")
    return PackageIndex(folder)


@pytest.fixture
def reader(tmp_path):
    """A program that runs, called as the denied one; it is the system's `sleep`."""
    program = tmp_path / "reads-aloud"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    process = subprocess.Popen([program, "60"])
    yield program
    process.kill()
    process.wait(10)


@pytest.mark.parametrize(("package", "reported"), [("orca", []), ("brltty", []), ("some-game", [DENIED.title])])
def test_what_the_assistive_package_brought_is_not_denied(reader, tmp_path, package, reported):
    source = ProcSource(packages=brought_by(tmp_path / "info", package, reader))
    assert [match.rule.title for match in denied_now(source, [DENIED])] == reported
    journal = Journal.create(tmp_path / "journal", "s")
    guard = ProcessGuard(ProcessSettings(policy="hold", deny=(DENIED,), deny_remote_control=True), source)
    guard.engage(journal)
    seen = guard.check()
    assert [violation.facts["title"] for violation in seen] == reported
    guard.release()
    journal.close()


@pytest.mark.parametrize("steered", ["LD_PRELOAD", "PYTHONPATH"])
def test_a_program_that_somebody_put_code_into_is_denied(steered, reader, tmp_path):
    """The file is still the package's: what runs in it is not."""
    code = tmp_path / "code.so"
    libraries = sorted(Path("/lib/x86_64-linux-gnu").glob("libm.so.*"))
    shutil.copy(libraries[0], code)
    own = tmp_path / "python3-reads-aloud"
    shutil.copy(reader, own)
    source = ProcSource(packages=brought_by(tmp_path / "info", "orca", own))
    with subprocess.Popen([own, "60"], env={steered: str(code)}) as process:
        wanted = until_loaded(process.pid, code.name if steered.startswith("LD") else own.name)
        rule = ProgramRule(title="Reads aloud", executable=own.name)
        found = denied_now(source, [rule])
        needed = needed_by_a_person(source, (), process.pid)
        process.kill()
    assert wanted
    assert [match.rule.title for match in found] == [rule.title]
    assert not needed, "a window of it over the exam counts"


def until_loaded(pid: int, name: str) -> bool:
    """Wait until `pid` has mapped a file of this name."""
    end = time.monotonic() + 20
    while name not in Path(f"/proc/{pid}/maps").read_text() and time.monotonic() < end:
        time.sleep(0.02)
    return name in Path(f"/proc/{pid}/maps").read_text()


def test_a_program_that_takes_the_name_alone_is_denied(reader, tmp_path):
    mine = tmp_path / "orca"
    shutil.copy(reader, mine)
    process = subprocess.Popen([mine, "60"])
    try:
        rule = ProgramRule(title="Orca, it says", executable="orca")
        time.sleep(0.05)
        assert [match.rule.title for match in denied_now(ProcSource(), [rule])] == ["Orca, it says"]
    finally:
        process.kill()
        process.wait(10)


def process_tree(root: Path, script: str) -> None:
    """What /proc shows of an interpreter that runs `script`."""
    folder = root / "7"
    folder.mkdir(parents=True)
    (folder / "stat").write_text("7 (python3) " + " ".join(str(n) for n in range(40)))
    (folder / "cmdline").write_bytes(b"python3\0" + script.encode() + b"\0")
    (folder / "exe").symlink_to(shutil.which("python3") or "/usr/bin/python3")
    shell = Path("/bin/sh").resolve()
    (folder / "maps").write_text(f"55d0-55d4 r-xp 0000 fe:00 {shell.stat().st_ino} {shell}\n")
    (folder / "environ").write_bytes(b"LANG=C.UTF-8\0")
    (folder / "ns").mkdir()
    (folder / "ns" / "mnt").symlink_to(Path("/proc/self/ns/mnt").readlink())


@pytest.mark.skipif(not SCRIPT.exists(), reason=f"needs {SCRIPT}")
def test_a_screen_reader_that_is_a_script_is_known_by_the_package_of_the_script(tmp_path):
    process_tree(tmp_path / "proc", str(SCRIPT))
    interpreter = tmp_path / "proc" / "7" / "exe"
    if not interpreter.resolve().name.startswith("python3"):
        pytest.skip("the interpreter has another name here")
    source = ProcSource(tmp_path / "proc", brought_by(tmp_path / "info", "orca", SCRIPT))
    rule = ProgramRule(title="By its script", command=SCRIPT.name)
    program = source.program(7, frozenset({"original_name"}))
    assert program is not None
    assert (program.command, program.original_name) == (SCRIPT.name, "orca")
    assert denied_now(source, [rule]) == ()


def test_a_script_of_a_persons_own_is_not_opened(tmp_path):
    script = tmp_path / "home" / "mine.py"
    script.parent.mkdir()
    script.write_text("pass\n")
    process_tree(tmp_path / "proc", str(script))
    source = ProcSource(tmp_path / "proc", brought_by(tmp_path / "info", "orca", script))
    program = source.program(7, frozenset({"original_name"}))
    assert program is not None
    assert program.command == "mine.py"
    assert program.original_name is None
