"""The course of an exam as it was sealed: parts of the check-in that are missing or left out, a hold that was left."""

from types import SimpleNamespace

import pytest

from app.events.checkin import (
    CalibrationEvent,
    CalibrationOutcome,
    FaceCheckEvent,
    ScanEvent,
    ScanProgress,
    ScanSubject,
    StillSkippedEvent,
    StillSubject,
    StillTakenEvent,
)
from app.events.lockdown import ExamHeldEvent, ExamReleasedEvent, ReleaseReason
from app.events.session import ClientRestartedEvent, PhaseEvent, SessionPhase
from app.institution.comparison_codes import Agreement, Check, Why
from app.institution.finding_codes import AttemptVerdict, verdict_of
from app.institution.reading.course import check_course
from app.policy.accommodations import AccommodationSettings
from app.policy.check_in import CheckInPart
from crypto.keys import RecipientPrivate
from crypto.verdict import Verdict
from lockdown.contract.settings import Control
from tests.fixtures.client import exam_settings

CHECKED, IDENTIFIED, RUNNING = (
    PhaseEvent(each) for each in (SessionPhase.CHECKED, SessionPhase.IDENTIFIED, SessionPhase.RUNNING)
)
HELD = ExamHeldEvent(Control.STORAGE)
RELEASED = ExamReleasedEvent("key", ReleaseReason.CHECKED)


def taken(what):
    return StillTakenEvent(what, 0, 640, 480, 1.0, 0.0, 0.5, "0" * 64)


def scan(what, state):
    return ScanEvent(what, state, 1)


