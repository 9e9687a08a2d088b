"""The verdict in words: how the log ends, whose word there is for it, what is missing and what is bad first."""

from dataclasses import replace

import pytest

from app.institution.copies.sealed_take import SealedTake
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from app.institution.recordings.verdict_explained import countersignature, ending, enrolment, first_bad, missing
from app.institution.wording.findings import finding_sentence
from crypto.header import Header
from tests.unit.institution.recordings.sealed_attempt import Attempt, piece


@pytest.fixture
def attempt(tmp_path):
    return Attempt(tmp_path / "sealed")


def as_witnessed(take, seen, by=None, pk0=None):
    return replace(take, witnessed=seen, countersigned_by=by, enrolled_pk0=pk0)


@pytest.fixture
def whole(tmp_path):
    attempt = Attempt(tmp_path / "whole")
    attempt.take(0, events=piece(0, 1))
    return attempt.report().takes[0]


@pytest.fixture
def stopped(tmp_path):
    attempt = Attempt(tmp_path / "stopped")
    attempt.take(0, events=piece(0, 1), finish=False)
    return attempt.report().takes[0]


@pytest.fixture
def tampered(tmp_path):
    attempt = Attempt(tmp_path / "tampered")
    path = attempt.take(0, events=piece(0, 1))
    (path / "seg" / "00-00000001.isg").write_bytes(b"other")
    return attempt.report().takes[0]


def test_the_end_is_compared_with_what_the_endpoint_had_seen(whole, stopped, tampered):
    assert ending(as_witnessed(whole, 3)) == (
        "The endpoint had witnessed 3 log records, this folder has 3. Nothing is cut off."
    )
    assert ending(as_witnessed(whole, 2, "ep-1")) == (
        "The endpoint has countersigned 2 log records, this folder has 3. Nothing is cut off."
    )
    assert ending(as_witnessed(stopped, 2)) == (
        "The endpoint had witnessed 2 log records, this folder has 2. Nothing the endpoint had is cut off; "
        "the recorder stopped, or was stopped, there."
    )
    assert ending(as_witnessed(stopped, 3)) == (
        "The endpoint had witnessed 3 log records, this folder has 2. The end was cut off after the endpoint had it."
    )
    # A piece was changed, and no record of its log.
    assert ending(as_witnessed(tampered, 3)) == (
        "The endpoint had witnessed 3 log records, this folder has 3. Nothing is cut off."
    )
    assert ending(as_witnessed(tampered, 4)) == (
        "The endpoint had witnessed 4 log records, this folder has 3. "
        "Only the records that are genuine are counted here."
    )


def test_an_end_without_a_record_of_the_endpoint_is_not_judged(whole, stopped):
    assert ending(whole) == "No record of the endpoint is beside this copy."
    assert ending(stopped) == (
        "It has no end, and no record of the endpoint is beside this copy: whether the recorder stopped or somebody "
        "cut the end off cannot be told here. Verify it by its id at the endpoint."
    )


def test_a_countersignature_is_named_or_its_absence_where_there_is_a_record(whole):
    assert countersignature(whole) is None
    assert countersignature(as_witnessed(whole, 3, "ep-1")) == (
        "That holds by the countersignature of the endpoint ep-1."
    )
    assert countersignature(as_witnessed(whole, 3)) == (
        "No countersignature of the endpoint was checked: the record beside this copy is only as good as its place."
    )


def test_the_first_key_is_compared_with_the_enrolled_one(whole):
    assert enrolment(whole) == "Its first key could not be compared: no record of the endpoint is beside this copy."
    enrolled = Header.parse(whole.source.read("header.isf")).pk0
    for pk0, sentence in (
        (enrolled, "Its first key is the one the endpoint enrolled when the exam began."),
        (bytes(32), "Its first key is not the one the endpoint enrolled when the exam began."),
    ):
        (take,) = examine([SealedTake(whole.label, whole.source, pk0)]).takes
        assert enrolment(take) == sentence


def test_what_is_no_fault_is_not_the_first_bad_object(stopped):
    assert "not-finished" in {finding.code for finding in stopped.report.findings}
    assert first_bad(examine([SealedTake(stopped.label, stopped.source)])) is None


def test_the_first_bad_object_is_the_first_parts(attempt):
    first = attempt.take(0, events=piece(0, 1))
    second = attempt.take(1, events=piece(9), candidate="c-18")
    (second / "seg" / "00-00000000.isg").write_bytes(b"other")
    assert first_bad(attempt.report()).where == "seg/00-00000000.isg", "before what is said of the whole"
    (first / "seg" / "00-00000001.isg").write_bytes(b"other")
    assert first_bad(attempt.report()).where == "seg/00-00000001.isg"


def test_what_is_missing_is_named_with_its_part(attempt):
    path = attempt.take(1, events=piece(0, 1, 2))
    (path / "seg" / "00-00000001.isg").unlink()
    assert missing(attempt.report()) == (f"{path.name}/seg/00-00000001.isg", "part 1")


def test_a_log_shorter_than_the_endpoint_saw_is_tampered_with(stopped):
    report = examine([SealedTake(stopped.label, stopped.source, None, 3)])
    (finding,) = report.findings
    assert (report.verdict, finding.code, finding.where) == (AttemptVerdict.TAMPERED, "log-shortened", stopped.label)
    assert finding_sentence(finding) == (
        f"{stopped.label}: the endpoint had witnessed 3 log records, this folder has 2. "
        "The end was cut off after the endpoint had it; fetch the recording again."
    )
    for seen in (0, 1, 2, None):
        assert examine([SealedTake(stopped.label, stopped.source, None, seen)]).findings == ()
    (take,) = examine([SealedTake(stopped.label, stopped.source, bytes(32), 2)]).takes
    assert (take.enrolled_pk0, take.witnessed, take.countersigned_by) == (bytes(32), 2, None)
