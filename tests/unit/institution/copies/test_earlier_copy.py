"""Of what is here and what the endpoint gives now, the better one stays; a contradiction is not taken for damage."""

import hashlib
import json

import pytest

from app.institution.copies.contradiction_record import record_contradictions, recorded_contradictions
from app.institution.copies.earlier_copy import Version, contradiction
from app.institution.copies.witness_record import WitnessRecord
from app.institution.errors import FolderDamaged
from app.institution.finding_codes import AttemptFinding
from crypto.keys import RecipientPrivate
from crypto.log import split_log
from crypto.verdict import VerificationFinding
from tests.unit.institution.conftest import seal_take

RECIPIENT = RecipientPrivate.generate("algebra-1.1").public
ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"
PIECES = 6


def sealed(folder):
    path, _ = seal_take(folder, RECIPIENT, {"events": [(float(n), b"x") for n in range(PIECES)]}, attempt=ATTEMPT)
    return Version.here(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sealed(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """Another session under the same name."""
    return sealed(tmp_path_factory.mktemp("another"))


def first(version, count):
    return Version(version.header, b"".join(split_log(version.log)[0][:count]))


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def witnessed(version, log_records=None):
    return WitnessRecord(header_sha256=hashlib.sha256(version.header).hexdigest(), log_records=log_records)


def code(*versions, record=None):
    return contradiction(*versions, record)[0]


@pytest.mark.parametrize("here", range(PIECES + 2))
@pytest.mark.parametrize("offered", range(PIECES + 2))
def test_more_of_the_same_is_taken_and_less_is_a_contradiction(whole, here, offered):
    found, facts = contradiction(first(whole, here), first(whole, offered), witnessed(whole, here))
    if offered >= here:
        assert found is None
    else:
        assert (found, facts) == (AttemptFinding.ENDPOINT_SHORTER, {"here": here, "given": offered})


@pytest.mark.parametrize("here", range(PIECES + 2))
def test_another_session_is_a_contradiction_once_anything_of_the_first_was_fetched(whole, another, here):
    assert code(first(whole, here), another, record=witnessed(whole, here)) is AttemptFinding.ENDPOINT_OTHER
    # A copy of an earlier version, without digests: its genuine records stand for it.
    found = code(first(whole, here), another, record=WitnessRecord(log_records=0))
    assert found is (AttemptFinding.ENDPOINT_OTHER if here else None)
    assert code(Version(b"", b""), another) is None


@pytest.mark.parametrize("record", range(PIECES + 1))
def test_a_log_damaged_here_is_mended_and_does_not_hide_a_shorter_one(whole, record):
    damaged = Version(whole.header, flipped(whole.log, record * 176 + 50))
    assert len(damaged.records) == record
    before = witnessed(whole, PIECES + 1)
    assert code(damaged, whole, record=before) is None
    for given in range(PIECES + 1):
        assert code(damaged, first(whole, given), record=before) is AttemptFinding.ENDPOINT_SHORTER


@pytest.mark.parametrize("place", [0, 40, -40, -1])
def test_a_header_damaged_here_is_mended_by_what_was_fetched_and_by_nothing_else(whole, another, place):
    damaged = Version(flipped(whole.header, place % len(whole.header)), whole.log)
    assert code(damaged, whole, record=witnessed(whole, PIECES + 1)) is None
    assert code(damaged, another, record=witnessed(whole, PIECES + 1)) is AttemptFinding.ENDPOINT_OTHER
    assert code(damaged, first(whole, 2), record=witnessed(whole, PIECES + 1)) is AttemptFinding.ENDPOINT_SHORTER


def test_something_behind_the_end_is_no_continuation(whole):
    longer = Version(whole.header, whole.log + whole.log[:176])
    assert (len(longer.records), longer.clean) == (PIECES + 1, False)
    assert code(whole, longer, record=witnessed(whole, PIECES + 1)) is AttemptFinding.ENDPOINT_OTHER
    assert code(longer, whole, record=witnessed(whole, PIECES + 1)) is None, "what is here was spoilt here"


def test_what_is_recorded_stays_and_is_recorded_once(tmp_path):
    copy = tmp_path / f"{ATTEMPT}.0"
    found = [
        VerificationFinding(AttemptFinding.ENDPOINT_SHORTER, copy.name, None, {"here": 3, "given": 2, "kept": "k"})
    ]
    assert recorded_contradictions(copy) == ()
    for _ in range(2):
        record_contradictions(copy, found)
        assert recorded_contradictions(copy) == tuple(found)
    other = VerificationFinding(AttemptFinding.ENDPOINT_OTHER, copy.name, None, {"kept": "l"})
    record_contradictions(copy, [other])
    assert recorded_contradictions(copy) == (*found, other)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contradictions": [{"code": "stray", "facts": {}}]}'])
def test_a_record_of_contradictions_that_cannot_be_read_is_named(tmp_path, text):
    copy = tmp_path / f"{ATTEMPT}.0"
    (tmp_path / f"{ATTEMPT}.0.contradictions.json").write_text(text)
    with pytest.raises(FolderDamaged, match=r"contradictions\.json” is damaged"):
        recorded_contradictions(copy)
    with pytest.raises(FolderDamaged):
        record_contradictions(copy, [])


def test_a_record_may_say_more_than_this_version_knows(tmp_path):
    copy = tmp_path / f"{ATTEMPT}.0"
    said = {"contradictions": [], "weather": "fine"}
    (tmp_path / f"{ATTEMPT}.0.contradictions.json").write_text(json.dumps(said))
    assert recorded_contradictions(copy) == ()
