"""What the endpoint countersigned is checked by its key, not believed because of where it lies."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.institution.copies.countersignature import check
from app.institution.copies.local_copies import in_folder
from app.institution.errors import WitnessRefused
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from app.institution.wording.findings import finding_sentence
from app.policy.delivery import Endpoint
from app.wire.receipts import Receipt, sign_receipt
from crypto.keys import RecipientPrivate
from crypto.log import split_log

RECIPIENT = RecipientPrivate.generate("algebra-1.1").public
PIECES = 4
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def endpoint(key=KEY, name="ep-1"):
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return Endpoint.model_construct(
        region="eu", url="https://e.example", ca_pem="", receipt_key=public, endpoint_id=name
    )


@pytest.fixture
def take(tmp_path, media):
    rows = [(float(number), b'{"event": "began"}\n') for number in range(PIECES)]
    path, _ = media["seal_take"](tmp_path, RECIPIENT, {"events": rows})
    return path


def record(path, number):
    return split_log((path / "log.isf").read_bytes())[0][number]


def receipt(path, track, seq, data, *, key=KEY, name="ep-1", sid=None):
    facts = Receipt(
        sid or path.name, track, seq, hashlib.sha256(data).hexdigest(), len(data), "2026-11-24T09:00:00Z", name
    )
    return sign_receipt(facts, key).decode()


def witness(path, *receipts, log_records=None):
    file = path.with_name(f"{path.name}.witness.json")
    file.write_text(json.dumps({"pk0": None, "log_records": log_records, "receipts": receipts}))


def honest(path, newest=PIECES):
    return (
        receipt(path, "header", 0, (path / "header.isf").read_bytes()),
        receipt(path, "log", newest, record(path, newest)),
    )


def examined(path):
    return examine(in_folder(path, [endpoint()]))


def test_a_whole_session_agrees_with_what_was_countersigned(take):
    witness(take, *honest(take))
    report = examined(take)
    assert report.verdict is AttemptVerdict.COMPLETE
    assert (report.takes[0].witnessed, report.takes[0].countersigned_by) == (PIECES + 1, "ep-1")


@pytest.mark.parametrize("newest", range(PIECES + 1))
def test_any_record_of_a_log_may_be_the_newest_that_was_countersigned(take, newest):
    witness(take, *honest(take, newest=newest))
    report = examined(take)
    assert (report.verdict, report.findings) == (AttemptVerdict.COMPLETE, ())
    assert report.takes[0].witnessed == newest + 1


def test_a_countersigned_record_that_is_not_here_whole_is_not_compared(take):
    header, newest = honest(take)
    for log in ((take / "log.isf").read_bytes()[:-1], (take / "log.isf").read_bytes()[:-104]):
        (take / "log.isf").write_bytes(log)
        witness(take, header, newest)
        assert "not-countersigned" not in {each.code for each in examined(take).findings}


def test_a_header_alone_may_be_countersigned_and_a_record_alone_too(take):
    header, newest = honest(take)
    for receipts, count in (((header,), 0), ((newest,), PIECES + 1)):
        found = check(receipts, [endpoint()], take.name, "x")
        assert (found.endpoint_id, found.log_records) == ("ep-1", count)
    assert check((), [endpoint()], take.name, "x") is None
    assert check((header,), [], take.name, "x") is None


def test_three_countersignatures_are_too_many_and_counted(take):
    header, newest = honest(take)
    with pytest.raises(WitnessRefused, match=r"^x holds 3 countersignatures; at most 2 are allowed$"):
        check([header, newest, newest], [endpoint()], take.name, "x")


def test_a_refused_countersignature_says_whose_it_is_or_which_endpoints_are_known(take):
    foreign = receipt(take, "log", 1, record(take, 1), sid="3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11.0")
    with pytest.raises(WitnessRefused, match=rf"is of “3f0c8a52.*\.0/log/00000001\.isl”, not of “{take.name}”"):
        check([foreign], [endpoint()], take.name, "x")
    known = [endpoint(), endpoint(name="ep-2"), endpoint(name="ep-2")]
    with pytest.raises(WitnessRefused, match=r"x: countersignature 1 is not signed by .* \(ep-1, ep-2\)\. Fetch"):
        check(["none"], known, take.name, "x")


def test_a_receipt_is_found_whichever_of_the_known_endpoints_has_signed_it(take):
    other = Ed25519PrivateKey.generate()
    known = [endpoint(other, "ep-2"), endpoint()]
    assert check(honest(take), known, take.name, "x").endpoint_id == "ep-1"


def test_what_is_not_the_countersigned_object_is_named(take):
    witness(take, receipt(take, "header", 0, b"another"), honest(take)[1])
    (finding,) = examined(take).findings
    assert (finding.code, finding.where) == ("not-countersigned", "header.isf")
    assert finding_sentence(finding) == f"{take.name}: header.isf is not what the endpoint had countersigned."


def test_without_a_known_endpoint_nothing_is_said_to_be_countersigned(take):
    witness(take, *honest(take), log_records=PIECES + 1)
    (found,) = examine(in_folder(take)).takes
    assert (found.witnessed, found.countersigned_by) == (PIECES + 1, None)


def test_the_countersigned_count_is_believed_and_not_the_one_beside_it(take):
    witness(take, *honest(take), log_records=2)
    log = (take / "log.isf").read_bytes()
    (take / "log.isf").write_bytes(log[:-104])
    report = examined(take)
    assert report.verdict is AttemptVerdict.TAMPERED
    assert [each.code for each in report.findings] == ["log-shortened"]


def test_a_log_sealed_anew_from_some_record_on_is_not_the_countersigned_one(take, media, tmp_path):
    rows = [(float(number), b'{"event": "other"}\n') for number in range(PIECES)]
    other, _ = media["seal_take"](tmp_path / "other", RECIPIENT, {"events": rows}, attempt=take.name[:-2])
    header = receipt(take, "header", 0, (take / "header.isf").read_bytes())
    witness(other, header, receipt(take, "log", 2, record(take, 2)))
    report = examined(other)
    assert report.verdict is AttemptVerdict.TAMPERED
    assert [each.where for each in report.findings] == ["header.isf", "log.isf record 2"]


def test_a_log_kept_in_slices_is_compared_too(take):
    receipts = honest(take, newest=2)
    witness(take, *receipts)
    records = split_log((take / "log.isf").read_bytes())[0]
    (take / "log.isf").unlink()
    (take / "log").mkdir()
    for number, each in enumerate(records):
        (take / "log" / f"{number:08d}.isl").write_bytes(each)
    assert examined(take).verdict is AttemptVerdict.COMPLETE
    witness(take, receipts[0], receipt(take, "log", 2, records[1]))
    assert [each.where for each in examined(take).findings] == ["log.isf record 2"]


def test_a_countersignature_that_does_not_hold_is_refused_and_named(take):
    header, newest = honest(take)
    stranger = Ed25519PrivateKey.generate()
    forged = {
        "stranger": receipt(take, "log", 1, record(take, 1), key=stranger),
        "altered": newest.replace(f'"seq":{PIECES}', f'"seq":{PIECES - 2}'),
        "another endpoint's name": receipt(take, "log", 1, record(take, 1), name="ep-2"),
        "another session": receipt(take, "log", 1, record(take, 1), sid="3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11.0"),
        "a segment": receipt(take, "s00", 0, b"x"),
        "no receipt": "x" * 5000,
        "not text": "\u00e9\n\n",
    }
    for what, text in forged.items():
        witness(take, header, text)
        with pytest.raises(WitnessRefused, match=rf"{take.name}\.witness\.json: countersignature 2 is") as refused:
            examined(take)
        assert "Fetch the recording again" in str(refused.value), what


def test_two_of_one_kind_or_of_two_endpoints_or_too_many_are_refused(take):
    header, newest = honest(take)
    other = Ed25519PrivateKey.generate()
    known = [endpoint(), endpoint(other, "ep-2")]
    foreign = receipt(take, "log", 1, record(take, 1), key=other, name="ep-2")
    for receipts in ([header, header], [header, foreign], [header, newest, newest]):
        with pytest.raises(WitnessRefused, match="countersignatures"):
            check(receipts, known, take.name, "x.witness.json")


def test_a_log_that_lost_its_header_and_end_is_left_to_the_verdict(take):
    receipts = honest(take)
    witness(take, *receipts)
    (take / "header.isf").unlink()
    (take / "log.isf").write_bytes(b"")
    report = examined(take)
    assert report.verdict is AttemptVerdict.TAMPERED
    assert "not-countersigned" not in {each.code for each in report.findings}


@pytest.mark.parametrize("newest", [0, PIECES])
def test_a_record_that_is_not_the_countersigned_one_is_named_the_final_one_too(take, newest):
    witness(take, honest(take)[0], receipt(take, "log", newest, b"another"))
    (finding,) = examined(take).findings
    assert (finding.code, finding.where) == ("not-countersigned", f"log.isf record {newest}")
