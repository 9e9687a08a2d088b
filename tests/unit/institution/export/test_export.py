"""A real sealed session into files that ffprobe and PyAV read, whole and damaged."""

import json
import shutil
import subprocess

import av
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.errors import CannotOpen, UnknownName, UsageError
from app.institution.export.export import export
from app.institution.export.report import KeyHolders, write_report
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from crypto.keys import RecipientPrivate
from tests.fixtures.exported_media import EVENT, beep_s, flash_s, picture_times


def probe(path):
    found = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "json", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stderr == ""
    return [stream["codec_name"] for stream in json.loads(found.stdout)["streams"]]


def test_all_files_run_on_one_timeline(whole, key, tmp_path):
    out = tmp_path / "out"
    exported = export(examine(in_folder(whole)), key, out)
    assert exported.verdict is AttemptVerdict.COMPLETE
    assert sorted(path.name for path in out.iterdir()) == ["events.jsonl", "screen.mkv", "verdict.json", "webcam.mkv"]
    if shutil.which("ffprobe"):
        assert probe(out / "webcam.mkv") == ["h264", "opus"]
        assert probe(out / "screen.mkv") == ["h264"]
    assert flash_s(out / "webcam.mkv") == pytest.approx(4.05, abs=0.002)
    assert flash_s(out / "screen.mkv") == pytest.approx(4.05, abs=0.002)
    assert beep_s(out / "webcam.mkv") == pytest.approx(4.05, abs=0.003)
    assert (out / "events.jsonl").read_bytes() == EVENT[1]
    said = json.loads((out / "verdict.json").read_text())
    assert said["verdict"] == "COMPLETE"
    assert [each["stream"] for each in said["streams"]] == ["webcam", "microphone", "screen"]
    for each, expected in zip(said["streams"], (8.35, 8.2, 8.55), strict=True):
        assert each["last_s"] == pytest.approx(expected, abs=0.06)


def test_media_that_counts_from_its_own_beginning_is_put_in_its_place(tmp_path, key, media):
    path, _ = media["seal_take"](
        tmp_path / "sealed",
        key.public,
        {
            "webcam": media["video"](3.35, 4, flash_s=5.05, absolute=False),
            "microphone": media["sound"](3.2, 4, beep_s=5.05, absolute=False),
        },
    )
    export(examine(in_folder(path)), key, tmp_path / "out")
    assert flash_s(tmp_path / "out" / "webcam.mkv") == pytest.approx(5.05, abs=0.002)
    assert beep_s(tmp_path / "out" / "webcam.mkv") == pytest.approx(5.05, abs=0.008)


def test_sound_without_a_webcam_is_a_file_of_its_own(tmp_path, key, media):
    path, _ = media["seal_take"](tmp_path / "sealed", key.public, {"microphone": media["sound"](0.2, 4, beep_s=2.05)})
    export(examine(in_folder(path)), key, tmp_path / "out")
    assert beep_s(tmp_path / "out" / "microphone.mka") == pytest.approx(2.05, abs=0.003)
    assert not (tmp_path / "out" / "webcam.mkv").exists()


def test_units_larger_than_a_segment_are_put_together(tmp_path, key, media):
    units = media["video"](0.0, 4, size=(640, 480), noise=True)
    assert len(units[0][1]) > 2 * 240 * 1024
    path, _ = media["seal_take"](tmp_path / "sealed", key.public, {"webcam": units})
    export(examine(in_folder(path)), key, tmp_path / "out")
    assert picture_times(tmp_path / "out" / "webcam.mkv") == [round(n / 10, 3) for n in range(40)]


def test_a_second_run_of_another_size_plays_on(tmp_path, key, media):
    units = [*media["video"](0.0, 4), *media["video"](6.0, 4, size=(320, 240), flash_s=7.0)]
    path, _ = media["seal_take"](tmp_path / "sealed", key.public, {"webcam": units})
    exported = export(examine(in_folder(path)), key, tmp_path / "out")
    with av.open(str(tmp_path / "out" / "webcam.mkv")) as file:
        frames = [(round(f.time, 2), f.width, float(f.to_ndarray(format="gray").mean())) for f in file.decode(video=0)]
    assert len(frames) == 80
    assert {width for at_s, width, _ in frames if at_s < 5} == {160}
    assert {width for at_s, width, _ in frames if at_s > 5} == {320}
    assert [at_s for at_s, _, light in frames if light > 150] == [7.0]
    assert exported.streams[0].gaps == ((pytest.approx(4.0, abs=0.02), pytest.approx(6.0, abs=0.002)),)


@pytest.mark.parametrize("how", ["flip", "delete", "cut"])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_of_a_damaged_recording_only_the_authentic_rest_is_exported(tmp_path, key, media, how, number):
    path, _ = media["seal_take"](tmp_path / "sealed", key.public, {"webcam": media["video"](0.0, 8), "events": [EVENT]})
    target = path / f"seg/01-{number:08d}.isg"
    data = bytearray(target.read_bytes())
    if how == "flip":
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
    elif how == "cut":
        target.write_bytes(data[:-20])
    else:
        target.unlink()
    exported = export(examine(in_folder(path)), key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.TAMPERED
    assert any(target.name in finding.where for finding in exported.findings)
    stream = exported.streams[0]
    assert stream.segments_lost == 1
    if number == 0:
        # Without the description at its beginning nothing of the run can be played.
        assert stream.file is None
        assert not (tmp_path / "out" / "webcam.mkv").exists()
    else:
        lost = set(range(20 * number, 20 * number + 20))
        expected = [round(n / 10, 3) for n in range(80) if n not in lost]
        assert picture_times(tmp_path / "out" / "webcam.mkv") == expected


def test_a_part_of_a_unit_missing_loses_that_unit_only(tmp_path, key, media):
    units = media["video"](0.0, 6, size=(640, 480), noise=True)
    path, _ = media["seal_take"](tmp_path / "sealed", key.public, {"webcam": units})
    parts = [-(-len(unit) // (240 * 1024)) for _, unit in units]
    (path / f"seg/01-{parts[0] + 1:08d}.isg").unlink()
    exported = export(examine(in_folder(path)), key, tmp_path / "out")
    times = picture_times(tmp_path / "out" / "webcam.mkv")
    assert times == [round(n / 10, 3) for n in (*range(20), *range(40, 60))]
    assert exported.streams[0].segments_lost == 1


def test_authentic_bytes_that_are_no_media_do_not_stop_the_rest(tmp_path, key, media):
    junk = [(0.0, b"\x00\x00\x00\x04moov" * 50), (1.0, b"\x00\x00\x00\x08mdat"), (2.0, b"\xff" * 1000)]
    path, _ = media["seal_take"](
        tmp_path / "sealed",
        key.public,
        {
            "webcam": junk,
            "microphone": [(0.0, b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x08moov\x00\x00\x00\x08mdat")],
            "screen": media["video"](0.0, 4),
            "events": [(0.0, b"no json\n{}")],
        },
    )
    exported = export(examine(in_folder(path)), key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.COMPLETE
    assert [each.file for each in exported.streams] == [None, None, "screen.mkv"]
    assert len(picture_times(tmp_path / "out" / "screen.mkv")) == 40
    write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ()))


def test_refusals(whole, key, tmp_path, media):
    report = examine(in_folder(whole))
    with pytest.raises(CannotOpen, match="no slot"):
        export(report, RecipientPrivate.generate("algebra-1.1"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="not an empty folder"):
        export(report, key, whole)
    media["seal_take"](whole.parent, key.public, {"events": [EVENT]})
    with pytest.raises(UnknownName, match="several attempts"):
        in_folder(whole.parent)
