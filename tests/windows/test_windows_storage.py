"""Disks on Windows: really registered with its device list and taken out of it again; sizes as WMI tells them."""

from __future__ import annotations

import pytest

from lockdown.contract.storage_size import StorageSize
from lockdown.contract.violations import Code
from lockdown.engaging.journal import Journal
from lockdown.watching.storage import StorageDevice, StorageGuard
from lockdown.windows.disks import attached_disks, disk
from lockdown.windows.storage import DriveSource, sizes_of_disks
from tests.windows.device_list import plug_in

STICK = r"USBSTOR\Disk&Ven_SanDisk&Prod_Ultra_Fit&Rev_1.00\4C530001230101&0"


def test_stick_that_comes_and_goes_is_identified_without_its_serial(tmp_path):
    journal = Journal.create(tmp_path, "test")
    guard = StorageGuard(DriveSource(b"exam key"))
    assert guard.engage(journal).level == "observed"
    assert guard.check() == []
    take_out = plug_in(STICK)
    try:
        (arrived,) = guard.check()
        assert guard.check() == []
    finally:
        take_out()
    (removed,) = guard.check()
    guard.release()
    journal.close()
    facts = dict(arrived.facts)
    pseudonym = facts.pop("device")
    assert facts == {"storage_class": "usb", "vendor": "SANDISK", "model": "ULTRA FIT", "size": "unknown"}
    assert (arrived.code, removed.code) == (Code.STORAGE_ARRIVED, Code.STORAGE_REMOVED)
    assert len(pseudonym) == 16
    assert "4C53" not in repr((arrived, removed))


def test_pseudonym_holds_within_one_exam_only():
    stick = disk(STICK, removable=True)
    assert stick.pseudonym(b"1") == stick.pseudonym(b"1") != stick.pseudonym(b"2")
    assert stick.pseudonym(None) is None
    assert disk(r"USBSTOR\Disk&Ven_X&Prod_Y\7&2f1a&0&_&0", removable=True).pseudonym(b"1") is None  # made up by Windows


@pytest.mark.parametrize(
    ("instance", "removable", "storage_class", "vendor", "model"),
    [
        (STICK, True, "usb", "SANDISK", "ULTRA FIT"),
        (r"SCSI\DISK&VEN_NVME&PROD_SAMSUNG_MZVL2\5&1&0&000000", False, "internal", "NVME", "SAMSUNG MZVL2"),
        (r"SCSI\DISK&VEN_SAMSUNG&PROD_PORTABLE_SSD_T7\6&1&0&000000", True, "other", "SAMSUNG", "PORTABLE SSD T7"),
        (r"SD\DISK&GENERIC&SD64G&REV_8.5\4&1&0&0", True, "card", None, None),
        (r"PCISTOR\DISK&VEN_RSPER&PROD_RTS5208LUN0&REV_1.00\0000", True, "card", "RSPER", "RTS5208LUN0"),
        (r"SCSI\DISK&VEN_MSFT&PROD_VIRTUAL_DISK\2&1f4adffe&0&000001", False, "image", "MSFT", "VIRTUAL DISK"),
        (r"IDE\DISKVBOX_HARDDISK_1.0\5&33d1638a&0&0.0.0", False, "internal", None, None),
    ],
)
def test_disks_are_known_by_what_their_bus_calls_them(instance, removable, storage_class, vendor, model):
    found = disk(instance, removable=removable)
    assert (found.storage_class, found.vendor, found.model) == (storage_class, vendor, model)


def test_empty_card_reader_is_no_storage_until_a_card_is_in_it():
    reader = disk(r"USBSTOR\DISK&VEN_GENERIC&PROD_SD_READER\000000001&0", removable=True)
    sizes, drives, asked = {reader.instance.upper(): 0}, {}, []

    def tell_sizes():
        asked.append(1)
        return dict(sizes)

    source = DriveSource(disks=lambda: [reader], drives=lambda: dict(drives), sizes=tell_sizes)
    assert not source.devices()[reader.instance].outside
    source.devices()
    assert len(asked) == 1, "sizes are asked for after a change only"
    sizes[reader.instance.upper()] = 64 * 10**9
    drives["E:\\"] = StorageDevice("other", None, None, StorageSize.GB_64_TO_256)
    assert [device.size for device in source.devices().values()] == ["gb_64_to_256"], "the card is not told twice"


def test_sizes_that_are_not_told_are_unknown():
    assert sizes_of_disks() is None  # Wine's WMI knows no instance ids
    (stick,) = [disk(STICK, removable=True)]
    assert DriveSource(disks=lambda: [stick], sizes=lambda: None).devices()[STICK].size == "unknown"
    assert attached_disks() == []
