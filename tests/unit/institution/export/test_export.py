"""Real sealed sessions into files that ffprobe and PyAV read, with every way a recording can be incomplete."""

import base64
import json
import shutil
import subprocess
import uuid

import av
import cv2
import numpy as np
import pytest

from app.institution.errors import CannotOpen, UnknownName, UsageError
from app.institution.export.export import export
from app.institution.export.report import KeyHolders, clock, covered_s, write_report
from app.institution.export.thumbnails import thumbnails
from app.institution.recordings.attempt import SealedTake, examine
from app.institution.recordings.fetching import in_folder, takes_of
from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate
from crypto.verdict import Verdict

EVENT = (1.0, b'{"t_us": 1000000, "event": "page_opened", "path": "/<b>quiz"}\n')


@pytest.fixture(scope="module")
def key():
    return RecipientPrivate.generate("algebra-1.1")


@pytest.fixture
def whole(tmp_path, key, media):
    """A take with flash and beep at 4.05 s, which begin at different times, as real sources do."""
    path, _ = media["seal_take"](
        tmp_path / "sealed",
        key.public,
        {
            "webcam": media["video"](0.35, 8, flash_s=4.05),
            "microphone": media["sound"](0.2, 8, beep_s=4.05),
            "screen": media["video"](0.55, 8, flash_s=4.05, size=(320, 240)),
            "events": [EVENT],
        },
    )
    return path


def flash_s(path):
    with av.open(str(path)) as file:
        return next(f.time for f in file.decode(video=0) if f.to_ndarray(format="gray").mean() > 150)


def beep_s(path):
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            loud = np.abs(frame.to_ndarray()[0]) > 0.1
            if loud.any():
                return frame.time + float(np.argmax(loud)) / frame.sample_rate
    raise AssertionError("no beep")


def picture_times(path):
    with av.open(str(path)) as file:
        return [round(frame.time, 3) for frame in file.decode(video=0)]


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
    assert exported.verdict is Verdict.COMPLETE
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


def test_two_takes_are_joined_with_the_hole_between_them_named(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    sealed = tmp_path / "sealed"
    _, hid = media["seal_take"](
        sealed, key.public, {"webcam": media["video"](0.3, 4), "events": [EVENT]}, attempt=attempt, finish=False
    )
    media["seal_take"](
        sealed, key.public, {"webcam": media["video"](9.3, 4, flash_s=10.3)}, attempt=attempt, take=1, previous=hid
    )
    report = examine(in_folder(sealed))
    assert report.verdict is Verdict.INTERRUPTED
    assert [take.number for take in report.takes] == [0, 1]
    gap = report.gaps[0]
    assert (gap.stream, gap.from_us, gap.to_us) == ("webcam", 2_300_000, 9_300_000)
    assert "2.3 s" in gap.sentence()
    assert "9.3 s" in gap.sentence()
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is Verdict.INTERRUPTED
    times = picture_times(tmp_path / "out" / "webcam.mkv")
    assert times == [round(0.3 + n / 10, 3) for n in range(40)] + [round(9.3 + n / 10, 3) for n in range(40)]
    assert flash_s(tmp_path / "out" / "webcam.mkv") == pytest.approx(10.3, abs=0.002)
    ((from_s, to_s),) = exported.streams[0].gaps
    assert from_s == pytest.approx(4.3, abs=0.05)
    assert to_s == pytest.approx(9.3, abs=0.002)


def test_several_finished_takes_are_at_best_interrupted(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, attempt=attempt)
    media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, attempt=attempt, take=1, previous=hid)
    assert examine(in_folder(tmp_path)).verdict is Verdict.INTERRUPTED


