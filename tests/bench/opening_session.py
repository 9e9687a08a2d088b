"""A session of hours for `bench_opening`, made in seconds, and the same media as plain files for its peers.

    opening_session.py FOLDER HOURS KID SEED

What the recorder's own encoders make of two minutes (the drawn person at 10 pictures a second, a page that somebody
types on, speech) is repeated with later times, and sealed by the real sealer, with as many events as the demonstration
has. FOLDER/SESSION is the sealed session; FOLDER/webcam.mp4, microphone.mp4, screen.mp4 and events.jsonl are what is in
it, to the byte. KID and SEED are the exam key's.
"""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.events.detection import ObservedEvent, PictureRow, SoundRow
from app.events.sealed import SealedEvent
from capture.encoding.planes import planes_of
from capture.encoding.segments import pieces
from capture.encoding.sound_encoder import LEAD_SAMPLES, SoundEncoder
from capture.encoding.video_encoder import VideoEncoder
from capture.frames import SAMPLE_RATE_HZ
from capture.settings import MAX_UNIT_BYTES, RecordingSettings
from capture.sources.test_person import TestPersonSource
from crypto.header import SessionDescription
from crypto.keys import RecipientPrivate
from crypto.sealing import SessionSealer

SESSION = "5f0f6d9e-6a52-4c1b-8f5c-0d7e6f1a2b3c.0"
EXAM = "bench"
LOOP_S = 120
EVENTS_A_MINUTE = 36
_SPOKEN = "The answer to question seven is forty two, because the light is scattered by what is in the air. "
_SETTINGS = RecordingSettings()


@dataclass(frozen=True)
class Unit:
    """One unit and its time, in seconds since the start."""

    at_s: float
    data: bytes


class Loop:
    """The units of two minutes of one stream, given again and again, each time later."""

    def __init__(self, record: Callable[[Callable[[float, bytes], None]], None]) -> None:
        self._units: list[Unit] = []
        record(lambda at_s, data: self._units.append(Unit(at_s, data)))
        first = self._units[0].data
        self._init = first[: first.index(b"moof") - 4]
        self._units[0] = replace(self._units[0], data=first[len(self._init) :])
        mdhd = first.index(b"mdhd") + 4
        self._timescale = int(struct.unpack_from(">I", first, mdhd + (20 if first[mdhd] == 1 else 12))[0])

    def units(self, hours: float) -> Iterator[Unit]:
        """Units for so many hours."""
        for number in range(round(hours * 3600 / LOOP_S)):
            for place, unit in enumerate(self._units):
                moved = bytearray(unit.data)
                # mfhd: version and flags 4, sequence number 4; tfdt: version and flags 4, decode time 8 or 4.
                struct.pack_into(">I", moved, moved.index(b"mfhd") + 8, number * len(self._units) + place + 1)
                at = moved.index(b"tfdt") + 4
                layout = ">Q" if moved[at] == 1 else ">I"
                (time,) = struct.unpack_from(layout, moved, at + 4)
                struct.pack_into(layout, moved, at + 4, time + number * LOOP_S * self._timescale)
                data = bytes(moved)
                yield Unit(unit.at_s + number * LOOP_S, data if number or place else self._init + data)


