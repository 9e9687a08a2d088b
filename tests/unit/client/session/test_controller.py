"""Every step of the session, driven by what people and programs do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.client.errors import IllegalStep
from app.client.machine.lock import LockRefused
from app.client.session import states
from app.client.session.controller import Controller
from app.client.session.phases import STEPS, Phase
from app.client.session.states import HandedIn, RecordingEnd
from lockdown.contract.errors import FailureCode
from lockdown.contract.settings import LockdownSettings
from tests.fixtures.session import ATTEMPT, FakeSession, plain_exam
from tests.fixtures.session_phases import (
    REFUSED,
    at,
    breaking,
    checked,
    left_while_it_is_locked,
    lock_refused,
    tried_twice,
)


def act(phase: Phase, do: Callable[[FakeSession], object]) -> Callable[[], FakeSession]:
    def run() -> FakeSession:
        session = at(phase)
        do(session)
        return session

    return run


STEPS_DRIVEN: dict[tuple[Phase, Phase], Callable[[], FakeSession]] = {
    (Phase.OPENED, Phase.INFORMED): act(Phase.OPENED, lambda session: session.controller.accepted()),
    (Phase.OPENED, Phase.ABORTING): act(Phase.OPENED, lambda session: session.controller.declined()),
    (Phase.INFORMED, Phase.CHECKED): checked,
    (Phase.INFORMED, Phase.ABORTING): act(Phase.INFORMED, lambda session: session.controller.leave()),
    (Phase.CHECKED, Phase.IDENTIFIED): lambda: FakeSession().reach(Phase.LOCKED),
    (Phase.CHECKED, Phase.ABORTING): act(Phase.CHECKED, lambda session: session.controller.leave()),
    (Phase.IDENTIFIED, Phase.LOCKED): lambda: FakeSession().reach(Phase.LOCKED),
    (Phase.IDENTIFIED, Phase.NOT_LOCKED): lambda: lock_refused(FakeSession()),
    (Phase.IDENTIFIED, Phase.ABORTING): left_while_it_is_locked,
    (Phase.NOT_LOCKED, Phase.LOCKED): act(Phase.NOT_LOCKED, lambda session: session.controller.lock()),
    (Phase.NOT_LOCKED, Phase.NOT_LOCKED): tried_twice,
    (Phase.NOT_LOCKED, Phase.ABORTING): act(Phase.NOT_LOCKED, lambda session: session.controller.leave()),
    (Phase.LOCKED, Phase.RUNNING): act(Phase.LOCKED, lambda session: session.exam.page_painted()),
    (Phase.LOCKED, Phase.ABORTING): act(Phase.LOCKED, lambda session: session.exam.leave_requested("other", "")),
    (Phase.RUNNING, Phase.SUSPENDED): breaking,
    (Phase.RUNNING, Phase.SUBMITTING): act(Phase.RUNNING, lambda session: session.exam.hand_in_requested()),
    (Phase.RUNNING, Phase.ABORTING): act(Phase.RUNNING, lambda session: session.exam.leave_requested("unwell", "")),
    (Phase.SUSPENDED, Phase.RUNNING): act(Phase.SUSPENDED, lambda session: session.exam.break_ended()),
    (Phase.SUSPENDED, Phase.ABORTING): act(Phase.SUSPENDED, lambda session: session.exam.leave_requested("unwell", "")),
    (Phase.SUBMITTING, Phase.RELEASED): act(Phase.SUBMITTING, lambda session: session.finish_recording()),
    (Phase.ABORTING, Phase.RELEASED): act(Phase.ABORTING, lambda session: session.finish_recording()),
}


@pytest.mark.parametrize(("before", "after"), [(before, after) for before in Phase for after in sorted(STEPS[before])])
def test_every_step_of_the_table_is_taken_by_what_people_and_programs_do(
    before: Phase, after: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[Phase, Phase]] = []
    enter = Controller.enter

    def entered(self: Controller, state: states.State) -> None:
        was = self.phase
        enter(self, state)
        taken.append((was, self.phase))

    monkeypatch.setattr(Controller, "enter", entered)
    STEPS_DRIVEN[before, after]()
    assert (before, after) in taken


@pytest.mark.parametrize(("before", "after"), [(before, after) for before in Phase for after in Phase])
def test_no_other_step_can_be_taken(before: Phase, after: Phase) -> None:
    session = FakeSession()
    session.controller._state = type("Any", (), {"phase": before})()
    state = type("Other", (), {"phase": after})()
    if after in STEPS[before]:
        session.controller.enter(state)
    else:
        with pytest.raises(IllegalStep, match=f"from {before} to {after}"):
            session.controller.enter(state)


def test_an_exam_that_goes_well_is_handed_in_delivered_and_said_farewell_to() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    assert not session.window.visible
    assert session.recording.exam_begun
    assert session.lock.engaged
    session.exam.hand_in_requested()
    assert session.controller.state == states.Submitting(HandedIn())
    assert session.log.order("noted handed_in", "released", "exam closed", "page waiting", "finish")
    assert session.window.visible
    session.finish_recording()
    assert session.controller.state == states.Released(HandedIn(), RecordingEnd.COMPLETE)
    assert session.store.saved[-1].ended
    assert session.delivery.hurried
    assert "is handed in" in session.window.models["handing_in"].sentence
    assert session.window.page_name == "handing_in"
    session.deliver_all()
    assert session.window.page_name == "farewell"
    assert session.window.models["farewell"].title == "Handed in"
    assert len(session.window.models["farewell"].facts) == 2
    assert session.store.closed == [ATTEMPT]
    assert session.delivery.stopped
    session.deliver_all()
    assert session.log.entries.count("page farewell") == 1
    session.controller.close()
    assert session.ended_with == [0]
    session.controller.shut_down()
    assert not session.recording.abandoned


def test_the_hand_in_comes_before_the_page_is_painted() -> None:
    session = FakeSession().reach(Phase.LOCKED)
    session.exam.hand_in_requested()
    assert session.controller.state == states.Submitting(HandedIn())
    assert session.recording.kinds()[-3:] == ["phase", "phase", "handed_in"]


def test_the_page_may_be_painted_while_the_machine_is_being_locked() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    session.exams.during_engage = lambda listener: listener.page_painted()
    session.controller.preparation.check_in()
    assert session.phase is Phase.RUNNING


def test_what_comes_after_the_end_changes_nothing() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    exam = session.exam
    exam.hand_in_requested()
    events = session.recording.kinds()
    exam.hand_in_requested()
    exam.leave_requested("unwell", "")
    exam.page_painted()
    exam.break_requested()
    exam.break_ended()
    session.controller.lock()
    session.controller.leave()
    session.controller.preparation.act("retry")  # type: ignore[arg-type]
    assert session.recording.kinds() == events
    assert session.phase is Phase.SUBMITTING
    session.finish_recording()
    session.finish_recording()
    assert len(session.store.saved) == 1


def test_who_goes_through_a_recorded_check_in_is_in_the_exam() -> None:
    scanned = plain_exam().model_copy(update={"checks": plain_exam().checks.model_copy(update={"desk_scan": True})})
    session = FakeSession(scanned).reach(Phase.INFORMED)
    session.controller.preparation.check_in()
    session.controller.preparation.act("leave_out")
    assert session.phase is Phase.LOCKED
    phases = [event.phase for event in session.recording.events if event.kind == "phase"]
    assert phases == ["checked", "identified", "locked"]


def test_an_exam_that_cannot_be_locked_is_a_page_with_a_code_and_can_be_tried_again() -> None:
    session = lock_refused(FakeSession(), times=2)
    assert session.controller.state == states.NotLocked(REFUSED)
    page = session.window.models["not_locked"]
    assert page.code == "L-03"
    assert page.what
    assert page.todo
    assert page.may_retry
    assert session.window.visible
    assert session.view.closed
    assert session.recording.kinds()[-2:] == ["guard_engaged", "guard_not_engaged"]
    told = session.recording.events[-1]
    assert (told.guard, told.why) == ("system_shortcuts", "guard_failed")
    assert "exam_left" not in session.recording.kinds()
    session.controller.lock()
    assert session.controller.state == states.NotLocked(REFUSED)
    session.controller.lock()
    assert session.phase is Phase.LOCKED
    assert len(session.exams.views) == 3
    assert session.lock.engaged
    assert not session.window.visible
    session.exam.page_painted()
    assert session.phase is Phase.RUNNING


def test_what_a_guard_gives_is_sealed_with_why_it_gives_no_more() -> None:
    session = FakeSession().reach(Phase.LOCKED)
    given = [event.write() for event in session.recording.events if event.kind == "guard_engaged"]
    assert given == [
        {"guard": "watchdog", "level": "enforced"},
        {"guard": "storage", "level": "observed", "limit": "polled"},
    ]


def test_a_refusal_that_no_guard_gave_is_sealed_without_one() -> None:
    session = FakeSession()
    session.exams.refusals = [LockRefused(None, FailureCode.JOURNAL_IN_USE)]
    session.reach(Phase.INFORMED).controller.preparation.check_in()
    assert session.phase is Phase.NOT_LOCKED
    assert session.recording.events[-1].write() == {"why": "journal_in_use"}


def test_a_guard_that_cannot_be_released_after_another_refused_is_sealed() -> None:
    session = FakeSession()
    session.exams.refusals = [LockRefused("overlays", FailureCode.GUARD_FAILED, ("console_switch", "watchdog"))]
    session.reach(Phase.INFORMED).controller.preparation.check_in()
    stuck = [event.guard for event in session.recording.events if event.kind == "guard_not_released"]
    assert stuck == ["console_switch", "watchdog"]


def test_a_control_that_is_to_warn_warns_in_the_exam_window() -> None:
    warned = plain_exam().model_copy(update={"lockdown": LockdownSettings(focus_return="warn")})
    session = FakeSession(warned).reach(Phase.RUNNING)
    session.exam.window_left()
    assert session.view.status.notice