def test_a_foreign_or_repeated_take_is_tampering(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](tmp_path / "a", key.public, {"events": [EVENT]}, attempt=attempt)
    for number, (change, code) in enumerate(
        (
            ({"take": 1, "previous": "0" * 64}, "take-foreign"),
            ({"take": 1, "previous": hid, "exam": "biology"}, "take-foreign"),
            ({"take": 0}, "take-twice"),
        )
    ):
        other, _ = media["seal_take"](
            tmp_path / f"b{number}", key.public, {"events": [EVENT]}, attempt=attempt, **change
        )
        takes = [*in_folder(tmp_path / "a"), SealedTake("other", SealedFolder(other))]
        report = examine(takes)
        assert report.verdict is Verdict.TAMPERED
        assert code in {finding.code for finding in report.findings}


def test_what_the_endpoint_witnessed_counts(whole, key):
    folder = SealedFolder(whole)
    records = len(examine([SealedTake("x", folder)]).takes[0].report.segments) + 1
    assert examine([SealedTake("x", folder, log_records=records)]).verdict is Verdict.COMPLETE
    longer = examine([SealedTake("x", folder, log_records=records + 1)])
    assert longer.verdict is Verdict.TAMPERED
    assert longer.findings[0].code == "log-shortened"
    assert examine([SealedTake("x", folder, pk0=bytes(32))]).verdict is Verdict.TAMPERED


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
    assert exported.verdict is Verdict.TAMPERED
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
    assert exported.verdict is Verdict.COMPLETE
    assert [each.file for each in exported.streams] == [None, None, "screen.mkv"]
    assert len(picture_times(tmp_path / "out" / "screen.mkv")) == 40
    write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ()))


def test_the_report_is_one_safe_page_with_pictures(whole, key, tmp_path):
    exported = export(examine(in_folder(whole)), key, tmp_path / "out")
    page = write_report(
        tmp_path / "out",
        exported,
        institution="<i>U",
        title="Algebra I",
        holders=KeyHolders("algebra-1.1", ("Bo Chen",)),
    ).read_text()
    assert "<i>U" not in page
    assert "<b>quiz" not in page
    assert "&lt;b&gt;quiz" in page
    assert page.count("data:image/jpeg;base64,") == 6
    assert "COMPLETE" in page
    assert "Bo Chen" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_report_says_how_long_and_what_is_missing(tmp_path, key, media):
    gap = b'{"t_us": 1, "event": "gap", "stream": "webcam", "from_us": 1000000, "to_us": 4000000, "reason": "<Lost>"}\n'
    media["seal_take"](
        tmp_path / "s",
        key.public,
        {
            "webcam": [*media["video"](0.0, 6), *media["video"](16.0, 4)],
            "events": [(4.0, gap), (5.0, b'{"t_us": 5000000, "event": "left", "reason": "<script>alert(1)</script>"}')],
        },
    )
    exported = export(examine(in_folder(tmp_path / "s")), key, tmp_path / "out")
    page = write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ())).read_text()
    row = page[page.index("<td><b>Camera</b></td>") :].split("</tr>")[0]
    # Recorded from 0 to 20 s; the recorder says 1 to 4 s is missing, and 6 to 16 s is not there.
    assert "<td>7 seconds</td>" in row
    assert "13 seconds" in row
    assert "No camera picture for 3 seconds. &lt;Lost&gt;" in page
    assert "Nothing was recorded for 10 seconds." in page
    assert "2 of these entries are worth a look by a person." in page
    assert "<script>" not in page
    assert "No representative can open" in page


def test_stretches_are_counted_once():
    assert covered_s([]) == 0
    assert covered_s([(1, 3), (2, 4), (2.5, 3.5), (6, 7), (9, 8)]) == 4


def test_stills_are_of_the_time_they_say(tmp_path, key, media):
    media["seal_take"](tmp_path / "s", key.public, {"webcam": media["video"](0.0, 6, flash_s=3.0, key_s=6.0)})
    export(examine(in_folder(tmp_path / "s")), key, tmp_path / "out")
    (still,) = thumbnails(tmp_path / "out" / "webcam.mkv", "webcam", 0.0, 6.06, 1)
    assert still.time_s == pytest.approx(3.0, abs=0.01)
    jpeg = np.frombuffer(base64.b64decode(still.address.partition(",")[2]), np.uint8)
    assert cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE).mean() > 150


