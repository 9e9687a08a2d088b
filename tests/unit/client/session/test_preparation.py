"""The device check before the exam: what is looked at, beside the main thread, and what is shown of it."""

from __future__ import annotations

from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.entry.servers import FirstPage, PageFault
from app.client.session.phases import Phase
from app.client.session.preparation import ADMISSION_TIMEOUT_S
from tests.fixtures.session import ATTEMPT, FakeSession


def item(session: FakeSession, code: str):
    return next(each for each in session.window.models["checks"].items if each.code == code)


def states_of(session: FakeSession) -> dict[str, str]:
    return {each.code: each.state for each in session.window.models["checks"].items}


def test_nothing_is_opened_or_sent_before_the_test_taker_agrees() -> None:
    session = FakeSession()
    assert session.window.page_name == "consent"
    assert session.window.visible
    assert (session.recording.opened, session.machine.looks, session.delivery.started) == (0, 0, 0)
    session.controller.accepted()
    assert (session.recording.opened, session.machine.looks, session.delivery.started) == (1, 1, 1)


def test_an_attempt_that_goes_on_is_delivered_from_the_start_and_once() -> None:
    session = FakeSession(resumed=True)
    assert session.delivery.started == 1
    session.controller.accepted()
    assert session.delivery.started == 1


def test_it_is_looked_again_as_often_as_one_likes() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    session.controller.preparation.check()
    session.controller.preparation.close_programs()
    assert (session.recording.opened, session.machine.looks, session.machine.closed_programs) == (3, 3, 1)


def test_a_full_disk_is_said() -> None:
    session = FakeSession()
    session.store.full = True
    session.reach(Phase.INFORMED)
    assert "blocking" in states_of(session).values()
    assert any("disk has no room" in each.sentence for each in session.window.models["checks"].items)


def test_an_exam_begins_without_an_endpoint_that_does_not_answer() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    before = states_of(session)
    session.loop.pass_s(ADMISSION_TIMEOUT_S + 1)
    changed = {code for code, state in states_of(session).items() if before[code] != state}
    assert len(changed) == 1
    assert "does not answer" in item(session, changed.pop()).sentence


def test_kind_1_of_an_attempt_that_goes_on_the_endpoint_is_asked_and_not_taken_to_answer() -> None:
    session = FakeSession(resumed=True, token="kept", nonce="n")
    session.servers.problem = DeliveryProblem(ProblemCode.UNREACHABLE)
    session.reach(Phase.INFORMED)
    assert item(session, "N-01").state == "attention"
    assert item(session, "N-01").sentence == "The endpoint cannot be reached."
    session.servers.problem = None
    session.controller.preparation.check()
    assert item(session, "N-01").state == "ready"


def test_kind_1_the_first_page_is_tried_at_the_check() -> None:
    session = FakeSession()
    session.servers.page = FirstPage("exams.example.edu", PageFault.ERROR_STATUS, 503)
    session.reach(Phase.INFORMED)
    assert item(session, "N-02").state == "attention"
    assert "503" in item(session, "N-02").sentence


def test_the_reason_for_which_it_does_not_answer_is_said_where_it_is_known() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    session.controller.presenter.admission_failed(ATTEMPT, DeliveryProblem(ProblemCode.TIMED_OUT))
    session.loop.pass_s(ADMISSION_TIMEOUT_S + 1)
    assert any("does not answer in time" in each.sentence for each in session.window.models["checks"].items)


def test_who_is_admitted_is_not_told_of_it_again() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    session.controller.presenter.admitted(ATTEMPT, "token", "nonce")
    assert session.controller.attempt.token == "token"
    shown = session.log.entries.count("page checks")
    session.loop.pass_s(ADMISSION_TIMEOUT_S + 1)
    assert session.log.entries.count("page checks") == shown
    session.controller.preparation.check()
    session.controller.preparation.check_in()
    session.controller.presenter.admitted(ATTEMPT, "another", "nonce")
    assert session.recording.attempt.token == "another"


def test_once_it_is_passed_the_wait_for_admission_is_over() -> None:
    session = FakeSession().reach(Phase.LOCKED)
    shown = session.log.entries.count("page checks")
    session.loop.pass_s(ADMISSION_TIMEOUT_S + 1)
    assert session.log.entries.count("page checks") == shown


def test_an_attempt_that_was_interrupted_in_the_exam_skips_the_check_in() -> None:
    session = FakeSession(resumed=True, identified=True, next_take=1, held=("storage",)).reach(Phase.INFORMED)
    session.controller.preparation.check_in()
    assert session.phase is Phase.LOCKED
    assert session.recording.attempt.identified
    assert session.view.cover is not None
    assert session.recording.attempt.held == ("storage",)
