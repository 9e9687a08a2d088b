import errno
import logging
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.client.delivery import index
from app.client.delivery.errors import EnqueueRefused, SpoolUnusable
from app.client.delivery.outbox import Outbox, OutboxState, SpoolSink, Unreadable
from app.client.delivery.recovery import OutboxRecovery
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId
from tests.fixtures.soak import times
from tests.unit.delivery.kit import new_attempt, sealed

ATTEMPT = "5b1d0e9a-7c42-4f38-9a6e-2e8c31d4f705"
SID = f"{ATTEMPT}.0"
FIRST = "seg/00-00000000.isg"


def due(outbox, now=1e9, limit=100, attempt=None):
    return outbox.due(now, limit, attempt)


def test_a_promise_is_a_file_and_a_row(outbox, files):
    SpoolSink(outbox, SID).put(FIRST, b"sealed")
    (waiting,) = due(outbox)
    assert (waiting.object_id, waiting.size, waiting.tries) == (ObjectId(SID, "s00", 0), 6, 0)
    assert files() == {f"{SID}/{FIRST}": b"sealed"}
    assert outbox.read(waiting) == b"sealed"
    assert outbox.counts() == OutboxState(1, 6, 0, 0, 0, 0)


def test_objects_fall_due_in_the_order_of_promises_and_by_attempt(outbox):
    other = f"{new_attempt()}.0"
    names = ["header.isf", "keys.isf", FIRST, "log/00000000.isl"]
    for name in names:
        outbox.enqueue(SID, name, name.encode())
        outbox.enqueue(other, name, name.encode())
    assert [each.object_id.name for each in due(outbox, attempt=ATTEMPT)] == names
    assert [each.object_id.name for each in due(outbox, limit=3)] == [names[0], names[0], names[1]]
    assert outbox.counts(ATTEMPT).waiting_objects == 4
    assert outbox.counts().waiting_objects == 8


def test_the_same_promise_twice_is_one(outbox, files):
    outbox.enqueue(SID, FIRST, b"sealed")
    outbox.enqueue(SID, FIRST, b"sealed")
    with pytest.raises(EnqueueRefused, match="other bytes"):
        outbox.enqueue(SID, FIRST, b"another")
    assert files() == {f"{SID}/{FIRST}": b"sealed"}
    assert outbox.counts().waiting_objects == 1


@pytest.mark.parametrize(
    ("sid", "name", "data"),
    [
        (SID, "../evil", b""),
        (SID, "seg/16-00000000.isg", b""),
        ("not-a-session", FIRST, b""),
        (SID, FIRST, bytes(MAX_OBJECT_BYTES + 1)),
    ],
)
def test_what_is_no_object_is_not_promised(outbox, files, sid, name, data):
    with pytest.raises(EnqueueRefused):
        outbox.enqueue(sid, name, data)
    assert files() == {}


def test_a_receipt_ends_the_wait_and_is_kept(outbox, files):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    outbox.delivered(waiting.id, b"receipt")
    assert due(outbox) == ()
    assert files() == {}
    assert outbox.receipts(ATTEMPT) == (b"receipt",)
    assert outbox.receipts(new_attempt()) == ()
    assert outbox.counts() == OutboxState(0, 0, 1, 0, 0, 0)
    assert outbox.next_due_at() is None
    outbox.delivered(999, b"receipt")  # a row that is not there changes nothing
    assert outbox.counts() == OutboxState(0, 0, 1, 0, 0, 0)


def test_postponed_objects_wait_and_can_be_hurried(outbox):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    outbox.postpone(waiting.id, until=1010.0, refusal="refused")
    assert due(outbox, 1000.0) == ()
    assert outbox.next_due_at() == 1010.0
    assert outbox.counts().refused_objects == 1
    (again,) = due(outbox, 1010.0)
    assert again.tries == 1
    outbox.postpone(waiting.id, until=2000.0)
    outbox.retry_now()
    assert len(due(outbox, 1000.0)) == 1
    assert outbox.counts().refused_objects == 0


