"""The watcher of storage devices: what sysfs shows of a stick, and block devices really attached."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from lockdown.contract.violations import Code
from lockdown.linux.storage import SysfsSource
from lockdown.watching.storage import StorageGuard
from tests.fixtures.watching import look_until, untouched_journal

pytestmark = pytest.mark.xdist_group("machine")


@pytest.fixture
def journal(tmp_path):
    with untouched_journal(tmp_path / "journal") as opened:
        yield opened


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
    assert facts == {"storage_class": "usb", "vendor": "Maker", "model": "Stick 32", "size": "gb_16_to_64"}
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
        (Code.STORAGE_ARRIVED, "image", "gb_0_to_1")
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
    assert arrived[f"zram{number}"].size == "no_medium"


def test_swap_in_memory_is_no_storage_device():
    assert not any(name.startswith(("zram", "ram")) for name in SysfsSource().devices())
