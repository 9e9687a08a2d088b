"""An attempt checked against exam files: which of them counts, what cannot be told without them, and later takes."""

import dataclasses
import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from app.institution.comparison_codes import Agreement, Check, Why
from app.institution.copies.endpoint_listing import ListedSession
from app.institution.copies.sealed_take import SealedTake
from app.institution.errors import FolderDamaged
from app.institution.finding_codes import AttemptVerdict, FindingClass, class_of
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.recordings.signed_settings import required_streams, signed_files
from app.institution.recordings.ticket_check import check_ticket
from app.policy.exam_file import write_exam_file
from app.policy.terms import SignedTerms
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey
from tests.fixtures.client import exam_settings
from tests.fixtures.tickets import Issuer
from tests.unit.institution.recordings.sealed_attempt import Attempt, piece

BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)
MEDIA = {"events": piece(0), "webcam": piece(0)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """What is recorded is the camera, for the recipient that the takes of these tests are sealed to."""
    key = RecipientPrivate.generate("algebra-1.1")
    recorded = {"camera": {}, "microphone": None, "screen": None}
    return exam_settings(tmp_path_factory.mktemp("tls"), key, recording=recorded)


class Office:
    """An institution's folder with what it has signed, and no keys but the root key."""

    def __init__(self, folder):
        self.root = SigningKey.generate()
        record = InstitutionRecord(id="test-college", name="Test College")
        self.institution = InstitutionFolder(folder, record, self.root.verify_key)

    def sign(self, settings, sequence=1, tickets=None, **times):
        hours = {"valid_from": -1, "valid_until": 1, "deliver_until": 100, **times}
        terms = SignedTerms(
            institution="test-college",
            exam="exam-1",
            sequence=sequence,
            ticket_key=tickets,
            **{name: BEGAN + timedelta(hours=each) for name, each in hours.items()},
        )
        path = self.institution.exam_folder("exam-1") / f"exam-1-{sequence}.invigilo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_exam_file(settings.to_bytes(), terms, self.root))
        return path


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path / "office")


@pytest.fixture
def attempt(tmp_path, settings):
    """Takes that say they were recorded under `settings`."""
    attempt = Attempt(tmp_path / "sealed")
    described = {
        **{"institution": "test-college", "exam": "exam-1", "started_at": "2026-11-22T09:00:00Z"},
        "config_sha256": hashlib.sha256(settings.to_bytes()).hexdigest(),
    }
    attempt.honest = lambda number=0, **changes: attempt.take(number, **{**MEDIA, **described, **changes})
    return attempt


def compared(report):
    return {each.check: each for each in report.compared}


def codes(report):
    return [finding.code for finding in report.findings]


def test_the_exam_file_of_the_same_settings_counts_whichever_version_it_is(office, attempt, settings):
    attempt.honest()
    office.sign(settings.model_copy(update={"start_url": "https://127.0.0.1/"}), sequence=2)
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.INCONSISTENT, ["settings-not-signed"])
    assert compared(report)[Check.VALIDITY].why is Why.SETTINGS_UNKNOWN
    office.sign(settings, sequence=1)
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.COMPLETE, [])
    assert compared(report)[Check.SETTINGS].facts["version"] == 1


def test_the_same_settings_signed_again_for_later_hold_for_either_time(office, attempt, settings):
    office.sign(settings, valid_from=-50, valid_until=-40)
    attempt.honest()
    assert codes(attempt.report(office.institution)) == ["outside-validity"]
    office.sign(settings, sequence=2)
    assert codes(attempt.report(office.institution)) == []


def test_a_later_take_may_begin_until_delivery_ends_and_the_first_may_not(office, attempt, settings):
    office.sign(settings)
    attempt.honest()
    attempt.honest(1, started_at="2026-11-23T09:00:00Z")
    assert codes(attempt.report(office.institution)) == []
    attempt.honest(2, started_at="2026-11-29T09:00:00Z")
    (finding,) = attempt.report(office.institution).findings
    assert (finding.code, finding.where) == ("outside-validity", f"{attempt.id}.2")


