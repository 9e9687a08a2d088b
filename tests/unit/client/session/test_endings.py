"""Every way a session can end: left, declined, given up, closed, handed in to a recorder that does not finish."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.client.session import states
from app.client.session.ending import FINISH_TIMEOUT_S
from app.client.session.phases import Phase
from app.client.session.states import CouldNotLock, Declined, HandedIn, Left, ProgramClosed, RecordingEnd
from app.events.session import LeftReason
from tests.fixtures.session import FakeSession, plain_exam
from tests.fixtures.session_phases import (
    REFUSED,
    at,
    left_while_it_is_locked,
    lock_refused,
)


@pytest.mark.parametrize("phase", [Phase.LOCKED, Phase.RUNNING, Phase.SUSPENDED])
def test_leaving_the_exam_seals_the_reason_and_puts_the_machine_back_first(phase: Phase) -> None:
    session = at(phase)
    session.exam.leave_requested("unwell", "headache")
    assert session.controller.state == states.Aborting(Left(LeftReason.UNWELL, "headache"))
    assert session.log.order("noted exam_left", "released", "exam closed", "finish")
    left = session.recording.events[session.recording.kinds().index("exam_left")]
    assert (left.reason, left.text) == (LeftReason.UNWELL, "headache")
    session.finish_recording()
    session.deliver_all()
    assert session.window.models["farewell"].title == "You have left the exam"
    assert "Your reason" in session.window.models["farewell"].sentence


@pytest.mark.parametrize("phase", [Phase.INFORMED, Phase.CHECKED])
def test_who_leaves_before_anything_is_recorded_leaves_nothing(phase: Phase) -> None:
    session = at(phase)
    session.controller.leave()
    assert session.controller.state == states.Released(Left(LeftReason.BEFORE_EXAM), RecordingEnd.NEVER_BEGAN)
    assert session.recording.abandoned
    assert not session.recording.finishing
    assert session.delivery.stopped
    assert "Nothing was recorded" in session.window.models["farewell"].sentence
    session.deliver_all()
    assert session.log.entries.count("page farewell") == 1


def test_who_leaves_a_recorded_step_of_the_check_in_leaves_what_was_recorded() -> None:
    scanned = plain_exam().model_copy(update={"checks": plain_exam().checks.model_copy(update={"desk_scan": True})})
    session = FakeSession(scanned).reach(Phase.INFORMED)
    session.controller.preparation.check_in()
    assert session.phase is Phase.CHECKED
    assert session.recording.kinds() == ["phase"]
    session.controller.leave()
    assert session.controller.state == states.Aborting(Left(LeftReason.BEFORE_EXAM))
    assert session.recording.finishing
    assert session.recording.kinds()[-1] == "exam_left"


@pytest.mark.parametrize(("resumed", "title"), [(False, "You have not started"), (True, "You stopped here")])
def test_who_declines_has_nothing_recorded(resumed: bool, title: str) -> None:
    session = FakeSession(resumed=resumed)
    session.controller.declined()
    assert session.controller.state == states.Released(Declined(), RecordingEnd.NEVER_BEGAN)
    assert session.window.models["farewell"].title == title
    assert session.recording.opened == 0


def test_who_gives_up_an_exam_that_cannot_be_locked_has_not_left_it() -> None:
    session = lock_refused(FakeSession())
    session.controller.leave()
    assert session.controller.state == states.Aborting(CouldNotLock(REFUSED))
    assert session.recording.events[-1].reason is LeftReason.NOT_LOCKED
    session.finish_recording()
    session.deliver_all()
    assert session.window.models["farewell"].title == "The exam did not start"


@pytest.mark.parametrize("end", ["hand_in_requested", "shut_down"])
def test_a_guard_that_cannot_be_released_at_the_end_is_sealed_however_it_ends(end: str) -> None:
    session = FakeSession().reach(Phase.RUNNING)
    session.exams.stuck = ("console_switch",)
    session.controller.shut_down() if end == "shut_down" else session.exam.hand_in_requested()
    assert [each.guard for each in session.recording.events if each.kind == "guard_not_released"] == ["console_switch"]


def test_an_exam_left_while_it_is_being_locked_is_not_locked() -> None:
    session = left_while_it_is_locked()
    assert session.controller.state == states.Aborting(Left(LeftReason.TECHNICAL))
    assert not session.lock.engaged
    assert session.view.closed


def test_a_recorder_that_does_not_finish_in_time_is_waited_for_no_longer() -> None:
    session = at(Phase.SUBMITTING)
    session.loop.pass_s(FINISH_TIMEOUT_S - 1)
    assert not session.recording.finished_now
    session.loop.pass_s(2)
    assert session.recording.finished_now
    assert session.phase is Phase.SUBMITTING
    session.finish_recording(complete=False)
    assert session.controller.state == states.Released(HandedIn(), RecordingEnd.OVERDUE)
    session.deliver_all()
    assert "did not finish in time" in session.window.models["farewell"].facts[-1].detail


def test_the_receipts_are_saved_where_the_test_taker_wants_them_and_that_is_said(tmp_path: Path) -> None:
    session = at(Phase.SUBMITTING)
    file = tmp_path / "mine.receipts"
    session.controller.save_receipts(str(file))
    assert not file.exists(), "before everything is delivered there is nothing to save"
    session.finish_recording()
    session.deliver_all()
    said = session.window.models["farewell"]
    assert (said.may_save_receipts, said.saved) == (True, "")
    session.controller.save_receipts(str(file))
    assert file.read_text(encoding="ascii") == session.store.closed[0]
    assert f"The receipts are in {file}" in session.window.models["farewell"].saved
    session.store.full = True
    session.controller.save_receipts(str(file))
    assert "No space left on device. Choose another folder" in session.window.models["farewell"].saved
    assert session.window.models["farewell"].facts == said.facts


def test_who_has_nothing_recorded_has_no_receipts() -> None:
    session = FakeSession()
    session.controller.declined()
    assert not session.window.models["farewell"].may_save_receipts


def test_a_recorder_that_dies_while_it_closes_is_said_to_have_stopped_early() -> None:
    session = at(Phase.SUBMITTING)
    session.finish_recording(complete=False)
    assert session.controller.state == states.Released(HandedIn(), RecordingEnd.CUT_SHORT)
    session.loop.pass_s(FINISH_TIMEOUT_S + 1)
    assert not session.recording.finished_now
    session.deliver_all()
    assert "stopped early" in session.window.models["farewell"].facts[-1].detail


@pytest.mark.parametrize("phase", [Phase.LOCKED, Phase.RUNNING, Phase.SUSPENDED, Phase.NOT_LOCKED])
def test_a_program_that_is_closed_leaves_the_attempt_open_and_the_machine_as_it_was(phase: Phase) -> None:
    session = at(phase)
    session.controller.shut_down()
    assert session.controller.state == states.Released(ProgramClosed(), RecordingEnd.INTERRUPTED)
    assert not session.lock.engaged
    assert session.recording.kinds()[-1] == "client_closed"
    assert session.log.order("noted client_closed", "abandoned")
    assert session.recording.joined
    assert session.store.saved == []
    assert session.delivery.stopped
    session.finish_recording()
    assert session.store.saved == []


def test_a_program_that_is_closed_while_the_recorder_finishes_keeps_the_end_that_was_chosen() -> None:
    session = at(Phase.SUBMITTING)
    session.controller.shut_down()
    assert not session.recording.abandoned
    session.finish_recording()
    assert session.controller.state == states.Released(HandedIn(), RecordingEnd.COMPLETE)
    assert session.store.saved[-1].ended
    assert not session.delivery.hurried


@pytest.mark.parametrize("phase", [Phase.OPENED, Phase.INFORMED, Phase.CHECKED])
def test_a_program_that_is_closed_before_anything_is_recorded_leaves_nothing(phase: Phase) -> None:
    session = at(phase)
    session.controller.shut_down()
    assert session.controller.state == states.Released(ProgramClosed(), RecordingEnd.NEVER_BEGAN)
    assert session.recording.abandoned
    assert session.recording.joined