def test_a_clock_set_back_does_not_hold_anything_up(outbox):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    outbox.postpone(waiting.id, until=1e9)
    assert len(due(outbox, 1000.0)) == 1


def test_a_changed_file_is_never_sent_and_never_removed(outbox, files, tmp_path, caplog):
    outbox.enqueue(SID, FIRST, b"sealed")
    (tmp_path / "spool" / SID / FIRST).write_bytes(b"edited")
    (waiting,) = due(outbox)
    with caplog.at_level(logging.ERROR):
        assert outbox.read(waiting) is Unreadable.DAMAGED
    assert "will not be sent" in caplog.text
    assert SID not in caplog.text
    assert due(outbox) == ()
    assert outbox.damaged() == outbox.damaged(ATTEMPT) == (f"{SID}/{FIRST}",)
    outbox.recover()
    assert files() == {f"{SID}/{FIRST}": b"edited"}
    assert outbox.counts().damaged_objects == 1


def test_a_vanished_file_is_reported(outbox, tmp_path):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    (tmp_path / "spool" / SID / FIRST).unlink()
    assert outbox.read(waiting) is Unreadable.MISSING
    assert outbox.counts().damaged_objects == 1


def test_a_file_delivered_by_another_thread_meanwhile_is_not_damaged(outbox):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    outbox.delivered(waiting.id, b"receipt")
    assert outbox.read(waiting) is Unreadable.MISSING
    assert outbox.counts() == OutboxState(0, 0, 1, 0, 0, 0)


def test_a_file_that_cannot_be_read_now_is_tried_again(outbox, tmp_path):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)
    file = tmp_path / "spool" / SID / FIRST
    file.unlink()
    file.mkdir()  # reading a folder is an error other than "not found", for root too
    assert outbox.read(waiting) is Unreadable.TEMPORARY
    assert len(due(outbox)) == 1


def test_recovery_adopts_whole_objects_of_every_kind(tmp_path, outbox):
    objects = sealed(ATTEMPT, segments=3)
    for name, data in objects.items():
        file = tmp_path / "spool" / SID / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    recovery = outbox.recover()
    assert (recovery.adopted, recovery.orphans) == (len(objects), ())
    assert {each.object_id.name: outbox.read(each) for each in due(outbox)} == objects
    assert outbox.recover().adopted == 0


def test_adopted_objects_keep_an_order_the_endpoint_accepts(tmp_path, outbox):
    objects = sealed(ATTEMPT, segments=3)
    for name, data in objects.items():
        file = tmp_path / "spool" / SID / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    outbox.recover()
    order = [each.object_id.name for each in due(outbox)]
    logs = [name for name in order if name.startswith("log/")]
    assert order.index("header.isf") < order.index(logs[0])
    assert logs == sorted(logs)


def test_recovery_removes_parts_and_leaves_strays(tmp_path, outbox, files):
    spool = tmp_path / "spool"
    outbox.enqueue(SID, "keys.isf", b"K")
    whole = sealed(ATTEMPT)[FIRST]
    (spool / SID / "seg").mkdir()
    (spool / SID / "seg" / "00-00000003.isg.part").write_bytes(whole[:50])
    orphans = {
        f"{SID}/seg/00-00000001.isg": whole,  # whole, but its head says it is another segment
        f"{SID}/{FIRST}": whole[: 52 + 60],  # cut
        f"{SID}/header.isf": b"no header",
        f"{SID}/log/00000000.isl": b"E" + bytes(100),
        f"{SID}/notes.txt": b"not ours",
        "readme": b"not ours either",
        f"{SID}/seg/00-00000009.isg": bytes(MAX_OBJECT_BYTES + 1),
    }
    for name, data in orphans.items():
        file = spool / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (spool / SID / "seg" / "00-00000005.isg").symlink_to(spool / "readme")
    (spool / "empty").mkdir()
    recovery = outbox.recover()
    assert (recovery.adopted, recovery.parts_removed, recovery.finished) == (0, 1, 0)
    assert set(recovery.orphans) == {*orphans, f"{SID}/seg/00-00000005.isg"}
    assert {name for name in files() if name != f"{SID}/keys.isf"} == set(recovery.orphans)
    assert not (spool / "empty").exists()
    assert [each.object_id.name for each in due(outbox)] == ["keys.isf"]


