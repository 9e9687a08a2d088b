import uuid
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from app.institution.__main__ import program
from crypto.header import SessionDescription
from crypto.keys import RecipientPublic
from crypto.sealing import SessionSealer
from tests.fixtures.asked_often import asked_often, building, stretching
from tests.fixtures.folder_sink import FolderSink

__all__ = ["asked_often", "building", "stretching"]

MOVFLAGS = "frag_keyframe+empty_moov+default_base_moof"
UNIT_LIMIT = 240 * 1024
RATE_HZ = 16000


class Sink:
    """Collects what the muxer writes and cuts it after every mdat."""

    def __init__(self):
        self.data = bytearray()

    def write(self, data):
        self.data += data
        return len(data)

    def units(self):
        found, at, start = [], 0, 0
        while at + 8 <= len(self.data):
            length = int.from_bytes(self.data[at : at + 4], "big")
            kind = bytes(self.data[at + 4 : at + 8])
            at += length
            if kind == b"mdat":
                found.append(bytes(self.data[start:at]))
                start = at
        return found


def flags(absolute):
    return MOVFLAGS + ("+frag_discont+skip_trailer" if absolute else "")


def video(start_s, seconds, *, flash_s=None, size=(160, 120), key_s=2.0, absolute=True, noise=False):
    """Units of an H.264 run, 10 pictures a second, with the time of each; white only from `flash_s` for 0.1 s."""
    sink = Sink()
    options = {"movflags": flags(absolute)}
    if absolute:
        options["avoid_negative_ts"] = "disabled"
    out = av.open(sink, "w", format="mp4", options=options)
    stream = out.add_stream(
        "libx264", rate=10, options={"preset": "veryfast", "crf": "28", "tune": "zerolatency", "sc_threshold": "0"}
    )
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    stream.codec_context.time_base = Fraction(1, 1000)
    stream.codec_context.gop_size = 100_000
    stream.codec_context.thread_count = 1
    random = np.random.default_rng(1)
    keys, last_key = [], float("-inf")
    for number in range(int(seconds * 10)):
        at_s = start_s + number / 10
        white = flash_s is not None and flash_s <= at_s + 1e-6 < flash_s + 0.1
        picture = np.full((size[1], size[0], 3), 255 if white else 40, np.uint8)
        if noise:
            picture = random.integers(0, 255, picture.shape, np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = round(at_s * 1000), Fraction(1, 1000)
        if at_s - last_key >= key_s - 1e-6:
            frame.pict_type, last_key = av.video.frame.PictureType.I, at_s
            keys.append(at_s)
        for packet in stream.encode(frame):
            out.mux(packet)
    for packet in stream.encode(None):
        out.mux(packet)
    out.close()
    units = sink.units()
    assert len(units) == len(keys)
    return list(zip(keys, units, strict=True))


def sound(start_s, seconds, *, beep_s=None, absolute=True):
    """Units of an Opus run; silence, and a 1 kHz tone from `beep_s` for 0.2 s."""
    sink = Sink()
    options = {"movflags": flags(absolute).replace("frag_keyframe+", ""), "frag_duration": "2000000"}
    if absolute:
        options["avoid_negative_ts"] = "disabled"
    out = av.open(sink, "w", format="mp4", options=options)
    stream = out.add_stream("libopus", rate=RATE_HZ)
    stream.layout = "mono"
    stream.bit_rate = 24_000
    stream.codec_context.time_base = Fraction(1, RATE_HZ)
    samples = np.zeros(int(seconds * RATE_HZ), np.int16)
    if beep_s is not None:
        at = round((beep_s - start_s) * RATE_HZ)
        samples[at : at + RATE_HZ // 5] = 20000 * np.sin(np.arange(RATE_HZ // 5) * 2 * np.pi * 1000 / RATE_HZ)
    for at in range(0, len(samples), 320):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + 320], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, round(start_s * RATE_HZ) + at
        frame.time_base = Fraction(1, RATE_HZ)
        for packet in stream.encode(frame):
            out.mux(packet)
    for packet in stream.encode(None):
        out.mux(packet)
    out.close()
    return [(start_s + 2.0 * number, unit) for number, unit in enumerate(sink.units())]


def seal_take(
    folder: Path,
    recipient: RecipientPublic,
    streams: dict,
    *,
    attempt=None,
    take=0,
    previous=None,
    exam="algebra-1",
    finish=True,
    **described,
):
    """Seal {"webcam": [(t0_s, unit), ...], "events": [(t0_s, bytes), ...]} as one take; returns its folder and hid."""
    attempt = attempt or str(uuid.uuid4())
    path = folder / f"{attempt}.{take}"
    path.mkdir(parents=True)
    names = ("events", *(name for name in ("webcam", "microphone", "screen") if name in streams))
    sealer = SessionSealer(
        SessionDescription(
            **{
                "institution": "example-u",
                "exam": exam,
                "config_sha256": "0" * 64,
                "attempt": attempt,
                "take": take,
                "candidate": "c-17",
                "started_at": "2026-11-22T09:00:00Z",
                "t0_ns": 1,
                "client": "invigilo test",
                "nonce": "",
                "streams": names,
                "previous": previous,
                **described,
            }
        ),
        [recipient],
        FolderSink(path),
    )
    rows = [(at_s, name, data) for name in names for at_s, data in streams.get(name, ())]
    for at_s, name, data in sorted(rows, key=lambda row: (row[0], row[1])):
        for start in range(0, len(data), UNIT_LIMIT):
            sealer.seal(name, round(at_s * 1_000_000), data[start : start + UNIT_LIMIT])
    if finish:
        sealer.finish()
    return path, sealer.header.hid.hex()


@pytest.fixture(scope="session")
def ask():
    """Run the real program in this process; gives the result with its exit status and output."""

    def run(*arguments, status=0):
        result = CliRunner().invoke(program, [str(each) for each in arguments])
        assert result.exit_code == status, (result.output, result.exception)
        return result

    return run


@pytest.fixture
def media():
    return {"video": video, "sound": sound, "seal_take": seal_take}
