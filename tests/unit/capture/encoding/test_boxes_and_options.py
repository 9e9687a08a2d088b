"""Boxes of every version that a muxer may write, the encoders' options, and the ends of what they take."""

from __future__ import annotations

import os
import struct

import numpy as np
import pytest

from capture.encoding.codecs import ENCODERS, NAMES, keep_quiet, options
from capture.encoding.planes import planes_of
from capture.encoding.segments import UnitSink, pieces
from capture.encoding.sound_encoder import LEAD_SAMPLES, SoundEncoder
from capture.encoding.video_encoder import VideoEncoder
from capture.errors import EncoderError
from capture.frames import SAMPLE_RATE_HZ


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def moov(timescale: int, version: int = 0) -> bytes:
    times = struct.pack(">QQ", 1, 2) if version else struct.pack(">II", 1, 2)
    mdhd = box(b"mdhd", bytes([version, 0, 0, 0]), times, struct.pack(">I", timescale))
    return box(b"moov", box(b"mvhd", bytes(20)), box(b"trak", box(b"tkhd", bytes(9)), box(b"mdia", mdhd)))


def moof(at: int, version: int = 1) -> bytes:
    tfdt = box(b"tfdt", bytes([version, 0, 0, 0]), struct.pack(">Q" if version else ">I", at))
    return box(b"moof", box(b"mfhd", bytes(8)), box(b"traf", box(b"tfhd", bytes(8)), tfdt))


def cut(*parts: bytes) -> list[tuple[float, bytes]]:
    units: list[tuple[float, bytes]] = []
    sink = UnitSink(lambda started_s, data: units.append((started_s, data)))
    for part in parts:
        assert sink.write(part) == len(part)
    sink.close()
    return units


@pytest.mark.parametrize("version", [0, 1])
def test_time_is_read_in_both_widths_that_the_standard_has(version: int) -> None:
    stream = [moov(1000, version), moof(2500, version), box(b"mdat", b"x"), moof(6500, version), box(b"mdat", b"y")]
    assert [started_s for started_s, _ in cut(*stream)] == [2.5, 6.5]


def test_times_beyond_four_bytes_are_read() -> None:
    assert cut(moov(1000), moof(5_000_000_000_000), box(b"mdat"))[0][0] == 5_000_000_000


def test_unit_ends_with_its_data_and_begins_with_whatever_came_before() -> None:
    first = [box(b"ftyp", b"isom"), moov(1000), moof(0), box(b"mdat", b"one")]
    second = [box(b"styp"), moof(4000), box(b"mdat", b"two")]
    assert cut(*first, *second) == [(0.0, b"".join(first)), (4.0, b"".join(second))]


def test_what_follows_the_last_fragment_is_handed_over_with_its_time() -> None:
    stream = [moov(1000), moof(4000), box(b"mdat", b"x")]
    assert cut(*stream, box(b"mfra", b"index"))[1:] == [(4.0, box(b"mfra", b"index"))]
    assert len(cut(*stream)) == 1, "nothing follows"
    assert cut(*stream, b"\0\0\0")[1:] == [(4.0, b"\0\0\0")], "not even a whole box"


@pytest.mark.parametrize("length", [0, 1, 7])
def test_box_shorter_than_its_own_head_is_refused_and_named(length: int) -> None:
    with pytest.raises(EncoderError, match=f"b'free' box of {length} bytes"):
        cut(struct.pack(">I4s", length, b"free"))


@pytest.mark.parametrize(
    ("stream", "path"),
    [
        (box(b"moov", box(b"trak", box(b"tkhd"))), "trak/mdia/mdhd"),
        (box(b"moov"), "trak/mdia/mdhd"),
        (box(b"moof", box(b"mfhd", bytes(8))), "traf/tfdt"),
        (box(b"moof", struct.pack(">I4s", 4, b"traf"), bytes(20)), "traf/tfdt"),
    ],
)
def test_description_without_a_time_is_refused_and_the_missing_box_named(stream: bytes, path: str) -> None:
    with pytest.raises(EncoderError, match=f"wrote no {path} box"):
        cut(stream)


def test_pieces_of_nothing_are_none() -> None:
    assert list(pieces(b"", 10)) == []


@pytest.mark.parametrize(("crf", "av1"), [(16, "26"), (28, "45"), (39, "62"), (40, "63")])
def test_rate_factor_is_given_on_each_encoders_own_scale(crf: int, av1: str) -> None:
    assert options("av1", crf)["crf"] == av1
    assert options("h264", crf)["crf"] == str(crf)


def test_no_frame_waits_in_an_encoder_and_each_runs_in_one_thread() -> None:
    assert options("h264", 26)["tune"] == "zerolatency"
    assert "lp=1:pred-struct=1:rtc=1" in options("av1", 26)["svtav1-params"]


def test_text_that_was_scrolled_by_two_hundred_and_fifty_six_lines_is_found_and_key_frames_come_by_time_only() -> None:
    params = dict(each.split("=") for each in options("h264", 26)["x264-params"].split(":"))
    assert (params["scenecut"], params["merange"], params["qcomp"]) == ("0", "512", "1")


def test_svt_av1_writes_no_settings_to_standard_error_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SVT_LOG", raising=False)
    keep_quiet()
    assert os.environ["SVT_LOG"] == "1"
    monkeypatch.setenv("SVT_LOG", "4")
    keep_quiet()
    assert os.environ["SVT_LOG"] == "4"


