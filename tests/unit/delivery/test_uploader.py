import logging
import random
import threading
import time

import pytest

from app.client.delivery.errors import SpoolUnusable
from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.delivery.transport import AlreadyStored, Retry, Stored, UploadRefused
from app.client.delivery.uploader import DeliveryState, Uploader
from app.wire.receipts import Receipt
from tests.unit.delivery.kit import new_attempt, wait_until

ATTEMPT = new_attempt()
SID = f"{ATTEMPT}.0"
RECEIPT = Receipt(SID, "s00", 0, "0" * 64, 0, "2026-11-22T09:00:00Z", "ep-1")


class Scripted:
    """A transport that answers as the test says."""

    def __init__(self, answer):
        self.answer = answer
        self.sent = []
        self.closed = False

    def put(self, object_id, data):
        self.sent.append((object_id.name, data))
        return self.answer(object_id)

    def close(self):
        self.closed = True


class Heard:
    def __init__(self):
        self.states = []

    def delivery_changed(self, state):
        self.states.append(state)


def stored(_object_id=None):
    return Stored(RECEIPT, b"receipt")


class Eager(random.Random):
    """Jitter that is always the least, so that tests do not wait."""

    def uniform(self, low, high):
        return 0.01


@pytest.fixture
def uploading(outbox):
    running = []

    def start(transport, **changes):
        heard = Heard()
        uploader = Uploader(outbox, transport, heard, rng=changes.pop("rng", Eager()), **changes)
        uploader.start()
        running.append(uploader)
        return uploader, heard

    yield start
    for uploader in running:
        assert uploader.stop(10)


def enqueue(outbox, count, first=0):
    for number in range(first, first + count):
        outbox.enqueue(SID, f"seg/00-{number:08d}.isg", bytes([number]) * 10)


def drained(outbox):
    return lambda: outbox.counts().waiting_objects == 0


def test_everything_is_delivered_in_order(outbox, uploading):
    enqueue(outbox, 50)
    transport = Scripted(stored)
    uploader, heard = uploading(transport)
    wait_until(drained(outbox))
    assert [name for name, _ in transport.sent] == [f"seg/00-{number:08d}.isg" for number in range(50)]
    wait_until(lambda: heard.states[-1] == DeliveryState(True, 0, 0, None))
    assert heard.states[0] == DeliveryState(False, 50, 500, None)
    assert uploader.stop(5)
    assert transport.closed


def test_a_new_promise_is_delivered_soon_after_wake(outbox, uploading):
    transport = Scripted(stored)
    uploader, _ = uploading(transport)
    enqueue(outbox, 1)
    uploader.wake()
    wait_until(drained(outbox), 5)


def test_an_object_stored_by_an_earlier_try_counts(outbox, uploading):
    enqueue(outbox, 1)
    uploading(Scripted(lambda _: AlreadyStored(RECEIPT, b"receipt")))
    wait_until(drained(outbox))
    assert outbox.receipts(ATTEMPT) == (b"receipt",)


def test_an_outage_holds_everything_and_ends(outbox, uploading, caplog):
    enqueue(outbox, 5)
    answers = [Retry(None, DeliveryProblem(ProblemCode.UNREACHABLE))] * 20
    transport = Scripted(lambda _: answers.pop() if answers else stored())
    with caplog.at_level(logging.WARNING):
        _, heard = uploading(transport)
        wait_until(drained(outbox))
    assert [name for name, _ in transport.sent[:21]] == ["seg/00-00000000.isg"] * 21
    assert DeliveryState(False, 5, 50, DeliveryProblem(ProblemCode.UNREACHABLE)) in heard.states
    assert sum("interrupted" in record.message for record in caplog.records) == 1