def test_the_report_can_be_made_without_writing_media(whole, key, tmp_path):
    exported = export(examine(in_folder(whole)), key, tmp_path / "out", media=False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["events.jsonl", "verdict.json"]
    assert exported.streams[0].last_s == pytest.approx(8.35, abs=0.05)


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


def test_times_for_people():
    assert clock(None) == "\u2013"
    assert clock(0) == "0:00:00.0"
    assert clock(3725.06) == "1:02:05.1"
    assert clock(59.99) == "0:01:00.0"


def test_a_take_that_lost_its_header_does_not_pass_unnoticed(tmp_path, key, media):
    sealed, attempt = tmp_path / "s", str(uuid.uuid4())
    _, hid = media["seal_take"](sealed, key.public, {"events": [EVENT]}, attempt=attempt)
    second, _ = media["seal_take"](sealed, key.public, {"events": [EVENT]}, attempt=attempt, take=1, previous=hid)
    (second / "header.isf").unlink()
    report = examine(in_folder(sealed))
    assert len(report.takes) == 2
    assert report.verdict is Verdict.TAMPERED
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is Verdict.TAMPERED
    assert {finding.code for finding in exported.findings} >= {"header", "not-opened"}
    assert (tmp_path / "out" / "events.jsonl").read_bytes() == EVENT[1]


def test_a_missing_first_take_is_named(tmp_path, key, media):
    path, _ = media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, take=2, previous="0" * 64)
    report = examine(in_folder(path))
    assert report.verdict is Verdict.INTERRUPTED
    exported = export(report, key, tmp_path / "out")
    assert exported.as_json()["missing_takes"] == [0, 1]
    page = write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ())).read_text()
    assert "Part 2 of the recording was begun, but it is not here." in page


def test_a_take_whose_recorder_died_before_its_slot_file_is_no_tampering(tmp_path, key, media):
    first, hid = media["seal_take"](tmp_path, key.public, {"webcam": media["video"](0, 4)}, finish=False)
    attempt = first.name.rpartition(".")[0]
    empty, hid = media["seal_take"](tmp_path, key.public, {}, attempt=attempt, take=1, previous=hid, finish=False)
    (empty / "keys.isf").unlink()
    media["seal_take"](tmp_path, key.public, {"webcam": media["video"](9, 4)}, attempt=attempt, take=2, previous=hid)
    report = examine(takes_of(tmp_path, attempt))
    assert report.verdict is Verdict.INTERRUPTED
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is Verdict.INTERRUPTED
    assert [finding.code for finding in exported.findings].count("not-opened") == 1


def test_a_hole_reaches_over_takes_that_recorded_nothing(tmp_path, key, media):
    first, hid = media["seal_take"](tmp_path, key.public, {"webcam": media["video"](0, 4)}, finish=False)
    attempt = first.name.rpartition(".")[0]
    _, hid = media["seal_take"](tmp_path, key.public, {}, attempt=attempt, take=1, previous=hid, finish=False)
    streams = {"webcam": media["video"](9, 4), "microphone": media["sound"](9, 4)}
    media["seal_take"](tmp_path, key.public, streams, attempt=attempt, take=2, previous=hid)
    gaps = {gap.stream: gap for gap in examine(takes_of(tmp_path, attempt)).gaps}
    assert len(gaps) == 2
    webcam, sound = gaps["webcam"], gaps["microphone"]
    assert (webcam.after_take, webcam.from_us, webcam.to_us) == (0, 2_000_000, 9_000_000)
    assert (sound.after_take, sound.from_us, sound.to_us) == (1, None, 9_000_000)
