"""The test taker's receipts checked against what an operator hands out: the endpoint's own signatures."""

import shutil

import pytest

from app.wire.receipts_file import join_receipts
from tests.fixtures.signed_exam import SignedExamAtEndpoint


@pytest.fixture(scope="module")
def exam(tmp_path_factory):
    made = SignedExamAtEndpoint(tmp_path_factory.mktemp("exam"))
    yield made
    made.close()


@pytest.fixture
def kept(tmp_path):
    """The file that the test taker kept, with what `receipts` the endpoint gave."""

    def written(receipts):
        file = tmp_path / "kept.receipts"
        file.write_bytes(join_receipts(receipts))
        return file

    return written


def attempt(exam, candidate, takes=1):
    admission = exam.admit(candidate)
    for take in range(takes):
        exam.deliver(admission, exam.seal(admission.attempt, nonce=admission.nonce, candidate=candidate, take=take))
    return admission, exam.receipts[admission.attempt]


def found(exam, what, file):
    verified = exam.verify(what, "--receipts", file)
    return verified["verdict"], {each["code"]: each for each in verified["findings"]}


def test_receipts_of_a_recording_that_nobody_touched_agree_with_it(exam, kept):
    admission, receipts = attempt(exam, "honest")
    assert found(exam, admission.attempt, kept(receipts)) == ("COMPLETE", {})
    said = exam.run("verify", admission.attempt, "--receipts", kept(receipts))
    assert f"each object that the endpoint signed for is here as it came, by {len(receipts)} receipts" in said
    assert "no receipts of the test taker were given" in exam.run("verify", admission.attempt)


def test_the_operator_replaces_a_session_by_one_of_his_own(exam, kept):
    admission, receipts = attempt(exam, "replaced")
    sid = f"{admission.attempt}.0"
    genuine = list(receipts)
    exam.forget(sid)
    shutil.rmtree(exam.sessions / sid)
    attempt_again = exam.seal(admission.attempt, nonce=admission.nonce, candidate="replaced")
    exam.deliver(admission, attempt_again)
    assert exam.verify(sid)["verdict"] == "COMPLETE", "in itself, and by the operator's word, it is whole"
    verdict, findings = found(exam, sid, kept(genuine))
    assert (verdict, set(findings)) == ("INCONSISTENT", {"receipt-differs"})
    assert findings["receipt-differs"]["facts"]["count"] > 5
    said = findings["receipt-differs"]["sentence"]
    assert "are not those the endpoint signed for; the first is header.isf" in said
    assert "ask the operator" in said


def test_the_operator_rolls_a_session_back(exam, kept):
    admission, receipts = attempt(exam, "rolled-back")
    exam.roll_back(f"{admission.attempt}.0", 3)
    verdict, findings = found(exam, admission.attempt, kept(receipts))
    assert (verdict, set(findings)) == ("INCONSISTENT", {"receipt-missing"})
    assert findings["receipt-missing"]["facts"]["count"] == 2
    assert findings["receipt-missing"]["where"] == "log/00000003.isl"


def test_the_operator_keeps_a_part_back(exam, kept):
    admission, receipts = attempt(exam, "kept-back", takes=2)
    exam.forget(f"{admission.attempt}.1")
    shutil.rmtree(exam.sessions / f"{admission.attempt}.1")
    verdict, findings = found(exam, admission.attempt, kept(receipts))
    assert (verdict, findings["receipt-part-missing"]["facts"]["part"]) == ("INCONSISTENT", 2)


def test_slots_that_the_institution_edits_contradict_no_receipt(exam, kept):
    admission, receipts = attempt(exam, "more-slots")
    exam.verify(admission.attempt)
    keys = exam.copies / f"{admission.attempt}.0" / "keys.isf"
    keys.write_bytes(keys.read_bytes() * 2)
    assert found(exam, keys.parent, kept(receipts)) == ("COMPLETE", {})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda mine, _: [mine[0].replace(b'"seq":0', b'"seq":1'), *mine], "line 1 is not signed by an endpoint"),
        (lambda mine, others: [*mine, b"\n", *others], "is no file of receipts"),
        (lambda mine, others: [*mine, *others], "is of attempt"),
        (lambda mine, _: [*mine, mine[0][:-30]], "is not signed by an endpoint"),
        (lambda mine, _: [], "There is no receipt in it"),
    ],
    ids=["changed", "shifted", "of-another", "cut", "empty"],
)
def test_a_file_that_is_not_the_test_takers_is_refused_with_what_is_wrong(exam, kept, spoil, sentence):
    admission, receipts = attempt(exam, "first")
    _, others = attempt(exam, "second")
    said = exam.run("verify", admission.attempt, "--receipts", kept(spoil(receipts, others)), status=1)
    assert sentence in said
    assert "kept.receipts" in said
