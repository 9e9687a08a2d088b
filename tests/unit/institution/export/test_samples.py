"""Samples by a fragment's own boxes: what a demuxer gives, for everything our encoders write, and nothing made up."""

from __future__ import annotations

import io
import random
import struct
import time

import av
import numpy as np
import pytest

from app.institution.export.samples import edited, samples_of
from app.institution.recordings.fragments import Fragment, FragmentWalk
from capture.encoding.planes import planes_of
from capture.encoding.sound_encoder import SoundEncoder
from capture.encoding.video_encoder import VideoEncoder
from capture.settings import Codec
from crypto.opening import OpenedSegment
from tests.fixtures.soak import times
from tests.unit.institution.recordings.test_fragments import KEY, NO_KEY, box, full


def film(codec: Codec) -> bytes:
    """Pictures at uneven times, over several fragments, one of them after a standstill, and one alone at the end."""
    units: list[bytes] = []
    encoder = VideoEncoder(
        lambda _, data: units.append(data),
        width=160, height=120, frames_per_s=10, codec=codec, crf=30, unit_s=2, key_interval_s=2,
    )  # fmt: skip
    random = np.random.default_rng(1)
    for at_ms in (20, 120, 250, 1900, 2020, 2100, 4300, 4400, 19_000, 19_100, 21_100):
        encoder.encode(planes_of(random.integers(0, 255, (120, 160, 3), np.uint8), 160, 120), at_ms)
    encoder.close()
    return b"".join(units)


def speech() -> bytes:
    """Sound of 3.1 seconds in fragments of one."""
    units: list[bytes] = []
    encoder = SoundEncoder(lambda _, data: units.append(data), bits_per_s=24_000, length_s=1.0)
    for place in range(31):
        tone = 9000 * np.sin(np.arange(1600) * (0.1 + place / 100))
        encoder.encode(tone.astype(np.int16).tobytes(), 400 + 1600 * place)
    encoder.close()
    return b"".join(units)


def fragments(stream: bytes) -> list[Fragment]:
    return list(FragmentWalk().take([OpenedSegment(0, 0, stream, sealed=True)]))


@pytest.mark.parametrize("made", [lambda: film("av1"), lambda: film("h264"), speech], ids=["av1", "h264", "opus"])
def test_samples_are_those_that_a_demuxer_gives(made):
    stream = made()
    with av.open(io.BytesIO(stream), format="mp4") as container:
        packets = [packet for packet in container.demux() if packet.dts is not None]
        demuxed = [(each.pts, each.dts, each.duration, bool(each.is_keyframe), bytes(each)) for each in packets]
    read = []
    for fragment in fragments(stream):
        samples = samples_of(fragment.data)
        assert samples is not None
        at, begin = samples.decode_time, samples.begin
        for size, duration, key in zip(samples.sizes, samples.durations, samples.keys, strict=True):
            read.append((at, at, duration, key, fragment.data[begin : begin + size]))
            at, begin = at + duration, begin + size
    assert not edited(fragments(stream)[0].init)
    assert len(fragments(stream)) > 3
    assert read == demuxed


def plain(
    *, tfhd=(0x02_0038, 1, 320, 5, NO_KEY), tfdt=(0, 7), trun=(0x205, 2, None, KEY, 3, 4), data=b"picture", between=b""
):
    """A fragment of two samples, as our muxer writes them; the offset of its data is filled in."""
    size = 8 + 16 + 8 + sum(12 + 4 * len(each[1:]) for each in (tfhd, tfdt, trun)) + len(between)
    trun = tuple(size + 8 if each is None else each for each in trun)
    traf = box(b"traf", full(b"tfhd", *tfhd), full(b"tfdt", *tfdt), full(b"trun", *trun), between)
    return box(b"moof", full(b"mfhd", 0, 1), traf) + box(b"mdat", data)


def test_what_the_run_says_of_a_sample_comes_before_what_holds_for_all():
    found = samples_of(plain())
    assert (found.decode_time, list(found.sizes), list(found.durations), found.keys) == (
        7,
        [3, 4],
        [320] * 2,
        [True, False],
    )
    assert plain()[found.begin :] == b"picture"
    table = samples_of(plain(trun=(0x701, 2, None, 10, 3, KEY, 20, 4, NO_KEY)))
    assert (list(table.sizes), list(table.durations), table.keys) == ([3, 4], [10, 20], [True, False])
    by_default = samples_of(plain(trun=(0x1, 2, None), data=b"picturepic"))
    assert (list(by_default.sizes), by_default.keys) == ([5, 5], [False, False])


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(plain(trun=(0xA05, 2, None, KEY, 3, 0, 4, 0)), id="shown at other times than decoded"),
        pytest.param(plain(tfhd=(0x38, 1, 320, 5, NO_KEY)), id="offsets from somewhere else"),
        pytest.param(plain(trun=(0x205, 2, 60, KEY, 3, 4)), id="data elsewhere"),
        pytest.param(plain(trun=(0x204, 2, KEY, 3, 4)), id="no offset"),
        pytest.param(plain(data=b"pictures"), id="more data than samples"),
        pytest.param(plain(trun=(0x205, 2, None, KEY, 7, 0)), id="a sample without data"),
        pytest.param(plain(trun=(0x205, 3, None, KEY, 3, 4)), id="a table too short"),
        pytest.param(plain(trun=(0x1, 0xFFFF_FFFF, None)), id="four thousand million samples"),
        pytest.param(plain(trun=(0x1, 0, None), data=b""), id="no sample"),
        pytest.param(plain(tfhd=(0x02_0000, 1)), id="nothing said of duration"),
        pytest.param(plain(between=full(b"trun", 0x1, 1)), id="two runs"),
        pytest.param(plain(tfdt=(0x0100_0000, 1 << 30, 0)), id="a time beyond all times"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_any_other_shape_is_left_to_a_demuxer(other):
    began_s = time.process_time()
    assert samples_of(other) is None
    assert time.process_time() - began_s < 1


def test_description_that_moves_times_is_known():
    assert edited(box(b"moov", box(b"trak", box(b"edts", full(b"elst", 0, 1, 1, 312, 0x1_0000)))))


def test_no_bytes_raise_or_give_samples_outside_the_fragment():
    draw = random.Random(3)
    whole = [
        plain(),
        plain(trun=(0x701, 2, None, 10, 3, KEY, 20, 4, NO_KEY)),
        plain(trun=(0x1, 2, None), data=b"picturepic"),
    ]
    understood = 0
    for _ in range(times(3000, 100_000)):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(data) - 4)
            match draw.randrange(3):
                case 0:
                    data[at] ^= 1 << draw.randrange(8)
                case 1:
                    struct.pack_into(">I", data, at, draw.choice((0, 1, 2, 8, 0x7FFF_FFFF, 0xFFFF_FFFF)))
                case _:
                    del data[at : at + draw.randint(1, 4)]
                    data += bytes(4)
        found = samples_of(bytes(data))
        if found is not None:
            understood += 1
            assert found.begin + sum(found.sizes) == len(data)
            assert len(found.sizes) == len(found.durations) == len(found.keys) > 0
    assert understood > 100
