"""Attacks on the verdict: recordings that are whole in themselves and not what was signed, admitted or given before.

Each is carried out against the real endpoint and the institution's real program; none is COMPLETE. SECURITY.md names
them beside what it promises.
"""

import contextlib
import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from app.client.delivery.transport import UploadRefused
from app.wire.objects import ObjectId
from crypto.header import Header
from crypto.keys import RecipientPrivate
from crypto.log import SEGMENT_RECORD_BYTES
from tests.fixtures.signed_exam import SignedExamAtEndpoint, in_folder_of, stamp
from tests.fixtures.tickets import Issuer
from tests.unit.delivery.kit import new_attempt


@pytest.fixture(scope="module")
def exam(tmp_path_factory):
    exam = SignedExamAtEndpoint(tmp_path_factory.mktemp("exam"))
    yield exam
    exam.close()


@pytest.fixture
def candidates():
    """Pseudonyms that no other test has used."""
    return [f"c-{new_attempt()[:8]}" for _ in range(2)]


def codes(found, of="findings"):
    return [each["code"] for each in found[of]]


def outcomes(found):
    return {each["check"]: each["outcome"] for each in found["compared"]}


def the_only(found, code):
    """The one finding there is, of this code, and INCONSISTENT for it."""
    assert (found["verdict"], codes(found)) == ("INCONSISTENT", [code])
    assert [take["verdict"] for take in found["takes"]] != ["TAMPERED"], "as it was sealed all the same"
    return found["findings"][0]


def sealed_here(held, folder, **made):
    return held.verify(in_folder_of(folder, held.seal(**made)))


def test_an_honest_recording_is_complete_and_all_of_it_was_compared(exam, candidates):
    sid = exam.sat(candidates[0])
    found = exam.verify(sid, "--as", "bo-chen", *exam.unlocked)
    assert (found["verdict"], found["findings"]) == ("COMPLETE", [])
    left = {check for check, outcome in outcomes(found).items() if outcome != "agrees"}
    assert left == {"person", "receipts", "check-in", "holds"}  # it was given no receipts, and holds no events
    said = exam.run("verify", sid)
    assert "its exam settings are those that this institution signed" in said
    assert "whether it opens with the exam's key: no key was unlocked" in said


# The test taker


def test_attack_self_made_settings(exam, tmp_path):
    finding = the_only(sealed_here(exam, tmp_path, config_sha256="5e" * 32), "settings-not-signed")
    assert finding["facts"] == {"exam": "algebra-1", "files": 1}


def test_attack_pseudonym_of_somebody_who_sits_the_exam_too(exam, candidates):
    first, second = exam.sat(candidates[0]), exam.sat(candidates[0])
    for sid, other in ((first, second), (second, first)):
        assert the_only(exam.verify(sid), "another-attempt")["facts"]["attempt"] == other[:-2]


def test_attack_pseudonym_of_a_candidate_whose_ticket_nobody_has(exam, candidates):
    sealed = {"candidate": candidates[0]}
    for stolen in (exam.issuer.issue(candidates[1]), Issuer().issue(candidates[0])):
        refused = exam.admit(candidates[0], ticket=stolen)
        assert (type(refused), refused.kind) == (UploadRefused, "ticket_refused")
    admission = exam.admit(candidates[0], ticket=None)
    sid = exam.deliver(admission, exam.seal(admission.attempt, nonce=admission.nonce, **sealed))
    the_only(exam.verify(sid), "ticket-missing")


def test_attack_events_alone(exam, tmp_path):
    found = sealed_here(exam, tmp_path, pieces=(("events", 0),))
    assert the_only(found, "required-empty")["facts"] == {"streams": "webcam"}
    found = sealed_here(exam, tmp_path, pieces=(("events", 0),), streams=("events",))
    assert the_only(found, "stream-not-listed")["facts"] == {"stream": "webcam"}


def test_attack_nothing_then_the_final_record(exam, tmp_path):
    the_only(sealed_here(exam, tmp_path, pieces=()), "nothing-recorded")


def test_attack_nothing_of_an_exam_that_is_not_known_here(exam, tmp_path):
    the_only(sealed_here(exam, tmp_path, pieces=(), exam="history"), "nothing-recorded")


def test_attack_empty_nonce(exam, candidates):
    admission = exam.admit(candidates[0])
    sid = exam.deliver(admission, exam.seal(admission.attempt, candidate=candidates[0]))
    found = exam.verify(sid)
    # An honest recording that began without a network looks the same: it is not accused, and not COMPLETE either.
    assert (found["verdict"], codes(found)) == ("INTERRUPTED", ["nonce-missing"])
    assert outcomes(found)["nonce"] == "not-checked"