@pytest.mark.parametrize(
    ("changes", "why"),
    [({}, Why.NO_EXAM_FILE), ({"exam": "../exam-1"}, Why.NO_EXAM_FILE), ({"exam": "/"}, Why.NO_EXAM_FILE)],
)
def test_what_is_not_known_here_is_not_checked_and_no_fault(office, attempt, changes, why):
    attempt.honest(**changes)
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.COMPLETE, [])
    for check in (Check.SETTINGS, Check.VALIDITY, Check.STREAMS, Check.RECIPIENTS):
        assert (compared(report)[check].outcome, compared(report)[check].why) == (Agreement.NOT_CHECKED, why)


def test_without_an_institution_nothing_of_it_is_compared(attempt):
    attempt.honest()
    report = attempt.report()
    assert report.verdict is AttemptVerdict.COMPLETE
    assert {compared(report)[check].why for check in (Check.INSTITUTION, Check.SETTINGS)} == {Why.NO_INSTITUTION}


def test_a_recording_of_another_institution_is_a_finding(office, attempt):
    attempt.honest(institution="other-u")
    report = attempt.report(office.institution)
    assert codes(report) == ["other-institution"]
    assert compared(report)[Check.SETTINGS].why is Why.OTHER_INSTITUTION


def test_settings_that_this_version_does_not_read_leave_streams_and_keys_unchecked(office, attempt, settings):
    newer = json.dumps({**settings.model_dump(mode="json"), "holograms": True}).encode()
    path = office.sign(settings)
    terms = SignedTerms(
        institution="test-college", exam="exam-1", sequence=1, valid_from=BEGAN - timedelta(hours=1),
        valid_until=BEGAN + timedelta(hours=1), deliver_until=BEGAN + timedelta(hours=2),
    )  # fmt: skip
    head = office.root.verify_key.to_text() + office.root.sign(newer, terms.text())
    path.write_bytes(b"invigilo exam file 1\n" + head.encode() + b"---\n" + newer)
    attempt.honest(config_sha256=hashlib.sha256(newer).hexdigest())
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.COMPLETE, [])
    assert compared(report)[Check.SETTINGS].outcome is Agreement.AGREES
    assert {compared(report)[check].why for check in (Check.STREAMS, Check.RECIPIENTS)} == {Why.SETTINGS_UNREADABLE}


def test_an_exam_file_that_is_not_as_it_was_signed_is_named(office, attempt, settings):
    attempt.honest()
    path = office.sign(settings)
    path.write_bytes(path.read_bytes()[:-2] + b" \n")
    with pytest.raises(FolderDamaged, match=r"exam-1-1\.invigilo"):
        attempt.report(office.institution)


def test_a_stream_is_there_when_one_of_the_takes_has_it_and_a_take_of_nothing_needs_no_slot(office, attempt, settings):
    office.sign(settings)
    empty = attempt.honest(events=[], webcam=[], finish=False)
    (empty / "keys.isf").unlink()
    assert codes(attempt.report(office.institution)) == ["nothing-recorded"]
    attempt.honest(1)
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.INTERRUPTED, [])
    (attempt.folder / f"{attempt.id}.1" / "keys.isf").unlink()
    assert codes(attempt.report(office.institution)) == ["no-slot"]


def test_one_device_that_was_not_there_is_a_remark_and_none_at_all_a_contradiction(office, attempt, settings):
    document = settings.model_dump(mode="json")
    both = type(settings).model_validate({**document, "recording": {**document["recording"], "screen": {}}})
    office.sign(both)
    described = {"config_sha256": hashlib.sha256(both.to_bytes()).hexdigest()}
    attempt.honest(**described, screen=[])
    report = attempt.report(office.institution)
    (remark,) = report.findings
    assert (report.verdict, remark.code, remark.facts) == (
        AttemptVerdict.COMPLETE,
        "stream-empty",
        {"stream": "screen"},
    )
    assert compared(report)[Check.STREAMS].outcome is Agreement.REMARKED
    shutil.rmtree(attempt.folder)
    attempt.honest(**described, screen=[], webcam=[])
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.INCONSISTENT, ["required-empty"])
    shutil.rmtree(attempt.folder)
    attempt.honest(**described, screen=piece(0), events=[])
    report = attempt.report(office.institution)
    assert (report.verdict, codes(report)) == (AttemptVerdict.INCONSISTENT, ["required-empty"])


