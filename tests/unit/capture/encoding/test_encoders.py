"""Sound in its place, pictures in their frame."""

import itertools
import threading
import time

import numpy as np
import pytest

from capture.clock import SECOND_NS, SystemClock
from capture.encoding.planes import fitted, planes_of
from capture.encoding.sound_encoder import LEAD_SAMPLES, SoundEncoder
from capture.encoding.video_encoder import VideoEncoder
from capture.frames import SAMPLE_RATE_HZ, SoundBlock, VideoFrame
from capture.monitors import LevelMonitor, PreviewMonitor, level_dbfs
from capture.settings import Codec
from capture.stream_queue import StreamQueue
from tests.fixtures.recording import Recording, pictures, wave


class Sound:
    def __init__(self) -> None:
        self.units: list[tuple[float, bytes]] = []
        self.encoder = SoundEncoder(lambda s, d: self.units.append((s, d)), bits_per_s=24_000, length_s=1.0)

    def click(self, at: int, samples: int = 1600) -> int:
        """Encode a tenth of a second that begins with a loud 5 ms tone."""
        block = np.zeros(samples, np.int16)
        block[:80] = 20_000 * np.sin(np.arange(80) * 2 * np.pi / 16)
        return self.encoder.encode(block.tobytes(), at)

    def close(self) -> tuple[np.ndarray, int]:
        self.encoder.close()
        return wave(b"".join(data for _, data in self.units))


def onsets(samples: np.ndarray, rate: int) -> list[float]:
    loud = np.flatnonzero(np.abs(samples) > 0.2) / rate
    return [float(at) for before, at in itertools.pairwise([-1.0, *loud]) if at - before > 0.05]


def test_clicks_are_heard_where_they_were_to_a_millisecond_and_units_know_their_time() -> None:
    sound = Sound()
    for n in range(30):
        assert sound.click(8000 + 1600 * n) == 0
    samples, rate = sound.close()
    assert onsets(samples, rate) == pytest.approx([0.1 * n for n in range(30)], abs=0.001)
    starts = [started_s for started_s, _ in sound.units]
    assert starts[0] == 0.5
    assert np.diff(starts) == pytest.approx([1.0] * (len(starts) - 1), abs=0.03)


def test_hole_becomes_silence_and_an_overlap_is_cut() -> None:
    sound = Sound()
    sound.click(1600)
    assert sound.click(1600 + 1600 + 4800) == 4800
    assert sound.click(1600 + 1600 + 4800 + 1600 - 800, 3200) == -800  # its click lies in what is cut
    sound.click(1600 + 1600 + 4800 + 1600 + 2400)
    samples, rate = sound.close()
    assert onsets(samples, rate) == pytest.approx([0, 0.4, 0.65], abs=0.001)
    assert len(samples) / rate == pytest.approx(0.75, abs=0.03)


def test_sound_from_before_the_start_is_not_recorded() -> None:
    sound = Sound()
    sound.click(-1600)
    assert not sound.encoder.begun
    sound.click(-800, 3200)
    assert sound.units == []
    sound.encoder.fill(16_000)
    sound.close()
    assert sound.units[0][0] == LEAD_SAMPLES / SAMPLE_RATE_HZ


def test_picture_of_another_shape_is_letter_boxed() -> None:
    wide = np.full((100, 400, 3), 200, np.uint8)
    card = fitted(wide, 200, 200)
    assert card.shape == (200, 200, 3)
    assert card[100].mean() == 200
    assert card[:74].max() == 0
    assert card[126:].max() == 0


def test_odd_size_loses_a_row_not_its_sharpness() -> None:
    odd = np.arange(101 * 103 * 3, dtype=np.uint32).astype(np.uint8).reshape(101, 103, 3)
    assert np.array_equal(fitted(odd, 102, 100), odd[:100, :102])