def test_a_refused_object_waits_and_the_others_go_on(outbox, uploading):
    enqueue(outbox, 3)
    refusing = [True]

    def answer(object_id):
        if object_id.seq == 1 and refusing[0]:
            return UploadRefused(
                "log_out_of_order", DeliveryProblem(ProblemCode.OBJECT_REFUSED, kind="log_out_of_order")
            )
        return stored()

    uploading(Scripted(answer))
    wait_until(lambda: outbox.counts().delivered_objects == 2)
    assert outbox.counts().refused_objects <= 1
    refusing[0] = False
    wait_until(drained(outbox))


def test_a_damaged_object_is_not_sent_and_said(outbox, uploading, tmp_path):
    enqueue(outbox, 2)
    (tmp_path / "spool" / SID / "seg" / "00-00000000.isg").write_bytes(b"edited")
    transport = Scripted(stored)
    uploading(transport)
    wait_until(drained(outbox))
    assert [name for name, _ in transport.sent] == ["seg/00-00000001.isg"]
    assert outbox.counts().damaged_objects == 1


def test_only_its_own_attempt_is_delivered(outbox, uploading):
    enqueue(outbox, 1)
    other = f"{new_attempt()}.0"
    outbox.enqueue(other, "keys.isf", b"K")
    transport = Scripted(stored)
    uploading(transport, attempt=ATTEMPT)
    wait_until(lambda: outbox.counts(ATTEMPT).waiting_objects == 0)
    time.sleep(0.05)
    assert len(transport.sent) == 1
    assert outbox.counts().waiting_objects == 1


def test_wake_does_not_cut_an_outage_short_but_hurry_does(outbox, uploading):
    class Long(random.Random):
        def uniform(self, low, high):
            return 30.0

    enqueue(outbox, 1)
    reachable = [False]
    transport = Scripted(lambda _: stored() if reachable[0] else Retry(None, DeliveryProblem(ProblemCode.UNREACHABLE)))
    uploader, _ = uploading(transport, rng=Long())
    wait_until(lambda: len(transport.sent) == 1)
    for _ in range(5):
        uploader.wake()
        time.sleep(0.01)
    assert len(transport.sent) == 1
    reachable[0] = True
    uploader.retry_now()
    wait_until(drained(outbox), 5)


def test_stop_ends_a_long_wait_at_once(outbox, uploading):
    enqueue(outbox, 1)
    transport = Scripted(lambda _: Retry(3600.0, DeliveryProblem(ProblemCode.ENDPOINT_BUSY)))
    uploader, _ = uploading(transport)
    wait_until(lambda: transport.sent)
    began = time.monotonic()
    assert uploader.stop(5)
    assert time.monotonic() - began < 2
    assert outbox.counts().waiting_objects == 1


def test_stop_says_when_it_could_not(outbox):
    enqueue(outbox, 1)
    holding, ended = threading.Event(), threading.Event()

    def hold(_):
        holding.set()
        ended.wait(10)
        return stored()

    uploader = Uploader(outbox, Scripted(hold), Heard())
    uploader.start()
    holding.wait(5)
    assert not uploader.stop(0.05)
    ended.set()
    assert uploader.stop(5)


def test_an_uploader_that_never_started_stops(outbox):
    assert Uploader(outbox, Scripted(stored), Heard()).stop(1)


def test_a_fault_does_not_end_delivery(outbox, uploading, caplog):
    enqueue(outbox, 3)
    faults = [RuntimeError("a fault of ours"), SpoolUnusable("the index is busy")]

    def answer(_):
        if faults:
            raise faults.pop()
        return stored()

    uploading(Scripted(answer))
    wait_until(drained(outbox))
    assert "met a fault and goes on" in caplog.text
    assert "the index is busy" in caplog.text


def test_uploads_are_paced_until_hurried(outbox, uploading):
    class Slow:
        def wait_s(self, size):
            return 30.0

        def sent(self, size, took_s):
            raise AssertionError("unpaced now")

    enqueue(outbox, 2)
    transport = Scripted(stored)
    uploader, _ = uploading(transport, pacer=Slow())
    time.sleep(0.1)
    assert transport.sent == []
    uploader.retry_now()
    wait_until(drained(outbox), 5)
