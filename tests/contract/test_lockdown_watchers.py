"""The watchers against the real machine: programs really started, block devices really attached."""

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
from lockdown.engaging.journal import Journal
from lockdown.linux.connector import ProcessConnector
from lockdown.linux.packages import PackageIndex
from lockdown.linux.processes import ProcSource, read_build_id
from lockdown.linux.storage import SysfsSource
from lockdown.watching.processes import ProcessGuard, PsutilSource, denied_now
from lockdown.watching.storage import StorageGuard

pytestmark = pytest.mark.xdist_group("machine")

ALL = frozenset({"sha256", "build_id"})


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path / "journal", "test")
    yield opened
    assert opened.changes == (), "a watcher changes nothing"
    opened.close()


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


def look_until(guard, timeout_s=30.0):
    end = time.monotonic() + timeout_s
    while True:
        seen = guard.check()
        if seen or time.monotonic() > end:
            return seen
        time.sleep(0.02)


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
    assert guard.engage(journal).level == "observed"
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


# --- storage ---------------------------------------------------------------------------------------------------------


def usb_stick(root: Path, *, serial: str = "0123", sectors: int = 62_000_000) -> Path:
    """Lay down what sysfs shows of a USB stick, and return its folder."""
    usb = root / "devices/pci0000:00/0000:00:14.0/usb1/1-2"
    disk = usb / "1-2:1.0/host4/target4:0:0/4:0:0:0/block/sdb"
    (disk / "device").mkdir(parents=True)
    (usb / "serial").write_text(f"{serial}\n")
    (disk / "device/vendor").write_text("Maker   \n")
    (disk / "device/model").write_text("Stick 32\n")
    (disk / "removable").write_text("1\n")
    (disk / "size").write_text(f"{sectors}\n")
    (root / "block").mkdir(exist_ok=True)
    (root / "block/sdb").symlink_to(disk)
    return disk


def test_usb_stick_is_identified_without_its_serial(tmp_path, journal):
    (tmp_path / "block").mkdir()
    source = SysfsSource(b"exam key", root=tmp_path)
    guard = StorageGuard(source)
    guard.engage(journal)
    assert guard.check() == []
    usb_stick(tmp_path, serial="SERIAL77")
    (arrived,) = guard.check()
    assert arrived.code is Code.STORAGE_ARRIVED
    facts = dict(arrived.facts)
    pseudonym = facts.pop("device")
    assert facts == {"storage_class": "usb", "vendor": "Maker", "model": "Stick 32", "size": "16-64 GB"}
    assert len(str(pseudonym)) == 16
    assert "SERIAL77" not in repr(arrived)
    assert guard.check() == []
    (tmp_path / "block/sdb").unlink()
    (removed,) = guard.check()
    assert removed.code is Code.STORAGE_REMOVED
    assert removed.facts["device"] == pseudonym
    guard.release()


def test_pseudonym_holds_within_one_exam_only(tmp_path):
    usb_stick(tmp_path)
    one, again, other = (SysfsSource(key, root=tmp_path).devices()["sdb"] for key in (b"1", b"1", b"2"))
    assert one == again
    assert one.pseudonym != other.pseudonym
    assert SysfsSource(root=tmp_path).devices()["sdb"].pseudonym is None


def attach(*command) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} cannot attach a device here: {done.stderr.strip()}")
    return done.stdout.strip()


def test_real_disk_image_that_arrives_and_goes_is_reported(tmp_path, journal):
    if os.geteuid() != 0 or shutil.which("losetup") is None:
        pytest.skip("attaching a loop device needs root and losetup")
    image = tmp_path / "private-label.img"
    image.write_bytes(bytes(1 << 20))
    guard = StorageGuard(SysfsSource(b"key"))
    engagement = guard.engage(journal)
    node = attach("losetup", "-f", "--show", str(image))
    try:
        arrived = look_until(guard)
    finally:
        subprocess.run(["losetup", "-d", node], check=True, timeout=20)
    removed = look_until(guard)
    guard.release()
    assert engagement.level == "observed"
    assert [(one.code, one.facts["storage_class"], one.facts["size"]) for one in arrived] == [
        (Code.STORAGE_ARRIVED, "image", "0-1 GB")
    ]
    assert [one.code for one in removed] == [Code.STORAGE_REMOVED]
    assert "private" not in repr(arrived)


def test_real_block_device_is_announced_by_the_kernel(journal):
    control = Path("/sys/class/zram-control")
    if os.geteuid() != 0 or not control.exists():
        pytest.skip("adding a zram device needs root and zram")
    source = SysfsSource(memory_disks=True)
    if source.start() is not None:
        pytest.skip("the kernel announces no devices to this user")
    number = (control / "hot_add").read_text().strip()
    try:
        end = time.monotonic() + 30
        arrived = dict(source.arrivals())
        while f"zram{number}" not in arrived and time.monotonic() < end:
            time.sleep(0.005)
            arrived |= source.arrivals()
    finally:
        (control / "hot_remove").write_text(number)
        source.stop()
    assert arrived[f"zram{number}"].storage_class == "other"
    assert arrived[f"zram{number}"].size == "none"


def test_swap_in_memory_is_no_storage_device():
    assert not any(name.startswith(("zram", "ram")) for name in SysfsSource().devices())
