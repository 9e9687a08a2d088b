"""The report of an export: one safe page, with pictures, times and what is missing."""

import base64

import cv2
import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.export.report import KeyHolders, write_report
from app.institution.export.thumbnails import thumbnails
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from app.institution.wording.phrases import clock
from tests.fixtures.exported_media import EVENT


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
    assert "Nothing is here for 10 seconds, and the recorder does not say why." in page
    assert "2 of these entries are worth a look by a person." in page
    assert "<script>" not in page
    assert "No representative can open" in page


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


def test_times_for_people():
    assert clock(None) == "\u2013"
    assert clock(0) == "0:00:00.0"
    assert clock(3725.06) == "1:02:05.1"
    assert clock(59.99) == "0:01:00.0"


def test_a_missing_first_take_is_named(tmp_path, key, media):
    path, _ = media["seal_take"](tmp_path, key.public, {"events": [EVENT]}, take=2, previous="0" * 64)
    report = examine(in_folder(path))
    assert report.verdict is AttemptVerdict.INTERRUPTED
    exported = export(report, key, tmp_path / "out")
    assert exported.as_json()["missing_takes"] == [0, 1]
    page = write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ())).read_text()
    assert "Part 2 of the recording was begun, but it is not here." in page
    page = write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ())).read_text()
    assert "<dt>part 3</dt>" in page, "by its own number, as verify names it"
    assert [take["part"] for take in exported.as_json()["takes"]] == [3]
