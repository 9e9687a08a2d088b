"""The outbox on a disk that is full or broken."""

import errno
import os
from pathlib import Path

import pytest

from app.client.delivery import disk_reserve, index
from app.client.delivery.errors import SpoolFull, SpoolUnusable
from app.client.delivery.outbox import Outbox, OutboxState
from app.durable_files import writing
from app.wire.objects import MAX_OBJECT_BYTES
from tests.unit.delivery.kit import new_attempt

SID = f"{new_attempt()}.0"
FIRST = "seg/00-00000000.isg"


class FullDisk:
    """Lets no more than `free` bytes be written, and counts what giving back the reserve frees."""

    def __init__(self, monkeypatch, free):
        self.free = free
        self._write, self._truncate = os.write, os.truncate
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "truncate", self.truncate)

    def write(self, descriptor, data):
        if len(data) > self.free:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.free -= len(data)
        return self._write(descriptor, data)

    def truncate(self, path, size):
        self.free += Path(path).stat().st_size - size
        self._truncate(path, size)


def test_a_full_disk_is_said_and_loses_nothing(outbox, files, monkeypatch):
    outbox.enqueue(SID, FIRST, b"sealed")
    disk = FullDisk(monkeypatch, free=10)
    with pytest.raises(SpoolFull, match="free some space"):
        outbox.enqueue(SID, "seg/00-00000001.isg", bytes(100))
    assert files() == {f"{SID}/{FIRST}": b"sealed"}
    disk.free = 1000
    outbox.enqueue(SID, "seg/00-00000001.isg", bytes(100))
    assert outbox.counts().waiting_objects == 2


def test_the_reserve_is_used_when_the_disk_is_full(outbox, monkeypatch):
    outbox.reserve(9 << 20)
    outbox.reserve(1 << 20)  # a smaller one changes nothing
    assert outbox.counts().reserved_bytes == 9 << 20
    FullDisk(monkeypatch, free=0)
    for number in range(30):
        outbox.enqueue(SID, f"seg/00-{number:08d}.isg", bytes(MAX_OBJECT_BYTES))
    assert outbox.counts().reserved_bytes == 1 << 20  # the rest stays for receipts
    with pytest.raises(SpoolFull):  # noqa: PT012 - which of them fails is not the point
        for number in range(30, 60):
            outbox.enqueue(SID, f"seg/00-{number:08d}.isg", bytes(MAX_OBJECT_BYTES))
    outbox.reserve(0)
    assert outbox.counts().reserved_bytes == 0


def test_the_reserve_is_real_disk_space(outbox, tmp_path):
    outbox.reserve(4 << 20)
    reserve = tmp_path / "spool" / "reserved"
    assert reserve.stat().st_blocks * 512 >= 4 << 20


def test_a_reserve_the_disk_has_not_is_refused_whole(outbox):
    with pytest.raises(SpoolFull, match="no room"):
        outbox.reserve(1 << 50)
    assert outbox.counts().reserved_bytes == 0
    outbox.reserve(1 << 20)
    with pytest.raises(SpoolFull):
        outbox.reserve(1 << 50)
    assert outbox.counts().reserved_bytes == 1 << 20


def test_a_reserve_on_a_broken_disk_is_said(outbox, monkeypatch):
    def broken(_target, _size):
        raise OSError(errno.EIO, "Input/output error")

    outbox.reserve(1 << 20)
    monkeypatch.setattr(disk_reserve, "allocate_file", broken)
    with pytest.raises(SpoolUnusable, match="reserved"):
        outbox.reserve(2 << 20)


def test_a_broken_disk_is_said(outbox, files, monkeypatch):
    def broken(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writing.disk, "flush", broken)
    with pytest.raises(SpoolUnusable, match="check the disk"):
        outbox.enqueue(SID, FIRST, b"sealed")
    assert files() == {}


def test_receipts_are_recorded_from_the_last_of_the_reserve(outbox, monkeypatch):
    outbox.enqueue(SID, FIRST, b"sealed")
    outbox.reserve(1 << 20)
    (waiting,) = outbox.due(1e9, 100)
    deliver, failures = index.SpoolIndex.deliver, []

    def full_once(self, id, receipt):
        if not failures:
            failures.append(1)
            raise SpoolFull("full")
        return deliver(self, id, receipt)

    monkeypatch.setattr(index.SpoolIndex, "deliver", full_once)
    outbox.delivered(waiting.id, b"receipt")
    assert outbox.counts() == OutboxState(0, 0, 1, 0, 0, 0)


def test_an_index_without_room_is_a_full_disk(outbox):
    pages = outbox._index._connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._index._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SpoolFull):  # noqa: PT012 - which of them fails is SQLite's to say
        for number in range(1000):
            outbox.enqueue(SID, f"seg/00-{number:08d}.isg", b"x")


def test_an_index_that_is_no_database_is_said(tmp_path):
    (tmp_path / "outbox.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(SpoolUnusable, match="index"):
        Outbox(tmp_path)


def test_a_spool_that_is_a_file_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SpoolUnusable, match="folder"):
        Outbox(tmp_path / "file" / "spool")