def test_what_settings_require_is_what_a_recorder_seals(settings):
    every = settings.model_copy(
        update={
            "recording": type(settings.recording)(),
            "checks": settings.checks.model_copy(update={"id_photo": True}),
        }
    )
    assert required_streams(settings) == ("events", "webcam")
    assert required_streams(every) == ("events", "webcam", "microphone", "screen", "stills")


def test_times_of_beginning_that_cannot_be_are_contradictions(attempt):
    attempt.honest(started_at="2026-02-30T09:00:00Z")
    (finding,) = attempt.report().findings
    assert (finding.code, class_of(finding)) == ("no-such-time", FindingClass.CONTRADICTION)
    ahead = attempt.report(now=BEGAN)
    assert codes(ahead) == ["no-such-time"]


def test_a_clock_that_is_off_by_a_time_zone_is_no_contradiction(attempt):
    attempt.honest()
    assert codes(attempt.report(now=BEGAN - timedelta(hours=14))) == []
    assert codes(attempt.report(now=BEGAN - timedelta(hours=25))) == ["in-future"]


def test_one_comparison_more_takes_the_place_of_that_before(attempt):
    attempt.honest()
    report = attempt.report()
    again = report.and_compared(dataclasses.replace(compared(report)[Check.OPENS], why=None, facts={"key": "k"}))
    assert compared(again)[Check.OPENS].outcome is Agreement.AGREES
    assert len(again.compared) == len(report.compared)


ISSUER = Issuer()
VALID = {"institution": "test-college", "exam": "exam-1", "candidate": "c-17", "valid_from": "2026-11-22T08:00:00Z"}
ISSUED = ISSUER.ticket(**VALID, valid_until="2026-11-22T10:00:00Z")


def listed_with(attempt, ticket, admitted_at="2026-11-22T09:00:00Z"):
    """What is found of the attempt's first take when the endpoint says of it that this ticket was shown."""
    (take,) = attempt.report().takes
    said = ListedSession(sid=take.label, attempt=attempt.id, ticket=ticket, admitted_at=admitted_at)
    return [(SealedTake(take.label, take.source, listed=said), take.description)]


def ticket_checked(office, attempt, ticket):
    """What is said of that ticket beside every file that the institution signed for the exam."""
    return check_ticket(listed_with(attempt, ticket), signed_files(attempt.report().takes, office.institution))


@pytest.mark.parametrize(
    ("ticket", "differs"),
    [
        (ISSUED, []),
        (dataclasses.replace(ISSUED, institution="another"), ["institution"]),
        (dataclasses.replace(ISSUED, exam="exam-2", candidate="c-18"), ["exam", "candidate"]),
        (dataclasses.replace(ISSUED, valid_until="2026-11-21T08:59:59Z"), ["admitted_at"]),
        (dataclasses.replace(ISSUED, valid_until="2026-11-21T09:00:00Z"), []),
    ],
)
def test_a_ticket_is_compared_with_the_header_and_the_time_of_admission(office, attempt, settings, ticket, differs):
    attempt.honest()
    office.sign(settings, tickets=ISSUER.public_hex)
    found = ticket_checked(office, attempt, ISSUER.sign(ticket))
    assert [each.facts["differs"] for each in found.findings] == differs
    assert found.facts == {"ticket": ISSUED.ticket}


def test_what_the_endpoint_does_not_say_of_a_ticket_is_not_checked(office, attempt, settings):
    attempt.honest()
    office.sign(settings)
    assert ticket_checked(office, attempt, None).why is Why.NO_TICKETS
    office.sign(settings, tickets=ISSUER.public_hex)
    assert ticket_checked(office, attempt, None).why is Why.NOT_SAID
    assert compared(attempt.report(office.institution))[Check.TICKET].why is Why.NO_RECORD
    (finding,) = ticket_checked(office, attempt, "").findings
    assert (finding.code, class_of(finding)) == ("ticket-missing", FindingClass.CONTRADICTION)
