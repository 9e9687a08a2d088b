"""Pictures that need those before them: looked at, exported and handed out, whole and with a piece missing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.recordings.attempt import examine
from app.institution.recordings.fragments import FragmentWalk, RunFile, begins_with_key_frame
from app.institution.review.playback import RecordingPlayback
from capture.encoding.planes import planes_of
from capture.encoding.video_encoder import VideoEncoder
from capture.settings import Codec
from crypto.keys import RecipientPrivate
from crypto.opening import OpenedSegment
from tests.fixtures.soak import times

KEY = RecipientPrivate.generate("algebra-1.1")
SECONDS, KEYS_S = 24, (0, 8, 16)


def light_at(at_s: float) -> int:
    """The brightness of the screen, another one each second; five seconds until the first comes again."""
    return 30 + 40 * (int(at_s) % 5)


def screen(codec: Codec, *, still: bool = False) -> list[tuple[float, bytes]]:
    """Units of two seconds as the recorder makes them, a key frame each eight seconds."""
    units: list[tuple[float, bytes]] = []
    encoder = VideoEncoder(
        lambda started_s, data: units.append((started_s, data)),
        width=160, height=120, frames_per_s=5, codec=codec, crf=24, unit_s=2.0, key_interval_s=8.0,
    )  # fmt: skip
    for number in range(SECONDS * 5):
        light = light_at(0 if still else number / 5)
        picture = planes_of(np.full((120, 160, 3), light, np.uint8), 160, 120)
        encoder.encode(picture, number * 200, unchanged=still and number > 0)
    encoder.close()
    return units


@pytest.fixture(params=["h264", "av1"])
def units(request: pytest.FixtureRequest) -> list[tuple[float, bytes]]:
    return screen(request.param)


def played(file: object) -> Iterator[tuple[float, float]]:
    """Times and brightness of all pictures."""
    with av.open(file) as container:
        for frame in container.decode(video=0):
            yield frame.time, float(frame.to_ndarray(format="rgb24").mean())


def brightness(picture: np.ndarray | None) -> float | None:
    return None if picture is None else float(picture.mean())


def test_unit_says_whether_it_begins_with_a_key_frame(units: list[tuple[float, bytes]]) -> None:
    assert [round(at) for at, _ in units] == list(range(0, SECONDS, 2))
    found = [round(at) for at, data in units if begins_with_key_frame(data[data.index(b"moof") - 4 :])]
    assert found == list(KEYS_S)


def test_screen_that_does_not_change_has_no_second_key_frame_within_four_intervals() -> None:
    units = screen("h264", still=True)
    assert sum(begins_with_key_frame(data[data.index(b"moof") - 4 :]) for _, data in units) == 1
    assert sum(len(data) for _, data in units[1:]) / (SECONDS - 2) < 1000, "bytes a second"


def test_every_moment_can_be_looked_at_in_any_order(units: list[tuple[float, bytes]], tmp_path: Path, media) -> None:
    media["seal_take"](tmp_path, KEY.public, {"screen": units})
    with RecordingPlayback(examine(in_folder(tmp_path)).takes, KEY) as playback:
        for moment in (1.1, 7.5, 15.9, 3.3, 9.1, 9.3, 23.5, 16.5, 12.7, 0.0):
            assert brightness(playback.frame_at("screen", moment)) == pytest.approx(light_at(moment), abs=10), moment


def test_missing_piece_takes_what_needs_it_along_and_nothing_else(
    units: list[tuple[float, bytes]], tmp_path: Path, media
) -> None:
    path, _ = media["seal_take"](tmp_path / "s", KEY.public, {"screen": units})
    (path / "seg" / "01-00000005.isg").unlink()  # 10 to 12 s
    with RecordingPlayback(examine(in_folder(tmp_path / "s")).takes, KEY) as playback:
        for moment in (9.9, 16.1, 23.9):
            assert brightness(playback.frame_at("screen", moment)) == pytest.approx(light_at(moment), abs=10), moment
        assert playback.frame_at("screen", 15.9) is None
    exported = export(examine(in_folder(tmp_path / "s")), KEY, tmp_path / "out")
    (stream,) = exported.streams
    assert stream.segments_lost == 1
    assert stream.fragments_lost == 2
    assert [(round(begin), round(end)) for begin, end in stream.gaps] == [(10, 16)]
    shown = list(played(str(tmp_path / "out" / "screen.mkv")))
    assert len(shown) == 5 * (SECONDS - 6)
    assert all(light == pytest.approx(light_at(at + 0.05), abs=10) for at, light in shown)


def test_exported_file_is_read_by_the_systems_ffmpeg(units: list[tuple[float, bytes]], tmp_path: Path, media) -> None:
    media["seal_take"](tmp_path / "s", KEY.public, {"screen": units})
    export(examine(in_folder(tmp_path / "s")), KEY, tmp_path / "out")
    command = ["ffmpeg", "-v", "error", "-i", str(tmp_path / "out" / "screen.mkv"), "-f", "framemd5", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=30)
    assert done.stderr == ""
    assert len([line for line in done.stdout.splitlines() if not line.startswith("#")]) == SECONDS * 5


def test_stream_cut_at_any_byte_plays_up_to_the_last_whole_unit(units: list[tuple[float, bytes]]) -> None:
    stream = b"".join(data for _, data in units)
    ends = list(np.cumsum([len(data) for _, data in units]))
    random = np.random.default_rng(4)
    for cut in sorted(
        {*random.integers(ends[0], len(stream), times(15, 1000)).tolist(), *(end - 1 for end in ends[1:]), *ends}
    ):
        whole = sum(end <= cut for end in ends)
        segment = OpenedSegment(0, 0, stream[:cut], sealed=True)
        first, *others = FragmentWalk().take([segment])
        shown = list(played(RunFile(first.init, iter([first, *others]))))
        assert len(shown) == 10 * whole, cut
        for at_s, light in shown:
            assert light == pytest.approx(light_at(at_s + 0.05), abs=10), (cut, at_s)


def test_clip_that_is_handed_out_begins_with_a_key_frame(
    units: list[tuple[float, bytes]], tmp_path: Path, media, ask
) -> None:
    from app.institution.keys.institution import InstitutionFolder, InstitutionRecord

    (tmp_path / "p").write_text("six plain words for a test")
    made = InstitutionFolder.create(
        tmp_path / "office",
        InstitutionRecord(id="example-u", name="Example", iterations=210_000),
        "six plain words for a test",
    )
    root = made.root_key("six plain words for a test")
    made.add_representative("Bo Chen", "bo", "six plain words for a test", root)
    public = made.new_exam_key("algebra-1", root).exam("algebra-1").key.public()
    path, _ = media["seal_take"](tmp_path / "sealed", public, {"screen": units})
    clip = tmp_path / "clip.zip"
    options = ["--stream", "screen", "--from", 13, "--to", 15, "--out", clip, "--passphrase-file", tmp_path / "p"]
    ask("--dir", tmp_path / "office", "disclose", path, *options)
    found = json.loads(ask("--dir", tmp_path / "elsewhere", "verify", clip, "--json").output)
    assert found["segments"] == [0, 4, 5, 6, 7]
    ask("--dir", tmp_path / "elsewhere", "export", clip, "--out", tmp_path / "out")
    shown = list(played(str(tmp_path / "out" / "screen.mkv")))
    assert (shown[0][0], round(shown[-1][0], 1)) == (8.0, 15.8)
    assert all(light == pytest.approx(light_at(at + 0.05), abs=10) for at, light in shown)
