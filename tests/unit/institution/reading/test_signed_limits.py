"""A recording is read with the limits that were signed for it, and with those that a reviewer changes."""

import datetime as dt
import json

import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.errors import UsageError
from app.institution.exams import authoring
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.reading.levels import Levels
from app.institution.reading.options import chosen_rules, reading, signed_detection
from app.institution.recordings.attempt import examine
from app.policy.detection import DetectionSettings
from capture.analysis.settings import DetectionRules
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.unit.institution.conftest import seal_take

PASSPHRASE = "six plain words for a test"
EXAM = "algebra-1"
RECIPIENT = RecipientPrivate.generate(f"{EXAM}.1").public
TERM = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An institution that has signed its exam twice: first with 7 seconds of absence, then with 9."""
    folder = tmp_path_factory.mktemp("office")
    record = InstitutionRecord(id="example-u", name="Example", iterations=210_000)
    institution = InstitutionFolder.create(folder / "institution", record, PASSPHRASE)
    root = institution.root_key(PASSPHRASE)
    institution.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    template = exam_settings(folder / "tls", RecipientPrivate.generate("unused")).model_dump(
        mode="json", exclude={"institution", "exam", "recipients"}
    )
    key = authoring.new_exam(institution, EXAM, "Algebra I", authoring.Template(template), root)
    hashes = []
    for absent_s in (7.0, 9.0):
        detection = {"face_presence": True, "limits": {"absent_s": absent_s}}
        authoring.save_draft(
            institution, authoring.draft(institution, key, "Algebra I", {**template, "detection": detection})
        )
        later = TERM + dt.timedelta(days=1)
        file = authoring.sign(institution, EXAM, root, valid_from=TERM, valid_until=later, deliver_until=later)
        hashes.append(file.exam.settings_sha256)
    return institution, hashes


def recording(folder, *, exam=EXAM, settings_sha256="0" * 64):
    path, _ = seal_take(folder, RECIPIENT, {"events": [(0.0, b"{}\n")]}, exam=exam, config_sha256=settings_sha256)
    return path


def test_the_limits_are_those_of_the_file_the_exam_was_taken_with(office, tmp_path):
    institution, hashes = office
    for number, absent_s in enumerate((7.0, 9.0)):
        path = recording(tmp_path / str(number), settings_sha256=hashes[number])
        detection = signed_detection(institution, examine(in_folder(path)))
        assert detection.limits.absent_s == absent_s
        assert detection.face_presence


def test_a_part_without_a_header_does_not_hide_what_another_says(office, tmp_path):
    institution, hashes = office
    whole = recording(tmp_path, settings_sha256=hashes[0])
    headless = tmp_path / f"{whole.name[:-2]}.1"
    headless.mkdir()
    (headless / "log.isf").write_bytes(b"")
    report = examine(in_folder(tmp_path))
    assert [take.number for take in report.takes] == [-1, 0]
    assert signed_detection(institution, report).limits.absent_s == 7.0


def test_nothing_signed_is_known_of_a_recording_from_elsewhere(office, tmp_path):
    institution, hashes = office
    assert signed_detection(institution, examine(in_folder(recording(tmp_path / "a")))) is None
    other = recording(tmp_path / "b", exam="history", settings_sha256=hashes[0])
    assert signed_detection(institution, examine(in_folder(other))) is None
    (other / "header.isf").unlink()
    assert signed_detection(institution, examine(in_folder(other))) is None


def test_without_signed_rules_the_usual_ones_apply():
    assert chosen_rules(None, None) == DetectionRules()
    assert chosen_rules(DetectionSettings(), None) == DetectionRules(), "nothing was asked to be observed"


def test_a_changed_limit_leaves_the_other_signed_ones(tmp_path):
    signed = DetectionSettings.model_validate({"gaze": True, "limits": {"away_s": 6.0, "absent_s": 8.0}})
    assert chosen_rules(signed, None) == signed.detectors().rules
    (tmp_path / "limits.json").write_text(json.dumps({"absent_s": 5.0}))
    changed = chosen_rules(signed, tmp_path / "limits.json")
    assert (changed.away_s, changed.absent_s, changed.gaze, changed.face_presence) == (6.0, 5.0, True, False)


def test_the_message_says_what_the_file_should_hold(tmp_path):
    for text in ("[]", '{"absent": 1}'):
        (tmp_path / "limits.json").write_text(text)
        with pytest.raises(UsageError, match=r"limits\.json” holds no limits: "):
            chosen_rules(None, tmp_path / "limits.json")


def test_a_reading_has_levels_always_and_other_limits_where_they_are_asked_for(office, tmp_path):
    institution, hashes = office
    report = examine(in_folder(recording(tmp_path / "s", settings_sha256=hashes[0])))
    plain = reading(institution, report, None, None)
    assert (plain.levels, plain.rules) == (Levels(), None)
    (tmp_path / "levels.json").write_text(json.dumps({"marks": [{"kind": "gap", "level": "red"}]}))
    (tmp_path / "limits.json").write_text(json.dumps({"away_s": 5.0}))
    chosen = reading(institution, report, tmp_path / "levels.json", tmp_path / "limits.json")
    assert [mark.kind for mark in chosen.levels.marks] == ["gap"]
    assert (chosen.rules.absent_s, chosen.rules.away_s) == (7.0, 5.0)