def test_recovery_finishes_a_removal_that_was_cut_off(tmp_path, outbox, files, monkeypatch, caplog):
    outbox.enqueue(SID, FIRST, b"sealed")
    (waiting,) = due(outbox)

    def held_open(self, missing_ok=False):
        raise PermissionError(errno.EACCES, "in use")

    with monkeypatch.context() as context:
        context.setattr(Path, "unlink", held_open)
        outbox.delivered(waiting.id, b"receipt")
    assert "cannot be removed yet" in caplog.text
    assert len(files()) == 1
    assert outbox.recover().finished == 1
    assert files() == {}


def test_prune_removes_empty_folders_only(tmp_path, outbox):
    outbox.enqueue(SID, FIRST, b"sealed")
    outbox.enqueue(SID, "keys.isf", b"K")
    (waiting, _) = due(outbox)
    outbox.delivered(waiting.id, b"receipt")
    outbox.prune()
    assert sorted(path.name for path in (tmp_path / "spool" / SID).iterdir()) == ["keys.isf"]


def test_a_row_is_as_durable_as_the_note_demands(outbox):
    assert outbox._index._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert outbox._index._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_two_processes_use_one_outbox(tmp_path, outbox):
    promiser = """
import sys
from pathlib import Path
from app.client.delivery.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
for number in range(60):
    outbox.enqueue(sys.argv[2], f"seg/00-{number:08d}.isg", number.to_bytes(4, "big") * 1000)
outbox.close()
"""
    process = subprocess.Popen([sys.executable, "-c", promiser, str(tmp_path / "spool"), SID])
    delivered, until = [], time.monotonic() + 30
    while len(delivered) < 60 and time.monotonic() < until:
        for waiting in due(outbox, time.time()):
            data = outbox.read(waiting)
            assert data == waiting.object_id.seq.to_bytes(4, "big") * 1000
            outbox.delivered(waiting.id, b"receipt")
            delivered.append(waiting.object_id.seq)
    assert process.wait(10) == 0
    assert delivered == list(range(60))
    assert outbox.recover() == OutboxRecovery(0, 0, 0, ())


def test_recovery_beside_a_working_recorder_takes_nothing_from_it(tmp_path, outbox):
    other, stopping = Outbox(tmp_path / "spool"), threading.Event()
    promised = []

    def record():
        while not stopping.is_set():
            name = f"seg/00-{len(promised):08d}.isg"
            other.enqueue(SID, name, b"x" * 5000)
            promised.append(name)

    thread = threading.Thread(target=record)
    thread.start()
    recoveries = [outbox.recover() for _ in range(times(10, 100))]
    stopping.set()
    thread.join(10)
    other.close()
    assert {(each.adopted, each.parts_removed, each.orphans) for each in recoveries} == {(0, 0, ())}
    assert [each.object_id.name for each in due(outbox, limit=100_000)] == promised


def test_a_busy_index_is_said_not_hung(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "BUSY_TIMEOUT_S", 0.05)
    outbox = Outbox(tmp_path / "spool")
    holder = sqlite3.connect(tmp_path / "spool" / "outbox.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(SpoolUnusable, match="locked"):
        outbox.enqueue(SID, FIRST, b"sealed")
    holder.execute("ROLLBACK")
    holder.close()
    outbox.enqueue(SID, FIRST, b"sealed")
    outbox.close()


def test_a_spool_with_nothing_waiting_is_left_empty(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.reserve(1 << 20)
    assert outbox.retire()
    assert list(tmp_path.iterdir()) == []
