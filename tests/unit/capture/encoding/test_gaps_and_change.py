"""Which pictures are left out, and how what is missing is named."""

import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.encoding.change_gate import ChangeGate
from capture.encoding.unit_queue import UnitQueue
from capture.errors import SourceFault
from capture.frames import VideoFrame
from capture.reports import Gap, RecordingFault
from capture.settings import MAX_UNIT_BYTES
from capture.watching.gaps import GapWatch
from tests.fixtures.recording import Recording

PIXELS = np.zeros((2, 2, 4), np.uint8)


def screen(tenth: int, *, unchanged: bool) -> VideoFrame:
    return VideoFrame(PIXELS, tenth * SECOND_NS // 10, unchanged)


def test_still_screen_is_recorded_once_a_heartbeat() -> None:
    gate = ChangeGate(heartbeat_s=2, key_interval_s=3.9)
    admitted = [t for t in range(0, 101, 2) if gate.admits(screen(t, unchanged=t > 0))]
    assert admitted == [0, 20, 40, 60, 80, 100]


def test_every_change_is_recorded_and_a_due_key_frame_too() -> None:
    gate = ChangeGate(heartbeat_s=2, key_interval_s=3.9)
    admitted = [t for t in range(0, 61, 2) if gate.admits(screen(t, unchanged=t not in (0, 14, 34)))]
    assert admitted == [0, 14, 34, 40, 60]  # 40: the unit begun at 0 would grow past four seconds


def test_unit_that_the_encoder_began_by_itself_ends_in_time_too() -> None:
    begun = [0]
    gate = ChangeGate(heartbeat_s=3, key_interval_s=3.9, unit_from_ns=lambda: begun[0])
    admitted = []
    for t in range(0, 101, 2):
        begun[0] = 34 * SECOND_NS // 10 if t > 34 else 0  # it began anew at the change
        if gate.admits(screen(t, unchanged=t not in (0, 34))):
            admitted.append(t)
    assert admitted == [0, 30, 34, 64, 74]  # at 73 the unit of 34 is over


def test_change_that_did_not_get_through_is_not_forgotten() -> None:
    gate = ChangeGate(heartbeat_s=2, key_interval_s=3.9)
    assert gate.admits(screen(0, unchanged=False))
    gate.forget()
    assert gate.admits(screen(2, unchanged=True))
    assert not gate.admits(screen(4, unchanged=True))


def test_gap_reaches_from_the_last_item_to_the_next() -> None:
    watch = GapWatch("webcam", 1000, tolerated_ns=500)
    assert watch.covered(1100, 1100) is None
    watch.blame(SourceFault.FAILED, "OSError")
    watch.blame(SourceFault.NOT_FOUND)
    gap = watch.covered(1300, 1300)
    assert gap is not None
    assert gap == Gap("webcam", 1100, 1300, SourceFault.FAILED, "OSError")
    assert watch.covered(1700, 1700) is None


def test_silent_hole_is_a_gap_when_it_is_longer_than_tolerated() -> None:
    watch = GapWatch("microphone", 0, tolerated_ns=500)
    assert watch.covered(400, 900) is None
    gap = watch.covered(1401, 1800)
    assert gap is not None
    assert (gap.from_ns, gap.to_ns, gap.reason) == (900, 1401, RecordingFault.NOTHING_ARRIVED)


def test_what_never_came_back_is_a_gap_to_the_end() -> None:
    watch = GapWatch("screen", 0, tolerated_ns=500)
    watch.covered(100, 100)
    assert watch.finish(500) is None
    watch.blame(SourceFault.STOPPED)
    gap = watch.finish(2000)
    assert gap is not None
    assert (gap.from_ns, gap.to_ns, gap.reason) == (100, 2000, SourceFault.STOPPED)


class FullDisk(Recording):
    full = False

    def deliver(self, stream: str, started_ns: int, data: bytes) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        super().deliver(stream, started_ns, data)


def test_large_unit_arrives_in_pieces_of_one_time() -> None:
    kept = Recording()
    UnitQueue("webcam", 7_000, kept, kept).unit(1.5, bytes(600_000))
    assert [started for started, _ in kept.units["webcam"]] == [1_500_007_000] * 3
    assert [len(data) for _, data in kept.units["webcam"]] == [MAX_UNIT_BYTES, MAX_UNIT_BYTES, 600_000 - 2 * 245_760]


def test_units_wait_for_a_full_disk_and_keep_their_order() -> None:
    kept = FullDisk()
    delivery = UnitQueue("screen", 0, kept, kept)
    delivery.unit(0, b"first")
    kept.full = True
    delivery.unit(1, b"second" * 100_000)
    delivery.unit(2, b"third")
    assert [q.code for q in kept.qualities] == ["delivery_failed"]
    kept.full = False
    delivery.unit(3, b"fourth")
    delivery.close(4 * SECOND_NS)
    assert kept.file("screen") == b"first" + b"second" * 100_000 + b"third" + b"fourth"
    assert kept.gaps == []


def test_past_the_limit_whole_units_are_left_out_and_named() -> None:
    kept = FullDisk()
    delivery = UnitQueue("screen", 0, kept, kept)
    kept.full = True
    for n in range(40):
        delivery.unit(n, bytes([n]) * 1_000_000)
    kept.full = False
    delivery.unit(40, b"back")  # small enough to wait behind the others
    delivery.unit(41, b"again")
    assert kept.file("screen") == b"".join(bytes([n]) * 1_000_000 for n in range(33)) + b"backagain"
    assert [(g.from_ns, g.to_ns) for g in kept.gaps] == [(33 * SECOND_NS, 40 * SECOND_NS)]


def test_what_a_dead_sink_never_took_is_a_gap() -> None:
    kept = FullDisk()
    kept.full = True
    delivery = UnitQueue("screen", 0, kept, kept)
    delivery.unit(2, b"x")
    delivery.close(9 * SECOND_NS)
    assert [(g.from_ns, g.to_ns) for g in kept.gaps] == [(2 * SECOND_NS, 9 * SECOND_NS)]


def test_settings_refuse_what_cannot_be_encoded() -> None:
    from pydantic import ValidationError

    from capture.settings import RecordingSettings

    assert RecordingSettings.model_validate({"camera": None}).camera is None
    for broken in ({"camera": {"width": 641}}, {"key_interval_s": 9}, {"speed": 1}, {"screen": {"preset": "slow"}}):
        with pytest.raises(ValidationError):
            RecordingSettings.model_validate(broken)


def test_change_is_admitted_at_the_moment_its_rate_allows_give_or_take_half_a_picture() -> None:
    per_s = [5]
    for at_ms, admitted in ((0, True), (899, False), (900, True)):
        if at_ms == 0:
            gate = ChangeGate(heartbeat_s=4, key_interval_s=30, most_per_s=lambda: per_s[0])
            per_s[0] = 1
        assert gate.admits(VideoFrame(PIXELS, at_ms * SECOND_NS // 1000)) is admitted
    per_s[0] = 5


def test_change_that_the_encoder_held_back_is_admitted_even_where_the_screen_is_the_same() -> None:
    behind = [False]
    gate = ChangeGate(heartbeat_s=4, key_interval_s=30, behind=lambda: behind[0])
    assert gate.admits(screen(0, unchanged=False))
    assert not gate.admits(screen(2, unchanged=True))
    behind[0] = True
    assert gate.admits(screen(4, unchanged=True))
    behind[0] = False
    assert not gate.admits(screen(6, unchanged=True))


def test_unit_that_was_admitted_before_the_last_one_began_is_not_due_again() -> None:
    gate = ChangeGate(heartbeat_s=20, key_interval_s=3.9, unit_from_ns=lambda: SECOND_NS)
    admitted = [t for t in range(20, 101, 2) if gate.admits(screen(t, unchanged=True))]
    assert admitted == [20, 60, 100], "the encoder's older beginning does not count"


def test_delivery_failure_is_told_once_until_something_is_taken_again() -> None:
    kept = FullDisk()
    delivery = UnitQueue("screen", 0, kept, kept)
    kept.full = True
    delivery.unit(1, b"a")
    delivery.unit(2, b"b")
    assert [(q.stream, q.code, q.at_ns) for q in kept.qualities] == [("screen", "delivery_failed", SECOND_NS)]
    kept.full = False
    delivery.unit(3, b"c")
    kept.full = True
    delivery.unit(4, b"d")
    assert [q.at_ns for q in kept.qualities] == [SECOND_NS, 4 * SECOND_NS]


def test_units_left_out_to_the_end_are_a_gap_from_the_first_piece_that_waits() -> None:
    kept = FullDisk()
    kept.full = True
    delivery = UnitQueue("screen", 0, kept, kept)
    for n in range(36):
        delivery.unit(n + 1, bytes(1_000_000))
    assert delivery.gaps == 3
    delivery.close(40 * SECOND_NS)
    assert [(g.stream, g.from_ns, g.to_ns, g.reason) for g in kept.gaps] == [
        ("screen", SECOND_NS, 40 * SECOND_NS, RecordingFault.NOT_STORED)
    ]


def test_unit_of_any_size_is_taken_where_nothing_waits() -> None:
    kept = Recording()
    delivery = UnitQueue("screen", 0, kept, kept)
    delivery.unit(0, bytes(33 * 1024 * 1024))
    assert (delivery.gaps, kept.gaps) == (0, [])
    assert sum(len(data) for _, data in kept.units["screen"]) == 33 * 1024 * 1024


def test_waiting_units_may_take_thirty_two_mebibytes_and_not_a_byte_more() -> None:
    for last, gaps in ((1024 * 1024, 0), (1024 * 1024 + 1, 1)):
        kept = FullDisk()
        kept.full = True
        delivery = UnitQueue("screen", 0, kept, kept)
        for n in range(31):
            delivery.unit(n, bytes(1024 * 1024))
        delivery.unit(31, bytes(last))
        assert delivery.gaps == gaps


def test_gap_of_units_left_out_ends_with_the_next_that_is_taken() -> None:
    kept = FullDisk()
    kept.full = True
    delivery = UnitQueue("screen", 0, kept, kept)
    for n in range(34):
        delivery.unit(n, bytes(1_000_000))
    kept.full = False
    delivery.close(50 * SECOND_NS)
    assert [(g.from_ns, g.to_ns) for g in kept.gaps] == [(33 * SECOND_NS, 50 * SECOND_NS)]
    assert len(kept.file("screen")) == 33_000_000