def webcam(on_unit: Callable[[float, bytes], None]) -> None:
    """The drawn person."""
    camera = _SETTINGS.camera
    assert camera is not None
    clock = _Drawn()
    source = TestPersonSource(frames_per_s=camera.frames_per_s, anchor_ns=0, clock=clock)
    encoder = VideoEncoder(
        on_unit, width=camera.width, height=camera.height, frames_per_s=camera.frames_per_s, codec=camera.codec,
        crf=camera.crf, unit_s=_SETTINGS.key_interval_s, key_interval_s=_SETTINGS.key_interval_s,
    )  # fmt: skip
    for number in range(LOOP_S * camera.frames_per_s):
        frame = source.read(1.0)
        assert frame is not None
        encoder.encode(planes_of(frame.pixels, camera.width, camera.height), 20 + number * 1000 // camera.frames_per_s)
    encoder.close()


class _Drawn:
    """A clock on which a picture is always due."""

    def __init__(self) -> None:
        self._now_ns = 0

    def now_ns(self) -> int:
        return self._now_ns

    def sleep(self, seconds: float) -> None:
        self._now_ns += round(seconds * 1e9)


def screen(on_unit: Callable[[float, bytes], None]) -> None:
    """A page on which somebody types, and scrolls now and then; about as many pictures as the demonstration has."""
    asked = _SETTINGS.screen
    assert asked is not None
    encoder = VideoEncoder(
        on_unit, width=1920, height=1080, frames_per_s=asked.frames_per_s, codec=asked.codec, crf=asked.crf,
        unit_s=_SETTINGS.key_interval_s, key_interval_s=asked.key_interval_s,
    )  # fmt: skip
    random = np.random.default_rng(1)
    page = np.full((2400, 1920, 3), 250, np.uint8)
    for line in range(60):
        text = "".join(chr(97 + each) if each < 26 else " " for each in random.integers(0, 31, 110))
        cv2.putText(page, text, (60, 40 + 40 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 1, cv2.LINE_AA)
    for second in range(LOOP_S):
        typed = chr(97 + second % 26)
        place = (60 + 14 * (second % 120), 800 + 40 * (second // 40))
        cv2.putText(page, typed, place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (120, 30, 30), 2, cv2.LINE_AA)
        top = 240 * (second // 20 % 4)
        encoder.encode(planes_of(page[top : top + 1080], 1920, 1080), 50 + 1000 * second)
    encoder.close()


def microphone(on_unit: Callable[[float, bytes], None]) -> None:
    """Somebody who reads aloud."""
    asked = _SETTINGS.microphone
    assert asked is not None
    encoder = SoundEncoder(on_unit, bits_per_s=asked.bits_per_s, length_s=_SETTINGS.key_interval_s)
    said = subprocess.run(["espeak-ng", "--stdout", _SPOKEN], capture_output=True, check=True, timeout=60).stdout
    with wave.open(io.BytesIO(said)) as file:
        spoken = np.frombuffer(file.readframes(1 << 24), np.int16)
        rate = file.getframerate()
    at_16k = np.interp(np.arange(0, len(spoken), rate / SAMPLE_RATE_HZ), np.arange(len(spoken)), spoken)
    samples = np.resize(at_16k.astype(np.int16), LOOP_S * SAMPLE_RATE_HZ - LEAD_SAMPLES)
    block = SAMPLE_RATE_HZ // 10
    for at in range(0, len(samples), block):
        encoder.encode(samples[at : at + block].tobytes(), LEAD_SAMPLES + at)
    encoder.close()


def events(hours: float) -> Iterator[Unit]:
    """What detection observed, a batch at a time, as the recorder writes it."""
    face = (1, 1, 0.91, 142.5, 3.5, -4.2, 0.7, 1.5, -2.5, 0.31, ())
    for number in range(round(hours * 60 * EVENTS_A_MINUTE)):
        t_us = round(number * 60_000_000 / EVENTS_A_MINUTE)
        seen = [PictureRow(t_us + 250_000 * each, *face) for each in range(6)]
        heard = [SoundRow(t_us + 512_000 * each, t_us + 512_000 * (each + 1), -42.1, 0.2, 0.61) for each in range(3)]
        event = SealedEvent(ObservedEvent(tuple(seen), tuple(heard)), t_us, 1_764_000_000_000 + t_us // 1000)
        yield Unit(t_us / 1e6, event.line() + b"\n")


class Folder:
    """Keeps a session as the operator does, and each stream's plaintext beside it."""

    def __init__(self, path: Path, files: ExitStack) -> None:
        (path / "seg").mkdir(parents=True)
        self._path = path
        self._log = files.enter_context((path / "log.isf").open("wb"))

    def put(self, name: str, data: bytes) -> None:
        if name.startswith("log/"):
            self._log.write(data)
        else:
            (self._path / name).write_bytes(data)


def make(folder: Path, hours: float, kid: str, seed: bytes) -> None:
    """Make the session and the plain files."""
    loops = {"webcam": Loop(webcam), "microphone": Loop(microphone), "screen": Loop(screen)}
    rows = {"events": events(hours), **{name: loop.units(hours) for name, loop in loops.items()}}
    key = RecipientPrivate.from_seed(kid, seed)
    described = SessionDescription(
        institution="bench", exam=EXAM, config_sha256="0" * 64, attempt=SESSION.partition(".")[0], take=0,
        candidate="c-1", started_at="2026-11-22T09:00:00Z", t0_ns=0, client="bench", nonce="", streams=tuple(rows),
    )  # fmt: skip
    with ExitStack() as files:
        sealer = SessionSealer(described, [key.public], Folder(folder / SESSION, files))
        plain = {
            name: files.enter_context((folder / f"{name}.{'jsonl' if name == 'events' else 'mp4'}").open("wb"))
            for name in rows
        }
        following = {name: next(units) for name, units in rows.items()}
        while following:
            name = min(following, key=lambda each: following[each].at_s)
            unit = following.pop(name)
            plain[name].write(unit.data)
            for piece in pieces(unit.data, MAX_UNIT_BYTES):
                sealer.seal(name, round(unit.at_s * 1e6), piece)
            if (after := next(rows[name], None)) is not None:
                following[name] = after
        sealer.finish()


if __name__ == "__main__":
    make(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], bytes.fromhex(sys.argv[4]))
