"""A file for everybody and a person's own, opened one after the other on one shared machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.policy.errors import OlderSequence
from app.policy.exam_file import read_exam_file
from app.policy.pins import InstitutionPins
from crypto.signing import VerifyKey


@pytest.fixture
def machine(office, tmp_path):
    """A shared machine: opens an exam file as the client does."""
    pins = InstitutionPins(tmp_path / "pins.json")
    pins.trust("example-u", VerifyKey.from_text((office.folder / "root.pub").read_text()))
    return lambda file: read_exam_file(file.read_bytes(), pins, datetime.now(UTC))


@pytest.fixture
def signs(office, tmp_path):
    """`exam sign`, with accommodations where some are given; gives the file with its sequence and edition."""

    def sign(exam, **granted):
        out = tmp_path / f"{len(list(tmp_path.iterdir()))}.invigilo"
        options = []
        if granted:
            (tmp_path / "granted.json").write_text(json.dumps(granted))
            options = ["--accommodations", tmp_path / "granted.json"]
        result = office("exam", "sign", exam, "--out", out, "--json", *options)
        assert result.exit_code == 0, result.output
        told = json.loads(result.output)
        return out, (told["sequence"], told["edition"])

    return sign


def test_a_personal_file_locks_nobody_out_of_a_shared_machine(office, whole, signs, machine):
    """Failed before: after the personal file the one for everybody was refused as an older version."""
    assert office.draft("shared", whole({"exam": {"duration_min": 60}})).exit_code == 0
    everybody, number = signs("shared")
    assert number == (1, 0)
    first, number = signs("shared", extra_time_min=15)
    assert number == (1, 1)
    second, number = signs("shared", breaks_allowed=True)
    assert number == (1, 2)
    for file in (everybody, first, everybody, second, first, everybody):
        machine(file)
    assert machine(first).settings.time_s() == 75 * 60
    assert machine(everybody).settings.time_s() == 60 * 60


def test_an_older_version_stays_refused_whatever_it_grants(office, whole, signs, machine):
    assert office.draft("renewed", whole({"exam": {"duration_min": 60}})).exit_code == 0
    everybody, _ = signs("renewed")
    own, _ = signs("renewed", extra_time_min=15)
    settings = office.folder / "exams" / "renewed" / "settings.json"
    settings.write_text(settings.read_text().replace('"duration_min": 60', '"duration_min": 30'))
    newer, number = signs("renewed", extra_time_min=15)
    assert number == (2, 1)
    machine(own)
    machine(newer)
    for old in (everybody, own):
        with pytest.raises(OlderSequence):
            machine(old)
    joined, number = signs("renewed")
    assert number == (2, 0)
    machine(joined)
    again, number = signs("renewed")
    assert number == (3, 0)
    machine(again)
    with pytest.raises(OlderSequence):
        machine(newer)
