"""What an encoder's thread makes of pictures and sound: a new film, a key frame, a dark card, silence in its place."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest

from app.institution.recordings.fragments import begins_with_key_frame
from capture.clock import SECOND_NS
from capture.encoding.adaptation import Adaptation
from capture.encoding.planes import PlanarFrame, planes_of
from capture.encoding.unit_queue import UnitQueue
from capture.encoding.writers import PictureWriter, SoundWriter
from capture.frames import SAMPLE_RATE_HZ, SoundBlock
from capture.settings import CameraSettings, MicrophoneSettings, ScreenSettings
from tests.fixtures.recording import Recording, pictures, wave

T0_NS = 7 * SECOND_NS
CAMERA = CameraSettings(width=160, height=120, codec="h264")
SCREEN = ScreenSettings(key_interval_s=2.0)


class Noted(Adaptation):
    """An adaptation that keeps what it is told."""

    def __init__(self, settings: CameraSettings | ScreenSettings) -> None:
        super().__init__(settings, lambda _: None)
        self.waits: list[tuple[int, float]] = []
        self.sizes: list[tuple[int, int]] = []

    def waited(self, at_ns: int, waited_s: float) -> None:
        self.waits.append((at_ns, waited_s))
        super().waited(at_ns, waited_s)

    def spent(self, at_ns: int, size: int) -> None:
        self.sizes.append((at_ns, size))
        super().spent(at_ns, size)


class Pictures:
    """A picture writer whose clock is `delay_s` after each picture."""

    def __init__(self, settings: CameraSettings | ScreenSettings, unit_s: float = 1.0) -> None:
        self.kept = Recording()
        self.delivery = UnitQueue("screen", T0_NS, self.kept, self.kept)
        self.adaptation = Noted(settings)
        self.now = 0
        self.writer = PictureWriter(settings, unit_s, self.adaptation, T0_NS, self.delivery, self)

    def now_ns(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None: ...

    def write(
        self,
        at_s: float,
        light: int = 90,
        size: tuple[int, int] = (160, 120),
        *,
        unchanged: bool = False,
        delay_s: float = 0,
    ) -> None:
        captured_ns = T0_NS + round(at_s * SECOND_NS)
        self.now = captured_ns + round(delay_s * SECOND_NS)
        planes = planes_of(np.full((size[1], size[0], 3), light, np.uint8), *size)
        self.writer.write(PlanarFrame(planes, captured_ns, unchanged))

    def units(self) -> list[tuple[float, bytes]]:
        self.writer.close(T0_NS + 100 * SECOND_NS)
        return [((ns - T0_NS) / SECOND_NS, data) for ns, data in self.kept.units["screen"]]


def kinds(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        found.append(kind)
        at += length
    return found


def films(units: list[tuple[float, bytes]]) -> list[float]:
    """When each film within the stream begins."""
    return [at for at, data in units if kinds(data)[0] == b"ftyp"]


def keyed(units: list[tuple[float, bytes]]) -> list[float]:
    """When each unit that begins with a key frame does."""
    return [at for at, data in units if begins_with_key_frame(data[data.index(b"moof") - 4 :])]


def test_how_long_a_picture_waited_and_what_it_took_is_told_to_the_adaptation() -> None:
    made = Pictures(CAMERA)
    made.write(1.0, delay_s=0.25)
    made.write(1.1, light=200)
    assert made.adaptation.waits == [(T0_NS + SECOND_NS, 0.25), (T0_NS + 11 * SECOND_NS // 10, 0.0)]
    assert [at for at, _ in made.adaptation.sizes] == [T0_NS + SECOND_NS, T0_NS + 11 * SECOND_NS // 10]
    assert all(size > 0 for _, size in made.adaptation.sizes)


def test_coarser_pictures_begin_a_new_film_and_so_does_another_size() -> None:
    made = Pictures(CAMERA, unit_s=4.0)
    made.write(0.0)
    made.write(0.5)
    made.adaptation.level = replace(made.adaptation.level, crf=36)
    made.write(1.0)
    made.write(1.5)
    made.write(2.0, size=(128, 96))
    made.write(2.5, size=(128, 96))
    assert films(made.units()) == [0.0, 1.0, 2.0]


def test_fewer_pictures_alone_begin_no_new_film() -> None:
    made = Pictures(CAMERA, unit_s=4.0)
    made.write(0.0)
    made.adaptation.level = replace(made.adaptation.level, frames_per_s=5, scale=0.5)
    made.write(0.5)
    assert films(made.units()) == [0.0]


def test_each_unit_of_a_camera_begins_with_a_key_frame_and_of_a_screen_one_in_an_interval() -> None:
    for settings, wanted in ((CAMERA, [0, 1, 2, 3, 4, 5]), (SCREEN, [0, 2, 4])):
        made = Pictures(settings)
        for number in range(6 * settings.frames_per_s):
            made.write(number / settings.frames_per_s, light=50 + number)
        units = made.units()
        assert [at for at, _ in units] == [0, 1, 2, 3, 4, 5]
        assert keyed(units) == wanted


def test_screen_that_really_stays_the_same_needs_key_frames_four_times_as_seldom() -> None:
    made = Pictures(SCREEN)
    for fifth in range(100):
        made.write(fifth / 5, unchanged=fifth > 0)
    assert keyed(made.units()) == [0, 8, 16]


def test_picture_that_is_like_the_one_before_but_not_like_the_one_recorded_is_a_change() -> None:
    made = Pictures(SCREEN)
    for fifth in range(30):  # each of these is called unchanged by a source whose own one before was left out
        made.write(fifth / 5, light=50 + fifth, unchanged=True)
    assert keyed(made.units()) == [0, 2, 4]


def test_after_units_that_were_left_out_the_next_picture_begins_a_film_that_describes_itself() -> None:
    made = Pictures(ScreenSettings(key_interval_s=30.0))
    for fifth in range(30):
        if fifth == 17:
            made.delivery.gaps += 1
        made.write(fifth / 5, light=50 + fifth)
    units = made.units()
    assert keyed(units) == [0.0, 3.4]
    assert films(units) == [0.0, 3.4], "what was left out may have been the description"


def test_source_that_is_lost_is_a_dark_card_and_what_came_before_is_delivered_at_once() -> None:
    made = Pictures(CAMERA, unit_s=4.0)
    made.writer.lost(T0_NS)  # before the first picture there is nothing to go dark
    made.write(1.0)
    made.write(1.5)
    assert "screen" not in made.kept.units
    made.writer.lost(T0_NS + 2 * SECOND_NS)
    assert len(made.kept.units["screen"]) == 1
    made.write(3.0, unchanged=True)
    shown = pictures(b"".join(data for _, data in made.units()))
    assert [round(at, 2) for at, _ in shown] == [0, 0.5, 1.0, 2.0]
    assert [float(pixels.mean()) for _, pixels in shown] == pytest.approx([90, 90, 24, 90], abs=4)


def test_lost_screen_forgets_what_it_held_back() -> None:
    made = Pictures(SCREEN)
    made.write(0.0)
    made.writer._moving.behind = True
    assert made.writer.behind
    made.writer.lost(T0_NS + SECOND_NS)
    assert not made.writer.behind


def test_unit_that_is_being_written_says_when_it_began() -> None:
    made = Pictures(CAMERA)
    assert made.writer.unit_from_ns == 0
    made.write(0.25)
    made.write(0.75)
    assert made.writer.unit_from_ns == T0_NS + SECOND_NS // 4
    made.write(1.5)
    assert made.writer.unit_from_ns == T0_NS + 3 * SECOND_NS // 2


def test_picture_from_just_before_the_start_is_the_first() -> None:
    made = Pictures(CAMERA)
    made.write(-0.01)
    made.write(0.5)
    assert [at for at, _ in made.units()] == [0.0]


def test_stream_without_a_picture_is_closed_as_a_gap_of_the_sinks_alone() -> None:
    made = Pictures(CAMERA)
    made.writer.idle(T0_NS)
    made.writer.close(T0_NS + SECOND_NS)
    assert (made.kept.units, made.kept.gaps) == ({}, [])


class Sound:
    """A sound writer, fed with tones of a tenth of a second."""

    def __init__(self) -> None:
        self.kept = Recording()
        delivery = UnitQueue("microphone", T0_NS, self.kept, self.kept)
        self.writer = SoundWriter(MicrophoneSettings(), 1.0, T0_NS, delivery, self.kept.quality)

    def tone(self, at_s: float, samples: int = SAMPLE_RATE_HZ // 10) -> None:
        block = (20_000 * np.sin(np.arange(samples) * 2 * np.pi / 16)).astype(np.int16)
        self.writer.write(SoundBlock(block.tobytes(), T0_NS + round(at_s * SECOND_NS)))

    def lost(self, at_s: float) -> None:
        self.writer.lost(T0_NS + round(at_s * SECOND_NS))

    def idle(self, at_s: float) -> None:
        self.writer.idle(T0_NS + round(at_s * SECOND_NS))

    def heard(self, end_s: float) -> tuple[float, list[float]]:
        """Seconds of sound, and when there is a tone, to a tenth."""
        self.writer.close(T0_NS + round(end_s * SECOND_NS))
        samples, rate = wave(self.kept.file("microphone"))
        first_s = (self.kept.started_ns("microphone") - T0_NS) / SECOND_NS
        tenths = samples[: len(samples) // (rate // 10) * (rate // 10)].reshape(-1, rate // 10)
        loud = np.abs(tenths).mean(axis=1) > 0.15
        return len(samples) / rate, [round(first_s + n / 10, 1) for n in np.flatnonzero(loud)]


def test_sound_is_where_it_was_and_a_hole_is_told_in_milliseconds() -> None:
    sound = Sound()
    sound.tone(0.5)
    sound.tone(0.6)
    assert sound.kept.qualities == []
    sound.tone(0.95)
    (quality,) = sound.kept.qualities
    assert (quality.stream, quality.code, quality.at_ns) == (
        "microphone",
        "sound_realigned",
        T0_NS + 95 * SECOND_NS // 100,
    )
    assert quality.facts == {"moved_ms": 250}
    sound.tone(0.95)
    assert sound.kept.qualities[1].facts == {"moved_ms": -100}


def test_first_sound_is_not_late_for_anything() -> None:
    sound = Sound()
    sound.tone(3.0)
    assert sound.kept.qualities == []
    seconds, loud = sound.heard(4.0)
    assert loud[0] == 3.0
    assert seconds == pytest.approx(0.1, abs=0.03)


def test_lost_microphone_is_silent_half_a_second_behind_the_clock() -> None:
    sound = Sound()
    sound.tone(0.1)
    sound.lost(1.0)
    assert sound.writer._encoder.next_sample == SAMPLE_RATE_HZ // 2
    sound.idle(3.0)
    assert sound.writer._encoder.next_sample == SAMPLE_RATE_HZ * 5 // 2
    sound.idle(2.0)
    assert sound.writer._encoder.next_sample == SAMPLE_RATE_HZ * 5 // 2, "never back"


def test_sound_that_comes_back_finds_its_place_and_nothing_is_said_of_the_silence() -> None:
    sound = Sound()
    sound.tone(0.2)
    sound.lost(0.3)
    sound.idle(2.0)
    sound.tone(1.8)
    assert sound.kept.qualities == []
    sound.idle(5.0)  # it is back: no more silence
    sound.tone(1.9)
    assert sound.kept.qualities == []
    sound.tone(2.2)
    assert [each.facts for each in sound.kept.qualities] == [{"moved_ms": 200}]
    seconds, loud = sound.heard(3.0)
    assert loud == [0.2, 1.8, 1.9, 2.2]
    assert seconds == pytest.approx(2.1, abs=0.05)


def test_microphone_that_never_delivered_is_no_sound_at_all() -> None:
    sound = Sound()
    sound.lost(0.5)
    sound.idle(5.0)
    sound.writer.close(T0_NS + 6 * SECOND_NS)
    assert (sound.kept.units, sound.kept.gaps) == ({}, [])
