"""The storage contract; every adapter passes this same suite."""

import errno
import os
import threading
from pathlib import Path

import pytest

from app.endpoint import local_storage
from app.endpoint.errors import LogGap, StorageFault, StorageFull
from app.endpoint.local_storage import MAX_QUARANTINED, LocalStorage
from app.endpoint.storage import StoredObject
from app.wire.objects import ObjectId
from tests.unit.delivery.kit import new_attempt, sealed

ATTEMPT = new_attempt()
SID = f"{ATTEMPT}.0"
SEGMENT = ObjectId(SID, "s00", 0)


@pytest.fixture(params=[LocalStorage])
def storage(request, tmp_path):
    return request.param(tmp_path)


@pytest.fixture(scope="module")
def objects():
    return {ObjectId.from_name(SID, name): data for name, data in sealed(ATTEMPT, segments=4).items()}


def test_what_is_stored_can_be_read(storage, objects):
    for object_id, data in objects.items():
        assert storage.get(object_id) is None
        assert storage.head(object_id) is None
        assert storage.create(object_id, data)
        assert storage.get(object_id) == data
        assert storage.head(object_id).size == len(data)
    assert list(storage.objects(SID)) == sorted(objects)
    assert list(storage.sessions()) == [SID]
    assert list(storage.orphans(SID)) == []


def test_nothing_is_ever_replaced(storage, objects):
    for object_id, data in objects.items():
        storage.create(object_id, data)
    for object_id, data in objects.items():
        assert not storage.create(object_id, data)
        assert not storage.create(object_id, b"another")
        assert storage.get(object_id) == data


def test_one_of_many_racing_writers_wins(storage):
    won, barrier = [], threading.Barrier(24)

    def write(number):
        barrier.wait()
        if storage.create(SEGMENT, bytes([number]) * 1000):
            won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(won) == 1
    assert storage.get(SEGMENT) == bytes(won) * 1000


def test_log_records_leave_no_gap(storage, objects):
    records = [object_id for object_id in objects if object_id.track == "log"]
    with pytest.raises(LogGap) as gap:
        storage.create(records[1], objects[records[1]])
    assert gap.value.expected == 0
    storage.create(records[0], objects[records[0]])
    with pytest.raises(LogGap) as gap:
        storage.create(records[2], objects[records[2]])
    assert gap.value.expected == 1


def test_a_deleted_session_is_gone_with_its_evidence(storage, objects, tmp_path):
    for object_id, data in objects.items():
        storage.create(object_id, data)
    storage.quarantine(SEGMENT, b"evidence")
    storage.delete(SID)
    storage.delete(SID)
    assert list(storage.sessions()) == list(storage.objects(SID)) == []
    assert b"evidence" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_evidence_is_bounded_and_apart(storage, caplog):
    for number in range(MAX_QUARANTINED + 5):
        storage.quarantine(SEGMENT, str(number).encode())
    assert "no more evidence" in caplog.text
    assert storage.get(SEGMENT) is None
    assert list(storage.sessions()) == []


def test_health_tells_the_room(storage):
    assert storage.health().free_bytes > 0


def test_repair_of_a_healthy_storage_does_nothing(storage, objects):
    for object_id, data in objects.items():
        storage.create(object_id, data)
    assert list(storage.repair()) == []
    assert list(storage.objects(SID)) == sorted(objects)


# What follows is about the local disk.


def test_a_record_cut_by_a_crash_is_removed_at_start(tmp_path, objects):
    storage = LocalStorage(tmp_path)
    records = [object_id for object_id in objects if object_id.track == "log"]
    storage.create(records[0], objects[records[0]])
    log = tmp_path / "sessions" / SID / "log.isf"
    for cut in (1, 103, 104, 175):
        with log.open("ab") as file:
            file.write(objects[records[1]][:cut])
        assert list(storage.objects(SID)) == [records[0]]
        assert storage.get(records[1]) is None
        assert list(storage.orphans(SID)) == ["log.isf"]
        assert len(storage.repair()) == 1
        assert log.read_bytes() == objects[records[0]]
    assert storage.create(records[1], objects[records[1]])


def test_uploads_cut_by_a_crash_are_removed_at_start(tmp_path):
    storage = LocalStorage(tmp_path)
    (tmp_path / "incoming" / "abc.part").write_bytes(b"half")
    assert len(storage.repair()) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


def test_strays_are_named(tmp_path, objects):
    storage = LocalStorage(tmp_path)
    storage.create(SEGMENT, b"x")
    folder = tmp_path / "sessions" / SID
    (folder / "notes.txt").write_text("x")
    (folder / "log").mkdir()
    (folder / "log" / "00000000.isl").write_text("x")
    (folder / "keys.isf").symlink_to(folder / "notes.txt")
    assert list(storage.orphans(SID)) == ["keys.isf", "log", "log/00000000.isl", "notes.txt"]
    assert list(storage.objects(SID)) == [SEGMENT]


@pytest.mark.parametrize("track", ["s00", "log"])
def test_a_full_disk_stores_nothing_and_recovers(tmp_path, monkeypatch, objects, track):
    storage = LocalStorage(tmp_path)
    records = [each for each in objects if each.track == track][:2]
    storage.create(records[0], objects[records[0]])
    write = os.write

    def half_then_full(descriptor, data):
        if len(data) > 10:
            return write(descriptor, bytes(data[:10]))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(
            os, "write", lambda descriptor, data: half_then_full(descriptor, data[: max(10, len(data) - 10)])
        )
        with pytest.raises(StorageFull):
            storage.create(records[1], objects[records[1]])
    assert storage.get(records[1]) is None
    assert list((tmp_path / "incoming").iterdir()) == []
    assert storage.create(records[1], objects[records[1]])
    assert storage.get(records[1]) == objects[records[1]]


def test_a_flush_that_fails_is_no_success(tmp_path, monkeypatch):
    storage = LocalStorage(tmp_path)
    storage.create(SEGMENT, b"x")

    def broken(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageFault):
        storage.create(ObjectId(SID, "s00", 1), b"x")
    monkeypatch.undo()
    assert storage.get(ObjectId(SID, "s00", 1)) is None


def test_folders_are_closed_to_others(tmp_path):
    LocalStorage(tmp_path / "data").create(SEGMENT, b"x")
    for folder in ("sessions", "incoming", "aside", f"sessions/{SID}"):
        assert (tmp_path / "data" / folder).stat().st_mode & 0o077 == 0
    assert StoredObject(1, "x") == StoredObject(1, "x")
    assert Path(local_storage.__file__).exists()