@pytest.mark.parametrize("codec", ["av1", "h264"])
def test_stream_keeps_its_size_and_a_lost_source_shows_a_dark_card(codec: Codec) -> None:
    units: list[bytes] = []
    encoder = VideoEncoder(
        lambda _, data: units.append(data),
        width=161,
        height=121,
        frames_per_s=10,
        codec=codec,
        crf=20,
        unit_s=4,
        key_interval_s=4,
    )
    encoder.encode(planes_of(np.full((121, 161, 3), (0, 0, 220), np.uint8), 160, 120), 0)
    encoder.encode(planes_of(np.full((121, 161, 3), (0, 0, 220), np.uint8), 160, 120), 100)
    encoder.encode_card(2100)
    assert len(units) == 1, "what came before the loss is delivered at once"
    encoder.encode(planes_of(np.full((240, 320, 4), (0, 220, 0, 255), np.uint8), 160, 120), 5000)
    encoder.close()
    shown = pictures(b"".join(units))
    assert [round(at * 1000) for at, _ in shown] == [0, 100, 2100, 5000]
    assert {pixels.shape for _, pixels in shown} == {(120, 160, 3)}
    centre = [pixels[60, 80].astype(int).tolist() for _, pixels in shown]
    assert centre[1] == pytest.approx([0, 0, 220], abs=8)
    assert max(centre[2]) < 40
    assert centre[3] == pytest.approx([0, 220, 0], abs=8)


def as_it_is(frame: VideoFrame) -> VideoFrame:
    return frame


def test_full_queue_is_a_gap_and_nothing_else_is_missing() -> None:
    kept = Recording()
    clock = SystemClock()
    held, written = threading.Event(), []

    class SlowWriter:
        def write(self, item: VideoFrame) -> None:
            held.wait(10)
            written.append(item.captured_ns)

        def lost(self, at_ns: int) -> None: ...
        def idle(self, now_ns: int) -> None: ...
        def close(self, at_ns: int) -> None: ...

    track = StreamQueue[VideoFrame, VideoFrame](
        "webcam", room=3, ready=as_it_is, monitor=None, gate=None, listener=kept, clock=clock
    )
    t0 = clock.now_ns()
    track.record(t0, SlowWriter)
    pixels = np.zeros((2, 2, 3), np.uint8)
    offered = [t0 + n * SECOND_NS // 10 for n in range(1, 21)]
    track.accept(VideoFrame(pixels, t0 - 1))  # before the start: not recorded
    for captured_ns in offered[:10]:
        track.accept(VideoFrame(pixels, captured_ns))
        time.sleep(0.005)
    held.set()
    until = time.monotonic() + 5
    while len(written) < 4 and time.monotonic() < until:
        time.sleep(0.005)
    for captured_ns in offered[10:]:
        track.accept(VideoFrame(pixels, captured_ns))
        time.sleep(0.005)
    assert track.finish(offered[-1], 5)
    assert written == offered[:4] + offered[10:]
    assert [(g.from_ns, g.to_ns) for g in kept.gaps] == [(offered[3], offered[10])]
    assert [q.code for q in kept.qualities] == ["frames_dropped"]


def test_encoder_that_cannot_start_is_reported_and_holds_nobody_up() -> None:
    kept = Recording()
    clock = SystemClock()

    def broken() -> object:
        raise ValueError("no such codec")

    track = StreamQueue[VideoFrame, VideoFrame](
        "screen", room=2, ready=as_it_is, monitor=None, gate=None, listener=kept, clock=clock
    )
    t0 = clock.now_ns()
    track.record(t0, broken)
    kept.wait_for(lambda: bool(kept.qualities), "the encoder's failure")
    for n in range(10):
        track.accept(VideoFrame(np.zeros((2, 2, 3), np.uint8), t0 + n))
    assert track.finish(t0 + SECOND_NS, 2)
    assert kept.qualities[0].code == "encoding_failed"
    assert [g.to_ns for g in kept.gaps] == [t0 + SECOND_NS]


def test_level_of_a_full_sine_and_of_silence() -> None:
    sine = (32767 * np.sin(np.arange(1600) * 2 * np.pi / 16)).astype(np.int16)
    assert level_dbfs(sine.tobytes()) == pytest.approx(-3.01, abs=0.02)
    assert level_dbfs(bytes(3200)) == -100
    levels: list[float] = []
    meter = LevelMonitor(levels.append)
    for _ in range(10):
        meter.take(SoundBlock(bytes(1920), 0))
    assert len(levels) == 6


def test_preview_is_small_and_seldom() -> None:
    import cv2

    shown: list[bytes] = []
    preview = PreviewMonitor(shown.append)
    for n in range(30):
        preview.take(VideoFrame(np.full((480, 854, 3), 90, np.uint8), n * SECOND_NS // 30))
    assert 4 <= len(shown) <= 6
    height, width = cv2.imdecode(np.frombuffer(shown[0], np.uint8), cv2.IMREAD_COLOR).shape[:2]
    assert width == 320
    assert height <= 240