@pytest.mark.parametrize("started_at", ["2025-01-02T03:04:05Z", "2099-01-02T03:04:05Z", "2026-99-99T99:99:99Z"])
def test_attack_time_of_beginning(exam, tmp_path, candidates, started_at):
    found = sealed_here(exam, tmp_path, started_at=started_at)
    expected = {"2025": ["outside-validity"], "2099": ["in-future", "outside-validity"], "2026": ["no-such-time"]}
    assert (found["verdict"], codes(found)) == ("INCONSISTENT", expected[started_at[:4]])


def test_attack_time_of_beginning_within_the_signed_times(exam, candidates):
    """The signed times of an exam are wide; the endpoint's admission and signed receipt are nearer."""
    began_early, began_late = (stamp(datetime.now(UTC) + timedelta(days=days)) for days in (-3, 3))
    early, late = exam.sat(candidates[0], started_at=began_early), exam.sat(candidates[1], started_at=began_late)
    assert the_only(exam.verify(early), "before-admission")["facts"]["started_at"] == began_early
    assert codes(exam.verify(late)) == ["in-future", "after-receipt"]


def test_attack_slots_that_open_for_nobody(exam, tmp_path):
    nobody = RecipientPrivate.generate("nobody").public
    assert the_only(sealed_here(exam, tmp_path, recipients=(nobody,)), "no-slot")["facts"] == {"key": "algebra-1.1"}


def test_attack_slot_of_the_right_name_that_does_not_open(exam, tmp_path):
    another = RecipientPrivate.generate("algebra-1.1").public
    path = in_folder_of(tmp_path, exam.seal(recipients=(another,)))
    assert outcomes(exam.verify(path))["opens"] == "not-checked"
    found = exam.verify(path, *exam.unlocked)
    assert (found["verdict"], codes(found), outcomes(found)["opens"]) == ("TAMPERED", ["not-opened"], "differs")
    refused = exam.run("export", path, "--out", tmp_path / "out", *exam.unlocked, status=2)
    assert "no slot of it opens with the key" in refused


# The operator


def test_attack_two_sessions_swapped(exam, candidates):
    first, second = exam.sat(candidates[0]), exam.sat(candidates[1])
    aside = exam.sessions / "aside"
    (exam.sessions / first).rename(aside)
    (exam.sessions / second).rename(exam.sessions / first)
    aside.rename(exam.sessions / second)
    for path, holds in ((exam.sessions / first, second), (exam.sessions / second, first)):
        assert the_only(exam.verify(path), "misnamed")["facts"] == {"session": holds}
    out = exam.institution / f"swapped-{first}"
    exported = exam.run("export", exam.sessions / first, "--out", out, *exam.unlocked, status=1)
    assert exported.startswith("INCONSISTENT")


def test_attack_folder_renamed(exam, tmp_path):
    objects = exam.seal()
    for name in (f"{new_attempt()}.0", "somebody else's"):
        the_only(exam.verify(in_folder_of(tmp_path, objects, name)), "misnamed")


class Operator:
    """Who runs the endpoint, and changes what it holds and what it says of it."""

    def __init__(self, exam):
        self.exam = exam

    def change(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.exam.process.data / "endpoint.sqlite")) as records, records:
            records.execute(statement, values)

    def rolls_back(self, sid, records):
        """Set a session back to its first log records."""
        log = self.exam.sessions / sid / "log.isf"
        log.write_bytes(log.read_bytes()[: records * SEGMENT_RECORD_BYTES])
        self.change("DELETE FROM objects WHERE sid = ? AND track = 'log' AND seq >= ?", sid, records)
        self.change("UPDATE sessions SET finished_at = NULL WHERE sid = ?", sid)

    def replaces(self, sid, objects):
        """Put another session in the place of one, and say that it was the one all along."""
        in_folder_of(self.exam.sessions, objects, sid)
        header = Header.parse(objects["header.isf"])
        self.change("UPDATE sessions SET pk0 = ? WHERE sid = ?", header.pk0.hex(), sid)
        self.change("DELETE FROM objects WHERE sid = ?", sid)
        for name, data in objects.items():
            each = ObjectId.from_name(sid, name)
            row = (sid, each.track, each.seq, hashlib.sha256(data).hexdigest(), len(data), stamp(datetime.now(UTC)))
            self.change("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?)", *row)


@pytest.fixture
def operator(exam):
    return Operator(exam)


@pytest.mark.parametrize("says", ["candidate", "signature"])
def test_attack_ticket_replaced_by_the_operator(exam, operator, candidates, says):
    sid = exam.sat(candidates[0])
    other = (exam.issuer if says == "candidate" else Issuer()).issue(candidates[1])
    operator.change("UPDATE attempts SET ticket = ? WHERE attempt = ?", other, sid[:-2])
    assert the_only(exam.verify(sid), "ticket-differs")["facts"] == {"differs": says}


