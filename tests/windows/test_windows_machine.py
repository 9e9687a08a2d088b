"""Drives, session, signs of a virtual machine, and the journal, on a Windows file system and registry."""

from __future__ import annotations

import ctypes
import os
import string
import subprocess
import sys
import winreg

import pytest

from lockdown.contract.errors import JournalInUse
from lockdown.contract.evidence import SessionFacts
from lockdown.contract.settings import LockdownSettings, Policy
from lockdown.engaging.changes import change
from lockdown.engaging.journal import Journal
from lockdown.platforms.backend import backend
from lockdown.readiness.checks import inspect_machine
from lockdown.restore import restore_all
from lockdown.watching.storage import StorageGuard
from lockdown.windows.session import virtual_machine_evidence
from lockdown.windows.storage import DriveSource

TEST_KEY = r"Software\InvigiloTest"


@pytest.fixture
def registry():
    """Return a function that writes text values below a key of this test's own."""
    made = []

    def write(name, **values):
        path = rf"{TEST_KEY}\{name}"
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            for value, text in values.items():
                winreg.SetValueEx(key, value, 0, winreg.REG_SZ, text)
        made.append(path)
        return path

    yield write
    for path in reversed(made):
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)


def evidence(bios, pci):
    return virtual_machine_evidence(bios, pci, hive=winreg.HKEY_CURRENT_USER)


def test_virtual_machine_needs_firmware_and_devices(registry):
    pci = registry("pci")
    registry(r"pci\VEN_1AF4&DEV_1000")
    real = registry("real", SystemManufacturer="LENOVO", SystemProductName="ThinkPad")
    virtual = registry("virtual", SystemManufacturer="QEMU")
    both = evidence(virtual, pci)
    assert [sign.code for sign in both.signs] == ["firmware-names-virtual-machine", "pci-virtio"]
    assert both.likely
    assert not evidence(real, pci).likely
    assert not evidence(virtual, TEST_KEY + r"\none").likely
    assert evidence(real, TEST_KEY + r"\none").signs == ()


def test_session_at_the_machine_is_not_remote():
    assert backend().session_facts() == SessionFacts("windows")


def test_check_in_looks_at_all_that_is_asked_for(tmp_path):
    settings = LockdownSettings(storage=Policy.WARN, virtual_machine=Policy.WARN, remote_session=Policy.WARN)
    machine = inspect_machine(settings, tmp_path, backend())
    assert machine.virtual_machine is not None
    assert machine.remote_control == ()
    assert machine.storage
    assert machine.free_bytes > 0


define_drive = ctypes.windll.kernel32.DefineDosDeviceW
REMOVE = 2  # DDD_REMOVE_DEFINITION


def free_letter(source):
    return next(f"{letter}:" for letter in reversed(string.ascii_uppercase) if f"{letter}:\\" not in source.devices())


def test_drive_that_arrives_and_goes_is_listed(tmp_path):
    source = DriveSource()
    assert any(device.storage_class == "internal" for device in source.devices().values())
    journal = Journal.create(tmp_path / "journal", "test")
    guard = StorageGuard(source)
    assert guard.engage(journal).level == "observed"
    assert guard.check() == []
    letter = free_letter(source)
    assert define_drive(0, letter, os.fspath(tmp_path))
    try:
        assert letter in {name[:2] for name in source.devices()}
    finally:
        assert define_drive(REMOVE, letter, None)
    assert letter not in {name[:2] for name in source.devices()}
    guard.release()
    journal.close()


class Value:
    """A value of this test's own in the registry, as a machine setting."""

    api = "test.registry"

    def read(self, key):
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return winreg.QueryValueEx(opened, "value")[0]
        except OSError:
            return None

    def write(self, key, value, *, inherited=()):
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
            if value is None:
                winreg.DeleteValue(opened, "value")
            else:
                winreg.SetValueEx(opened, "value", 0, winreg.REG_SZ, value)


@pytest.mark.parametrize("before", [None, "earlier"])
def test_change_of_a_dead_client_is_restored(before, registry, tmp_path):
    key = registry("setting", **({} if before is None else {"value": before}))
    journal = Journal.create(tmp_path, "test")
    change(journal, Value(), key, "locked")
    assert Value().read(key) == "locked"
    with pytest.raises(JournalInUse):
        Journal.reopen(journal.path)
    assert restore_all(tmp_path, {Value.api: Value()}).running == ("test",)
    journal.close()  # the file stays: its change is outstanding
    (done,) = restore_all(tmp_path, {Value.api: Value()}).restored
    assert done.result == "restored"
    assert Value().read(key) == before
    assert not list(tmp_path.iterdir())


def test_journal_of_a_terminated_process_is_free_and_whole(tmp_path):
    code = (
        "import sys; from pathlib import Path; from lockdown.engaging.journal import Journal\n"
        "journal = Journal.create(Path(sys.argv[1]), 'test'); journal.intend('test', 'key', 'a', 'b')\n"
        "print('x', flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, os.fspath(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline().strip() == b"x"
    with pytest.raises(JournalInUse):
        Journal.reopen(tmp_path / "test.journal")
    process.kill()
    process.wait(20)
    process.stdin.close()
    process.stdout.close()
    journal = Journal.reopen(tmp_path / "test.journal", timeout_s=5)
    assert [(one.before, one.after, one.step) for one in journal.changes] == [("a", "b", "intended")]
    journal.close()
