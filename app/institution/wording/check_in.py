"""What happened at check-in, in plain sentences: face, calibration, still pictures, scans."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from app.events.checkin import (
    CalibrationEvent,
    CalibrationOutcome,
    CheckInEvent,
    FaceCheckEvent,
    ScanEvent,
    ScanPlace,
    ScanProgress,
    ScanSubject,
    StillSkippedEvent,
    StillSubject,
    StillTakenEvent,
)
from app.institution.finding_codes import AttemptFinding
from app.institution.wording.phrases import Weight, Wording, coded, listed, shown
from app.policy.check_in import CheckInPart
from capture.still_quality import StillQuality
from crypto.verdict import VerificationFinding
from resources.language import N_, _, isolate, ngettext

CALIBRATIONS: Mapping[CalibrationOutcome, str] = MappingProxyType(
    {
        CalibrationOutcome.DONE: N_("Looking at the middle and the corners of the screen was measured."),
        CalibrationOutcome.FAILED: N_(
            "Looking at the middle of the screen could not be measured; the exam's first seconds serve."
        ),
        CalibrationOutcome.SKIPPED: N_("Looking at the corners of the screen was left out, as everybody may."),
    }
)
QUALITIES: Mapping[StillQuality, str] = MappingProxyType(
    {
        StillQuality.BLURRED: N_("it is blurred"),
        StillQuality.GLARE: N_("a reflection covers part of it"),
        StillQuality.DARK: N_("it is dark"),
    }
)
SUBJECTS: Mapping[StillSubject, str] = MappingProxyType(
    {StillSubject.ID_PHOTO: N_("identity document"), StillSubject.SIGNATURE: N_("signature")}
)
PARTS: Mapping[CheckInPart, str] = MappingProxyType(
    {
        CheckInPart.FACE: N_("the look for a face"),
        CheckInPart.GAZE: N_("the look at the corners of the screen"),
        CheckInPart.ID_PHOTO: N_("the picture of the identity document"),
        CheckInPart.SIGNATURE: N_("the picture of the signature"),
        CheckInPart.DESK_SCAN: N_("the desk scan"),
        CheckInPart.ROOM_SCAN: N_("the room scan"),
    }
)
"""What the settings can ask for at check-in, as a sentence names it."""
FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        AttemptFinding.CHECK_IN_MISSING: N_(
            "{name}: the exam began, and its settings ask at check-in for {parts}, of which nothing was sealed. The "
            "program asks for it, and seals too when it is left out. Ask the test taker how the exam began."
        ),
        AttemptFinding.CHECK_IN_LEFT_OUT: N_(
            "{name}: the test taker went on at check-in without {parts}, as the program lets everybody do."
        ),
    }
)
SCANS: Mapping[tuple[ScanSubject, ScanProgress], tuple[str, Weight]] = MappingProxyType(
    {
        (ScanSubject.ROOM, ScanProgress.BEGUN): (N_("The room scan began."), "routine"),
        (ScanSubject.DESK, ScanProgress.BEGUN): (N_("The desk scan began."), "routine"),
        (ScanSubject.ROOM, ScanProgress.ASKED): (N_("Room scan: asked to show {place}."), "routine"),
        (ScanSubject.DESK, ScanProgress.ASKED): (N_("Desk scan: asked to show {place}."), "routine"),
        (ScanSubject.ROOM, ScanProgress.ENDED): (N_("The room scan was completed."), "routine"),
        (ScanSubject.DESK, ScanProgress.ENDED): (N_("The desk scan was completed."), "routine"),
        (ScanSubject.ROOM, ScanProgress.STOPPED): (N_("The room scan was stopped before its end."), "look"),
        (ScanSubject.DESK, ScanProgress.STOPPED): (N_("The desk scan was stopped before its end."), "look"),
        (ScanSubject.ROOM, ScanProgress.SKIPPED): (N_("The room scan was left out by the test taker."), "look"),
        (ScanSubject.DESK, ScanProgress.SKIPPED): (N_("The desk scan was left out by the test taker."), "look"),
    }
)
_UNKNOWN_SCAN: tuple[str, Weight] = (N_("Scan, {subject}: {state}."), "look")
PLACES: Mapping[ScanPlace, str] = MappingProxyType(
    {
        ScanPlace.WALL_FRONT: N_("the wall in front"),
        ScanPlace.WALL_LEFT: N_("the wall to the left"),
        ScanPlace.WALL_BEHIND: N_("the wall behind"),
        ScanPlace.WALL_RIGHT: N_("the wall to the right"),
        ScanPlace.DESK_TOP: N_("the desk top"),
        ScanPlace.DESK_AROUND: N_("the space around the desk"),
        ScanPlace.DESK_BELOW: N_("the space under the desk"),
    }
)


def parts_named(parts: str) -> str:
    """Name parts of the check-in in a sentence; `parts` are their codes between blanks."""
    return listed([coded(part, PARTS) for part in parts.split()])


def check_in_finding(finding: VerificationFinding) -> str:
    """Say one finding of `FINDINGS`."""
    return _(FINDINGS[finding.code]).format(name=shown(finding.where), parts=parts_named(str(finding.facts["parts"])))


def check_in_wording(event: CheckInEvent) -> Wording:
    """Say what an event of the check-in means."""
    match event:
        case FaceCheckEvent():
            return _face_check(event)
        case CalibrationEvent():
            return _calibration(event)
        case ScanEvent():
            return _scan(event)
        case StillTakenEvent():
            return _still_taken(event)
        case StillSkippedEvent():
            sentence = _("The picture of the {subject} was left out by the test taker.")
            return Wording(sentence.format(subject=coded(event.what, SUBJECTS)), "look")
        case _:
            assert_never(event)


def _face_check(event: FaceCheckEvent) -> Wording:
    if event.found:
        return Wording(_("A face was found in the camera's picture at check-in."), "routine")
    if event.unavailable:
        return Wording(
            _(
                "No face was found in the camera's picture at check-in (detection was not available); "
                "the test taker went on."
            ),
            "look",
        )
    sentence = ngettext(
        "No face was found in the camera's picture at check-in ({tries} try); the test taker went on.",
        "No face was found in the camera's picture at check-in ({tries} tries); the test taker went on.",
        event.tries,
    )
    return Wording(sentence.format(tries=isolate(event.tries)), "look")


def _calibration(event: CalibrationEvent) -> Wording:
    said = coded(event.outcome, CALIBRATIONS)
    if event.spread_deg:
        apart = isolate(f"{event.spread_deg:.0f}°")
        said += " " + _("Left and right corners lie {angle} apart.").format(angle=apart)
    return Wording(said, "routine")


def _scan(event: ScanEvent) -> Wording:
    sentence, weight = _UNKNOWN_SCAN
    if isinstance(event.what, ScanSubject) and isinstance(event.state, ScanProgress):
        sentence, weight = SCANS[event.what, event.state]
    place = "" if event.place is None else coded(event.place, PLACES)
    return Wording(_(sentence).format(place=place, subject=shown(event.what), state=shown(event.state)), weight)


def _still_taken(event: StillTakenEvent) -> Wording:
    facts = {
        "subject": coded(event.what, SUBJECTS),
        "width": isolate(event.width),
        "height": isolate(event.height),
        "doubts": listed([coded(code, QUALITIES) for code in event.quality]),
    }
    if not event.quality:
        sentence = _("A still picture of the {subject} was taken ({width} x {height} pixels).")
        return Wording(sentence.format(**facts), "routine")
    sentence = _("A still picture of the {subject} was taken ({width} x {height} pixels, although {doubts}).")
    return Wording(sentence.format(**facts), "look")