def test_every_encoder_is_there_and_has_a_name_for_people() -> None:
    import av

    assert set(ENCODERS) == set(NAMES) == {"av1", "h264"}
    assert set(ENCODERS.values()) <= av.codecs_available
    assert all(NAMES.values())


def encoder(codec: str = "h264", width: int = 64, height: int = 48, **changes: object) -> tuple[VideoEncoder, list]:
    units: list[tuple[float, bytes]] = []
    settings = {"frames_per_s": 10, "crf": 28, "unit_s": 4.0, "key_interval_s": 4.0} | changes
    made = VideoEncoder(lambda at, data: units.append((at, data)), width=width, height=height, codec=codec, **settings)
    return made, units


@pytest.mark.parametrize("codec", ["av1", "h264"])
def test_encoder_that_cannot_be_opened_is_named(codec: str) -> None:
    with pytest.raises(EncoderError, match=rf"{NAMES[codec]} cannot be encoded here \(.+\)") as refused:
        encoder(codec, width=0, height=0)
    assert refused.value.encoder == ENCODERS[codec]


def test_picture_not_later_than_the_last_is_left_out_and_takes_nothing() -> None:
    made, units = encoder()
    planes = planes_of(np.full((48, 64, 3), 90, np.uint8), 64, 48)
    assert made.encode(planes, 0) > 0
    assert made.encode(planes, 0) == 0
    assert made.encode(planes, 1) > 0
    assert made.encode(planes, 0) == 0
    made.close()
    assert len(units) == 1


def test_encoder_without_a_picture_closes_to_nothing_that_plays() -> None:
    made, units = encoder()
    made.close()
    assert b"mdat" not in b"".join(data for _, data in units)


def test_card_after_a_later_picture_comes_a_millisecond_behind_it() -> None:
    from tests.fixtures.recording import pictures

    made, units = encoder()
    made.encode(planes_of(np.full((48, 64, 3), 200, np.uint8), 64, 48), 500)
    made.encode_card(300)
    made.close()
    shown = pictures(b"".join(data for _, data in units))
    assert [round(at * 1000) for at, _ in shown] == [0, 1]
    assert shown[1][1].mean() == pytest.approx(24, abs=3)


def test_size_and_range_are_said_in_the_stream_so_that_no_player_guesses() -> None:
    import io

    import av

    made, units = encoder(width=65, height=49)
    made.encode(planes_of(np.full((48, 64, 3), 200, np.uint8), 64, 48), 0)
    made.close()
    with av.open(io.BytesIO(b"".join(data for _, data in units))) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (64, 48)
        frame = next(container.decode(video=0))
        assert (int(frame.color_range), int(frame.colorspace)) == (1, 6)


def sounding(length_s: float = 1.0) -> tuple[SoundEncoder, list[tuple[float, bytes]]]:
    units: list[tuple[float, bytes]] = []
    return SoundEncoder(lambda at, data: units.append((at, data)), bits_per_s=24_000, length_s=length_s), units


@pytest.mark.parametrize(("off", "missing"), [(-17, -17), (-16, 0), (16, 0), (17, 17)])
def test_sound_a_millisecond_off_is_where_it_should_be_and_more_is_put_right(off: int, missing: int) -> None:
    made, _ = sounding()
    made.encode(bytes(3200), 1600)
    assert made.next_sample == 3200
    assert made.encode(bytes(3200), 3200 + off) == missing
    assert made.next_sample == 4800 + missing


def test_first_sound_may_begin_ten_milliseconds_after_the_start_and_what_is_earlier_is_cut() -> None:
    made, _ = sounding()
    assert made.encode(bytes(640), LEAD_SAMPLES) == 0
    assert made.next_sample == LEAD_SAMPLES + 320
    made, _ = sounding()
    assert made.encode(bytes(640), LEAD_SAMPLES - 1) == -1
    assert made.next_sample == LEAD_SAMPLES + 319


def test_sound_that_lies_wholly_in_what_was_encoded_adds_nothing() -> None:
    made, _ = sounding()
    made.encode(bytes(3200), 1600)
    assert made.encode(bytes(320), 1600) == -1600
    assert made.next_sample == 3200


def test_long_silence_is_filled_up_to_its_end_and_no_further() -> None:
    made, units = sounding()
    made.encode(bytes(3200), 1600)
    made.fill(3200)
    assert made.next_sample == 3200
    made.fill(5 * SAMPLE_RATE_HZ + 7)
    assert made.next_sample == 5 * SAMPLE_RATE_HZ + 7
    made.fill(100)
    assert made.next_sample == 5 * SAMPLE_RATE_HZ + 7
    made.close()
    assert [round(at) for at, _ in units][:5] == [0, 1, 2, 3, 4]


def test_sound_that_never_began_closes_to_nothing_that_plays() -> None:
    made, units = sounding()
    assert not made.begun
    made.encode(b"", 5000)
    assert not made.begun
    made.close()
    assert b"mdat" not in b"".join(data for _, data in units)


def test_sound_for_which_there_is_no_encoder_is_named() -> None:
    with pytest.raises(EncoderError, match=r"Opus cannot be encoded here \(.+\)") as refused:
        SoundEncoder(lambda at, data: None, bits_per_s=10**9, length_s=1.0)
    assert refused.value.encoder == "libopus"
