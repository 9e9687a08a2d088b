"""What the sealed events say of an exam's course: whether all of the check-in was done, and how each hold ended.

The client keeps in a file how far an attempt has come, for a start after a crash. Whoever owns the computer can edit
that file, and any key that the client could sign it with is theirs too. So nothing is taken from it here: what was
asked for and what was held has to stand in what was sealed, in whichever part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.events.checkin import (
    CalibrationEvent,
    FaceCheckEvent,
    ScanEvent,
    ScanProgress,
    StillSkippedEvent,
    StillTakenEvent,
)
from app.events.lockdown import ExamHeldEvent, ExamReleasedEvent
from app.events.sealed import kind_in, read_line
from app.events.session import ClientRestartedEvent, PhaseEvent, SessionPhase
from app.events.vocabulary import AnyEvent
from app.institution.comparison_codes import Check, Compared, Why
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.attempt import AttemptReport
from app.institution.recordings.opened import OpenedTakes
from app.policy.check_in import CheckInPart
from crypto.verdict import Verdict, VerificationFinding

TELLING_OF_THE_COURSE = frozenset(
    each.kind
    for each in (
        *(CalibrationEvent, FaceCheckEvent, ScanEvent, StillSkippedEvent, StillTakenEvent),
        *(ExamHeldEvent, ExamReleasedEvent, ClientRestartedEvent, PhaseEvent),
    )
)
"""Kinds of the events that `check_course` asks; it passes over all others."""
_REPORTED_BY_US = 60_000_000
"""The first event of an exam's course is sealed within seconds; a machine that is busy takes longer."""
_LONGEST_CHECK_IN_US = 1_800_000_000
"""A recording that goes on for longer is no check-in any more, whatever it says of itself."""
_PARTS = {each.value: each for each in CheckInPart}


def opened_report(report: AttemptReport, opened: OpenedTakes, events: Sequence[AnyEvent]) -> AttemptReport:
    """Give `report` with what opening it shows: by the slot files, and by `events`, in the order they were sealed."""
    return report.and_compared(opened.compared(report), *check_course(report, events))


def course_events(opened: OpenedTakes) -> tuple[AnyEvent, ...]:
    """The events that `check_course` asks for."""
    kinds = TELLING_OF_THE_COURSE
    return tuple(read_line(line).event for line in opened.event_lines() if kind_in(line) in kinds)


def check_course(report: AttemptReport, events: Sequence[AnyEvent]) -> tuple[Compared, Compared]:
    """Compare the check-in with what the settings ask for, and holds with their ends; `events` as they were sealed."""
    name = report.takes[0].label
    left = Compared(Check.HOLDS, tuple(_holds_left(name, events)))
    return _check_in(report, name, events), left if events else Compared(Check.HOLDS, why=Why.NO_EVENTS)


def _check_in(report: AttemptReport, name: str, events: Sequence[AnyEvent]) -> Compared:
    settings = report.settings
    if isinstance(settings, Why):
        return Compared(Check.CHECK_IN, why=settings)
    asked = settings.check_in()
    if not asked:
        return Compared(Check.CHECK_IN, why=Why.NO_CHECK_IN)
    if not events and not _closed(report) and _lasted_us(report) < _REPORTED_BY_US:
        return Compared(Check.CHECK_IN, why=Why.NO_EVENTS)
    done: dict[CheckInPart, bool] = {}
    for event in events:
        if (found := _part(event)) is not None:
            part, complete = found
            done[part] = done.get(part, False) or complete
    missing = [part for part in asked if part not in done]
    if missing and _ended_before_the_exam(events) and _lasted_us(report) < _LONGEST_CHECK_IN_US:
        return Compared(Check.CHECK_IN, why=Why.NOT_BEGUN)
    left_out = [part for part in asked if done.get(part) is False]
    findings = [
        VerificationFinding(code, name, None, {"parts": " ".join(parts)})
        for code, parts in (
            (AttemptFinding.CHECK_IN_MISSING, missing),
            (AttemptFinding.CHECK_IN_LEFT_OUT, left_out),
        )
        if parts
    ]
    return Compared(Check.CHECK_IN, tuple(findings), facts={"parts": " ".join(asked)})


def _closed(report: AttemptReport) -> bool:
    return any(take.report.verdict is Verdict.COMPLETE for take in report.takes)


def _lasted_us(report: AttemptReport) -> int:
    begins_us = (each.t0_us for take in report.takes for each in take.report.segments)
    return max((begin for begin in begins_us if begin is not None), default=0)


def _ended_before_the_exam(events: Iterable[AnyEvent]) -> bool:
    """Whether what was sealed comes no further than the check-in; a recording that names no phase is no such one."""
    return {event.phase for event in events if isinstance(event, PhaseEvent)} == {SessionPhase.CHECKED}


def _part(event: AnyEvent) -> tuple[CheckInPart, bool] | None:
    """The part of the check-in that an event is the end of, and whether it was done; a begun scan has no end yet."""
    match event:
        case FaceCheckEvent():
            return CheckInPart.FACE, True  # found or not, as the event says
        case CalibrationEvent():
            return CheckInPart.GAZE, True
        case StillTakenEvent() | StillSkippedEvent():
            part, complete = _PARTS.get(event.what), isinstance(event, StillTakenEvent)
        case ScanEvent() if event.state in {ScanProgress.ENDED, ScanProgress.STOPPED, ScanProgress.SKIPPED}:
            part, complete = _PARTS.get(f"{event.what}_scan"), event.state == ScanProgress.ENDED
        case _:
            return None
    return None if part is None else (part, complete)


def _holds_left(name: str, events: Iterable[AnyEvent]) -> Iterator[VerificationFinding]:
    """The holds that a client which was started again goes on without; it says each once more before the exam runs.

    A recorder that was started again repeats what was not confirmed to be sealed, so nothing follows from that alone.
    """
    held: list[str] = []
    expected: list[str] = []
    part = 0
    for event in events:
        match event:
            case ClientRestartedEvent():
                part, expected = event.take + 1, held
            case ExamHeldEvent():
                held = [*(each for each in held if each != event.control), str(event.control)]
                expected = [each for each in expected if each != event.control]
            case ExamReleasedEvent():
                held = expected = []
            case PhaseEvent(phase=SessionPhase.RUNNING) if expected:
                facts: dict[str, int | str] = {"controls": " ".join(expected), "part": part}
                yield VerificationFinding(AttemptFinding.HOLD_LEFT, name, None, facts)
                held, expected = [each for each in held if each not in expected], []