DONE = {
    CheckInPart.FACE: FaceCheckEvent(found=False, tries=3, unavailable=False),
    CheckInPart.GAZE: CalibrationEvent(CalibrationOutcome.SKIPPED),
    CheckInPart.ID_PHOTO: taken(StillSubject.ID_PHOTO),
    CheckInPart.SIGNATURE: taken(StillSubject.SIGNATURE),
    CheckInPart.DESK_SCAN: scan(ScanSubject.DESK, ScanProgress.ENDED),
    CheckInPart.ROOM_SCAN: scan(ScanSubject.ROOM, ScanProgress.ENDED),
}
LEFT_OUT = {
    CheckInPart.ID_PHOTO: StillSkippedEvent(StillSubject.ID_PHOTO),
    CheckInPart.SIGNATURE: StillSkippedEvent(StillSubject.SIGNATURE),
    CheckInPart.DESK_SCAN: scan(ScanSubject.DESK, ScanProgress.STOPPED),
    CheckInPart.ROOM_SCAN: scan(ScanSubject.ROOM, ScanProgress.SKIPPED),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """All that settings can ask for at check-in is asked for."""
    made = exam_settings(tmp_path_factory.mktemp("tls"), RecipientPrivate.generate("k"), recording={"camera": {}})
    checks = made.checks.model_copy(update=dict.fromkeys(type(made.checks).model_fields, True))
    detection = made.detection.model_copy(update={"gaze": True})
    return made.model_copy(update={"checks": checks, "detection": detection})


@pytest.fixture
def course(settings):
    """Check these events against the settings, or against others."""

    def check(*events, settings=settings, lasted_s=10, verdict=Verdict.INTERRUPTED):
        sealed = SimpleNamespace(verdict=verdict, segments=[SimpleNamespace(t0_us=round(1e6 * lasted_s))])
        report = SimpleNamespace(takes=(SimpleNamespace(label="a.0", report=sealed),), settings=settings)
        return {each.check: each for each in check_course(report, events)}

    return check


def test_every_part_that_settings_can_ask_for_is_asked_in_this_test(settings):
    assert settings.check_in() == tuple(DONE) == tuple(CheckInPart)


def test_a_check_in_in_several_parts_of_the_recording_is_whole(course):
    found = course(CHECKED, *DONE.values(), ClientRestartedEvent(1), RUNNING)[Check.CHECK_IN]
    assert found.outcome is Agreement.AGREES
    assert found.facts == {"parts": " ".join(CheckInPart)}


@pytest.mark.parametrize("part", CheckInPart)
def test_a_part_that_was_never_sealed_is_a_finding(course, part):
    """Failed before: nothing said so."""
    events = [event for each, event in DONE.items() if each is not part]
    begun = [scan(ScanSubject.DESK, ScanProgress.BEGUN), scan(ScanSubject.ROOM, ScanProgress.BEGUN)]
    (finding,) = course(CHECKED, *begun, *events, RUNNING)[Check.CHECK_IN].findings
    assert (finding.code, finding.facts) == ("check-in-missing", {"parts": part})
    assert verdict_of(finding) is AttemptVerdict.INCONSISTENT


@pytest.mark.parametrize("part", LEFT_OUT)
def test_a_part_that_was_left_out_is_told_and_nobody_is_accused(course, part):
    found = course(CHECKED, *{**DONE, part: LEFT_OUT[part]}.values(), RUNNING)[Check.CHECK_IN]
    (finding,) = found.findings
    assert (finding.code, finding.facts) == ("check-in-left-out", {"parts": part})
    assert verdict_of(finding) is AttemptVerdict.COMPLETE
    assert course(LEFT_OUT[part], *DONE.values(), RUNNING)[Check.CHECK_IN].findings == (), "it was done after all"


def test_who_ended_before_the_exam_owes_nothing_and_who_names_no_phase_does(course):
    assert course(CHECKED, DONE[CheckInPart.FACE])[Check.CHECK_IN].why is Why.NOT_BEGUN
    assert course(HELD)[Check.CHECK_IN].outcome is Agreement.DIFFERS
    assert course()[Check.CHECK_IN].why is Why.NO_EVENTS


@pytest.mark.parametrize("told", [(), (CHECKED,)], ids=["nothing", "that the check-in began"])
def test_a_recording_that_tells_nothing_of_an_exam_it_is_long_enough_for_misses_its_check_in(course, told):
    """Failed before: who sealed no event, or named no later phase, was compared with nothing."""
    ways = [{"lasted_s": 7200}, {"lasted_s": 7200, "verdict": Verdict.COMPLETE}]
    if not told:
        ways.append({"verdict": Verdict.COMPLETE})
    for way in ways:
        (finding,) = course(*told, **way)[Check.CHECK_IN].findings
        assert (finding.code, finding.facts) == ("check-in-missing", {"parts": " ".join(CheckInPart)})


def test_what_is_not_asked_is_not_missed(course, settings):
    granted = AccommodationSettings(without_face_detection=True)
    there = [event for part, event in DONE.items() if part not in {CheckInPart.FACE, CheckInPart.GAZE}]
    eased = settings.model_copy(update={"accommodations": granted})
    assert course(*there, RUNNING, settings=eased)[Check.CHECK_IN].findings == ()
    plain = settings.model_copy(update={"checks": type(settings.checks)(), "detection": type(settings.detection)()})
    assert course(RUNNING, settings=plain)[Check.CHECK_IN].why is Why.NO_CHECK_IN
    assert course(RUNNING, settings=Why.SETTINGS_UNKNOWN)[Check.CHECK_IN].why is Why.SETTINGS_UNKNOWN


def test_a_hold_that_a_start_does_without_is_a_finding(course):
    """Failed before: `held` emptied in the attempt's file ended a hold, and nothing said so."""
    (finding,) = course(RUNNING, HELD, ClientRestartedEvent(1), RUNNING, RUNNING)[Check.HOLDS].findings
    assert (finding.code, finding.facts) == ("hold-left", {"controls": "storage", "part": 2})


@pytest.mark.parametrize(
    "events",
    [
        (HELD, RELEASED, ClientRestartedEvent(1), RUNNING),
        (HELD, ClientRestartedEvent(1), HELD, RUNNING, RELEASED, ClientRestartedEvent(2), RUNNING),
        (HELD, ClientRestartedEvent(1)),
        (HELD, RUNNING, HELD),
    ],
    ids=("released", "held again", "never gone on", "recorder began again"),
)
def test_a_hold_that_was_kept_is_none(course, events):
    assert course(RUNNING, *events)[Check.HOLDS].outcome is Agreement.AGREES
