"""Events become sealed lines: soon, in order of batches, none lost at the end."""

import json
import threading
import time

from app.client.recorder.event_writer import BATCH_S, EventWriter
from app.events.lockdown import ReleaseCodeRefusedEvent
from app.events.recording import TakeStartedEvent
from app.events.sealed import VERSION
from app.events.session import WindowLeftEvent, WindowReturnedEvent


class Sealed:
    def __init__(self) -> None:
        self.batches: list[tuple[int, list[dict[str, object]]]] = []
        self.arrived = threading.Event()

    def __call__(self, t0_us: int, plaintext: bytes) -> None:
        self.batches.append((t0_us, [json.loads(line) for line in plaintext.splitlines()]))
        self.arrived.set()


def test_an_event_is_sealed_within_the_batch_time() -> None:
    sealed = Sealed()
    events = EventWriter(t0_ns=1_000, seal=sealed)
    try:
        events.note(WindowLeftEvent(), 3_001_000)
        assert sealed.arrived.wait(BATCH_S * 5)
    finally:
        events.close()
    (t0_us, (event,)) = sealed.batches[0]
    assert t0_us == 3_000
    assert (event["event"], event["t_us"]) == ("window_left", 3_000)


def test_what_is_noted_last_is_sealed_by_close() -> None:
    sealed = Sealed()
    events = EventWriter(t0_ns=0, seal=sealed)
    for number in range(5):
        events.note(ReleaseCodeRefusedEvent(number), number * 1_000)
    events.close()
    events = [event for _, batch in sealed.batches for event in batch]
    assert [event["tries"] for event in events] == [0, 1, 2, 3, 4]
    assert sealed.batches[0][0] == 0


def test_an_event_from_before_time_zero_counts_as_time_zero() -> None:
    sealed = Sealed()
    events = EventWriter(t0_ns=10_000_000, seal=sealed)
    events.note(TakeStartedEvent(0), 5)
    events.close()
    assert sealed.batches[0][0] == 0


def test_what_happens_now_is_noted_at_the_time_of_now() -> None:
    sealed = Sealed()
    begun_ns = time.monotonic_ns()
    events = EventWriter(t0_ns=begun_ns, seal=sealed)
    events.note_now(ReleaseCodeRefusedEvent(3))
    events.close()
    (event,) = [event for _, batch in sealed.batches for event in batch]
    assert (event["event"], event["tries"], event["version"]) == ("release_code_refused", 3, VERSION)
    assert 0 <= event["t_us"] * 1000 <= time.monotonic_ns() - begun_ns


def test_whoever_wants_to_know_hears_that_an_event_is_sealed_once_it_is() -> None:
    sealed, received = Sealed(), []
    events = EventWriter(t0_ns=0, seal=sealed)
    events.note(WindowLeftEvent(), 1_000, sealed=lambda: received.append(len(sealed.batches)))
    events.note(WindowReturnedEvent(), 2_000)
    events.close()
    assert received == [1]
