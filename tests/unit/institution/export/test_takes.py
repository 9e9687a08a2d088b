"""Attempts of several takes: joined, with holes and missing takes named, and foreign ones refused."""

import uuid

import av
import pytest

from app.institution.copies.local_copies import in_folder, takes_of
from app.institution.copies.sealed_take import SealedTake
from app.institution.export.export import export
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from crypto.folder import SealedFolder
from tests.fixtures.exported_media import EVENT, flash_s, picture_times


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
    assert report.verdict is AttemptVerdict.INTERRUPTED
    assert [take.number for take in report.takes] == [0, 1]
    gap = report.gaps[0]
    assert (gap.stream, gap.from_us, gap.to_us) == ("webcam", 2_300_000, 9_300_000)
    assert "2.3 s" in gap.sentence()
    assert "9.3 s" in gap.sentence()
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.INTERRUPTED
    times = picture_times(tmp_path / "out" / "webcam.mkv")
    assert times == [round(0.3 + n / 10, 3) for n in range(40)] + [round(9.3 + n / 10, 3) for n in range(40)]
    assert flash_s(tmp_path / "out" / "webcam.mkv") == pytest.approx(10.3, abs=0.002)
    ((from_s, to_s),) = exported.streams[0].gaps
    assert from_s == pytest.approx(4.3, abs=0.05)
    assert to_s == pytest.approx(9.3, abs=0.002)


def test_pictures_of_a_time_that_another_part_recorded_already_take_along_what_needs_them(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](
        tmp_path / "s", key.public, {"screen": media["video"](0, 4)}, attempt=attempt, finish=False
    )
    later = {"screen": media["video"](3, 4, size=(320, 240))}
    media["seal_take"](tmp_path / "s", key.public, later, attempt=attempt, take=1, previous=hid)
    exported = export(examine(in_folder(tmp_path / "s")), key, tmp_path / "out")
    # The second part's first key picture is of 3.0 s, which is there already; its next one is of 5.0 s.
    assert exported.streams[0].packets_left_out == 20
    with av.open(str(tmp_path / "out" / "screen.mkv")) as file:
        shown = [(round(f.time, 1), f.width, float(f.to_ndarray(format="gray").mean())) for f in file.decode(video=0)]
    assert [at_s for at_s, _, _ in shown] == [round(n / 10, 1) for n in (*range(40), *range(50, 70))]
    assert all(width == (160 if at_s < 4 else 320) and 30 < light < 50 for at_s, width, light in shown)


def test_several_finished_takes_are_at_best_interrupted(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, attempt=attempt)
    media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, attempt=attempt, take=1, previous=hid)
    assert examine(in_folder(tmp_path)).verdict is AttemptVerdict.INTERRUPTED


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
        assert report.verdict is AttemptVerdict.TAMPERED
        assert code in {finding.code for finding in report.findings}


def test_what_the_endpoint_witnessed_counts(whole, key):
    folder = SealedFolder(whole)
    records = len(examine([SealedTake(whole.name, folder)]).takes[0].report.segments) + 1
    assert examine([SealedTake(whole.name, folder, log_records=records)]).verdict is AttemptVerdict.COMPLETE
    longer = examine([SealedTake("x", folder, log_records=records + 1)])
    assert longer.verdict is AttemptVerdict.TAMPERED
    assert longer.findings[0].code == "log-shortened"
    assert examine([SealedTake("x", folder, pk0=bytes(32))]).verdict is AttemptVerdict.TAMPERED


def test_a_take_that_lost_its_header_does_not_pass_unnoticed(tmp_path, key, media):
    sealed, attempt = tmp_path / "s", str(uuid.uuid4())
    _, hid = media["seal_take"](sealed, key.public, {"events": [EVENT]}, attempt=attempt)
    second, _ = media["seal_take"](sealed, key.public, {"events": [EVENT]}, attempt=attempt, take=1, previous=hid)
    (second / "header.isf").unlink()
    report = examine(in_folder(sealed))
    assert len(report.takes) == 2
    assert report.verdict is AttemptVerdict.TAMPERED
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.TAMPERED
    assert {finding.code for finding in exported.findings} >= {"header", "not-opened"}
    assert (tmp_path / "out" / "events.jsonl").read_bytes() == EVENT[1]


def test_a_take_whose_recorder_died_before_its_slot_file_is_no_tampering(tmp_path, key, media):
    first, hid = media["seal_take"](tmp_path, key.public, {"webcam": media["video"](0, 4)}, finish=False)
    attempt = first.name.rpartition(".")[0]
    empty, hid = media["seal_take"](tmp_path, key.public, {}, attempt=attempt, take=1, previous=hid, finish=False)
    (empty / "keys.isf").unlink()
    media["seal_take"](tmp_path, key.public, {"webcam": media["video"](9, 4)}, attempt=attempt, take=2, previous=hid)
    report = examine(takes_of(tmp_path, attempt))
    assert report.verdict is AttemptVerdict.INTERRUPTED
    exported = export(report, key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.INTERRUPTED
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