LONG = tuple((stream, 1000 * number) for number in range(8) for stream in ("events", "webcam"))


def test_attack_session_rolled_back_to_record_10(exam, operator, candidates):
    sid = exam.sat(candidates[0], pieces=LONG)
    assert exam.verify(sid)["verdict"] == "COMPLETE"
    copy = exam.copies / sid
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    witness = copy.with_name(f"{sid}.witness.json").read_bytes()
    operator.rolls_back(sid, 10)
    for what in (sid, copy, sid):
        finding = the_only(exam.verify(what), "endpoint-shorter")
        assert (finding["class"], finding["facts"]["here"], finding["facts"]["given"]) == ("operator", 17, 10)
        assert "the test taker cannot cause this" in finding["sentence"]
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    assert copy.with_name(f"{sid}.witness.json").read_bytes() == witness
    kept = exam.copies / finding["facts"]["kept"]
    assert (kept / "log.isf").read_bytes() == (copy / "log.isf").read_bytes()[: 10 * SEGMENT_RECORD_BYTES]


def test_attack_session_replaced_by_one_of_the_operators_own(exam, operator, candidates):
    sid = exam.sat(candidates[0], finish=False)
    assert exam.verify(sid)["verdict"] == "INTERRUPTED"
    mine = exam.seal(sid[:-2], candidate=candidates[0], pieces=LONG, nonce=nonce_of(exam, sid))
    operator.replaces(sid, mine)
    finding = the_only(exam.verify(sid), "endpoint-other")
    assert Header.parse((exam.copies / sid / "header.isf").read_bytes()).encode() != mine["header.isf"]
    kept = exam.copies / finding["facts"]["kept"]
    assert (kept / "header.isf").read_bytes() == mine["header.isf"]
    assert (kept / "seg" / "01-00000007.isg").is_file(), "all of it is kept, and is a recording in itself"
    assert exam.verify(kept)["takes"][0]["verdict"] == "COMPLETE"


def nonce_of(exam, sid):
    return next(each["nonce"] for each in json.loads(exam.run("sessions", "--json")) if each["sid"] == sid)


def test_attack_session_of_another_given_under_this_name(exam, operator, candidates):
    sid = exam.sat(candidates[0])
    operator.replaces(sid, exam.seal(candidate=candidates[1], nonce="0b" * 32))
    found = exam.verify(sid)
    assert (found["verdict"], set(codes(found))) == ("INCONSISTENT", {"misnamed", "not-admitted", "ticket-differs"})
    assert [each["facts"]["differs"] for each in found["findings"][1:]] == ["candidate", "nonce", "candidate"]


def test_attack_one_piece_replaced_after_it_was_fetched(exam, operator, candidates):
    sid = exam.sat(candidates[0])
    assert exam.verify(sid)["verdict"] == "COMPLETE"
    good = (exam.copies / sid / "seg" / "01-00000000.isg").read_bytes()
    bad = good[:-1] + bytes([good[-1] ^ 1])
    (exam.sessions / sid / "seg" / "01-00000000.isg").write_bytes(bad)
    change = "UPDATE objects SET sha256 = ? WHERE sid = ? AND track = 's01' AND seq = 0"
    operator.change(change, hashlib.sha256(bad).hexdigest(), sid)
    finding = the_only(exam.verify(sid), "endpoint-object")
    assert finding["facts"]["object"] == "seg/01-00000000.isg"
    assert (exam.copies / sid / "seg" / "01-00000000.isg").read_bytes() == good
    assert (exam.copies / finding["facts"]["kept"] / "seg" / "01-00000000.isg").read_bytes() == bad


def test_attack_session_hidden_after_it_was_fetched(exam, operator, candidates):
    sid = exam.sat(candidates[0])
    assert exam.verify(sid)["verdict"] == "COMPLETE"
    operator.change("DELETE FROM sessions WHERE sid = ?", sid)
    the_only(exam.verify(sid), "endpoint-lacks")


# Nobody's ill will


def test_one_part_asked_for_of_an_attempt_that_was_killed_and_goes_on(exam, candidates):
    admission = exam.admit(candidates[0])
    sealed = {"nonce": admission.nonce, "candidate": candidates[0]}
    first = exam.seal(admission.attempt, **sealed)
    previous = Header.parse(first["header.isf"]).hid.hex()
    sid = exam.deliver(admission, first)
    exam.deliver(admission, exam.seal(admission.attempt, take=1, previous=previous, **sealed))
    for asked in (sid, exam.copies / sid):
        found = exam.verify(asked)
        assert (found["verdict"], found["asked"], len(found["takes"])) == ("INTERRUPTED", sid, 2)
    assert "the whole attempt, which has 2 parts here" in exam.run("verify", sid, status=1)
