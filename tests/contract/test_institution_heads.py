"""Heads that the endpoint has published, checked against what its operator hands out later."""

import contextlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.signed_exam import SignedExamAtEndpoint


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    made = SignedExamAtEndpoint(tmp_path_factory.mktemp("exam"))
    yield made
    made.close()


@pytest.fixture
def exam(served):
    """The endpoint as if it had never published a head, and the institution as if it had never kept one."""
    change(served, ("DELETE FROM head_entries",), ("UPDATE sessions SET entered = NULL",))
    shutil.rmtree(served.institution / "heads", ignore_errors=True)
    return served


def change(exam, *statements):
    """What an operator does in the endpoint's records behind its back."""
    with contextlib.closing(sqlite3.connect(exam.process.data / "endpoint.sqlite")) as rows, rows:
        for statement, *values in statements:
            rows.execute(statement, values)


def kept(exam):
    (folder,) = (exam.institution / "heads").iterdir()
    return folder


def codes(verified):
    return {each["code"]: each for each in verified["findings"]}


def entries(exam, *sids):
    lines = (kept(exam) / "entries.txt").read_text().splitlines()
    return [line.split()[:2] for line in lines if line.split()[0] in sids]


def test_a_head_is_kept_with_each_fetch_and_goes_on_across_a_crash(exam):
    first = exam.sat("first")
    assert "its log is the one that the endpoint's published heads name, 1 of them" in exam.run("verify", first)
    second = exam.sat("second")
    exam.run("sessions")
    assert entries(exam, first, second) == [[first, "5"], [second, "5"]]
    exam.process.kill()
    exam.process.start()
    exam.run("sessions")
    assert (kept(exam) / "heads.txt").read_bytes().count(b"\n\n") == 2, "what has not changed makes no new entry"
    third = exam.sat("third")
    assert [exam.verify(sid)["verdict"] for sid in (first, second, third)] == ["COMPLETE"] * 3


def test_the_operator_replaces_a_session_that_was_never_fetched(exam):
    """Only `sessions` was asked before; that is enough."""
    admission = exam.admit("replaced")
    sid = exam.deliver(admission, exam.seal(admission.attempt, nonce=admission.nonce, candidate="replaced"))
    exam.run("sessions")
    exam.forget(sid)
    shutil.rmtree(exam.sessions / sid)
    exam.deliver(admission, exam.seal(admission.attempt, nonce=admission.nonce, candidate="replaced"))
    verified = exam.verify(sid)
    found = codes(verified)
    assert verified["verdict"] == "INCONSISTENT"
    assert found["head-contradicted"]["class"] == "operator"
    assert "log.isf record 4 is not the one that the endpoint signed for" in found["head-contradicted"]["sentence"]
    assert "head-rewritten" in found, "by the endpoint's own entries the session began anew"


def test_the_operator_rolls_back_a_session_that_was_never_fetched(exam):
    sid = exam.sat("rolled-back")
    exam.run("sessions")
    exam.roll_back(sid, 2)
    change(exam, ("UPDATE sessions SET log_records = 2, finished_at = NULL WHERE sid = ?", sid))
    verified = exam.verify(sid)
    found = codes(verified)
    assert verified["verdict"] == "INCONSISTENT"
    assert found["head-rewritten"]["facts"]["before"] == 5
    assert (found["head-longer"]["facts"]["records"], found["head-longer"]["facts"]["here"]) == (5, 2)


def test_the_operator_takes_back_the_entries_too(exam):
    first, other = exam.sat("taken-back"), exam.sat("other")
    exam.run("sessions")
    change(exam, ("DELETE FROM head_entries WHERE number >= 1",), ("UPDATE sessions SET entered = NULL",))
    exam.run("sessions")
    verified = exam.verify(other)
    found = codes(verified)
    assert (verified["verdict"], set(found)) == ("INCONSISTENT", {"head-other"})
    assert str(kept(exam)) in found["head-other"]["sentence"]
    assert (kept(exam) / "contradicting.txt").read_bytes().count(b"\n\n") >= 1, "both heads are evidence"
    assert "head-other" in codes(exam.verify(exam.copies / other)), "and that stays so"
    assert "head-other" in codes(exam.verify(first))


def test_the_operator_restores_an_old_backup(exam):
    before = exam.sat("before")
    exam.run("sessions")
    size = len((kept(exam) / "entries.txt").read_text().splitlines())
    after = exam.sat("after")
    exam.run("sessions")
    # What a backup of before has not: the later session, and its entry.
    exam.forget(after)
    shutil.rmtree(exam.sessions / after)
    change(exam, ("DELETE FROM head_entries WHERE number >= ?", size))
    found = codes(exam.verify(before))
    assert set(found) == {"head-shorter"}
    assert (found["head-shorter"]["facts"]["size"], found["head-shorter"]["facts"]["before"]) == (size, size + 1)


def test_the_operator_leaves_a_session_out_of_the_head(exam):
    named, hidden = exam.sat("named"), exam.sat("hidden")
    change(exam, ("UPDATE sessions SET entered = 5 WHERE sid = ?", hidden))
    assert codes(exam.verify(hidden)) == {}, "it may have come while the head was made"
    earlier = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    change(exam, ("UPDATE objects SET stored_at = ? WHERE sid = ? AND track = 'header'", earlier, hidden))
    assert set(codes(exam.verify(hidden))) == {"head-lacks"}
    assert codes(exam.verify(named)) == {}


def test_a_session_that_retention_deleted_contradicts_nothing(exam):
    gone, stays = exam.sat("gone"), exam.sat("stays")
    exam.run("sessions")
    change(exam, ("UPDATE objects SET stored_at = '2020-01-01T00:00:00.000Z' WHERE sid = ?", gone))
    assert json.loads(exam.process.run("retention", "--days", "1000", "--json").stdout)["due"] == [gone]
    assert exam.verify(stays)["verdict"] == "COMPLETE"
    assert entries(exam, gone) == [[gone, "5"], [gone, "deleted"]]


def test_what_a_crash_left_behind_the_last_head_is_fetched_again(exam):
    first = exam.sat("crash-1")
    exam.verify(first)
    with (kept(exam) / "entries.txt").open("ab") as entries_file:
        entries_file.write(b"half an ent")
    second = exam.sat("crash-2")
    assert [exam.verify(sid)["verdict"] for sid in (second, first)] == ["COMPLETE"] * 2
    assert entries(exam, second) == [[second, "5"]]


def test_kept_heads_that_were_changed_are_named_and_not_believed(exam):
    sid = exam.sat("changed")
    exam.verify(sid)
    file = kept(exam) / "entries.txt"
    file.write_bytes(file.read_bytes().replace(b" 5 ", b" 4 "))
    assert "its entries do not lead to its heads" in exam.run("verify", sid, status=1)
