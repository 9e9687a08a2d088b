"""Cutting fragmented MP4 into units."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from capture.encoding.muxer import Fragments
from capture.encoding.planes import planes_of
from capture.encoding.segments import UnitSink, pieces
from capture.encoding.video_encoder import VideoEncoder
from capture.errors import EncoderError
from capture.settings import Codec
from tests.fixtures.recording import pictures


def encoded(
    at_ms: list[int], unit_s: float = 1.0, key_interval_s: float = 0, codec: Codec = "h264"
) -> list[tuple[float, bytes]]:
    units: list[tuple[float, bytes]] = []
    encoder = VideoEncoder(
        lambda started_s, data: units.append((started_s, data)),
        width=64,
        height=48,
        frames_per_s=10,
        codec=codec,
        crf=28,
        unit_s=unit_s,
        key_interval_s=key_interval_s or unit_s,
    )
    for ms in at_ms:
        encoder.encode(planes_of(np.full((48, 64, 3), ms // 100 % 200, np.uint8), 64, 48), ms)
    encoder.close()
    return units


def kinds(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        found.append(kind)
        at += length
    assert at == len(data)
    return found


def test_description_travels_with_the_first_fragment_and_each_unit_is_one_fragment() -> None:
    units = encoded([700 + 100 * n for n in range(35)])
    assert [kinds(data) for _, data in units] == [[b"ftyp", b"moov", b"moof", b"mdat"]] + [[b"moof", b"mdat"]] * 3


def test_units_know_their_time_since_the_start_also_after_a_hole() -> None:
    units = encoded([700 + 100 * n for n in range(12)] + [61_003 + 100 * n for n in range(3)])
    assert [round(started_s, 4) for started_s, _ in units] == [0.7, 1.7, 61.003]


def test_same_units_however_the_bytes_arrive() -> None:
    whole = encoded([100 * n for n in range(25)])
    stream = b"".join(data for _, data in whole)
    for step in (1, 7, 1000, len(stream)):
        units: list[tuple[float, bytes]] = []
        sink = UnitSink(lambda started_s, data, units=units: units.append((started_s, data)))
        for start in range(0, len(stream), step):
            assert sink.write(stream[start : start + step]) == len(stream[start : start + step])
        sink.close()
        assert units == whole


def test_every_cut_between_units_plays_to_its_last_frame() -> None:
    at_ms = [100 * n for n in range(35)]
    units = encoded(at_ms)
    beginnings = [b"".join(data for _, data in units[:count]) for count in range(1, len(units) + 1)]
    assert [len(pictures(beginning)) for beginning in beginnings] == [10, 20, 30, 35]


def test_pictures_keep_their_times() -> None:
    at_ms = [50, 150, 260, 999, 1400, 5003]
    decoded = pictures(b"".join(data for _, data in encoded(at_ms, 4.0)))
    assert [round(1000 * at) for at, _ in decoded] == [ms - 50 for ms in at_ms]


def test_box_that_cannot_be_walked_is_refused() -> None:
    sink = UnitSink(lambda started_s, data: None)
    with pytest.raises(EncoderError, match="cannot be walked"):
        sink.write(struct.pack(">I4s", 1, b"mdat"))


def test_muxer_refuses_nothing_it_was_not_given() -> None:
    units: list[bytes] = []
    fragments = Fragments(lambda _, data: units.append(data), length_s=4)
    video = fragments.container.add_stream("libx264", rate=10)
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    frame = av.VideoFrame.from_ndarray(np.zeros((72, 64), np.uint8), format="yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 10)
    fragments.add(video.encode(frame))
    fragments.add(video.encode(None))
    fragments.close()
    assert kinds(b"".join(units)) == [b"ftyp", b"moov", b"moof", b"mdat"]


@pytest.mark.parametrize("length", [1, 9, 10, 11, 20, 25])
def test_pieces_are_whole_and_small(length: int) -> None:
    unit = bytes(range(length))
    cut = list(pieces(unit, 10))
    assert b"".join(cut) == unit
    assert all(0 < len(piece) <= 10 for piece in cut)
