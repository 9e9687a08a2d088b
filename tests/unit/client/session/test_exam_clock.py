"""The exam's time: counted down, said when little is left, standing still in breaks, kept over a restart."""

from __future__ import annotations

import pytest

from app.client.session.phases import Phase
from app.client.state.exam_time import ExamTime
from app.policy.document import ExamSettings
from tests.fixtures.session import FakeSession, plain_exam

MIN_S = 60


def timed(duration_min: int | None = 60, extra_time_min: int = 0, *, breaks: bool = False) -> ExamSettings:
    exam = plain_exam()
    granted = {"extra_time_min": extra_time_min, "breaks_allowed": breaks}
    return exam.model_copy(
        update={
            "exam": exam.exam.model_copy(update={"duration_min": duration_min}),
            "accommodations": exam.accommodations.model_copy(update=granted),
        }
    )


def running(settings: ExamSettings, **attempt: object) -> FakeSession:
    return FakeSession(settings, **attempt).reach(Phase.RUNNING)


def word(session: FakeSession) -> str:
    left = session.view.status.time_left
    return "" if left is None else left.word


def test_it_counts_from_when_the_exam_can_be_worked_on() -> None:
    session = FakeSession(timed()).reach(Phase.LOCKED)
    session.loop.pass_s(90)
    assert word(session) == ""
    session.exam.page_painted()
    assert word(session) == "1 h 0 min left"
    session.loop.pass_s(61)
    assert word(session) == "59 min left"
    session.loop.pass_s(54 * MIN_S)
    assert (word(session), session.view.status.time_left.state) == ("4:59 left", "soon")


def test_extra_time_is_counted_in() -> None:
    assert word(running(timed(60, 15))) == "1 h 15 min left"


def test_an_exam_without_a_duration_has_no_clock_and_has_breaks() -> None:
    session = running(timed(None, breaks=True))
    session.loop.pass_s(10)
    assert word(session) == ""
    session.exam.break_requested()
    session.loop.pass_s(7)
    session.exam.break_ended()
    assert session.recording.kinds()[-2:] == ["break_begun", "break_ended"]
    assert session.recording.events[-1].lasted_s == 7
    assert word(session) == ""


def test_ten_and_five_minutes_before_the_end_it_is_said_once() -> None:
    session = running(timed(12))
    said = []
    for _ in range(12 * MIN_S - 1):
        session.loop.pass_s(1)
        notice = session.view.status.notice
        if notice not in ("", *said[-1:]):
            said.append(notice)
    assert said == ["10 minutes of the exam's time are left.", "5 minutes of the exam's time are left."]


def test_what_was_over_from_the_start_is_not_said() -> None:
    session = running(timed(10))
    session.loop.pass_s(20)
    assert session.view.status.notice == ""


def test_at_zero_it_says_so_seals_it_once_and_ends_nothing() -> None:
    session = running(timed(1))
    session.loop.pass_s(59)
    assert "time_up" not in session.recording.kinds()
    session.loop.pass_s(60)
    assert session.recording.kinds().count("time_up") == 1
    assert session.phase is Phase.RUNNING
    assert (word(session), session.view.status.time_left.state) == ("Time is up", "up")
    assert session.view.status.notice.startswith("Time is up: hand in now.")
    assert session.recording.attempt.time.up
    session.exam.hand_in_requested()
    assert session.phase is Phase.SUBMITTING
    assert session.controller.presenter.board.time_left is None
    events = len(session.recording.events)
    session.loop.pass_s(100)
    assert len(session.recording.events) == events


def test_a_break_covers_the_page_and_stops_the_clock_and_nothing_else() -> None:
    session = running(timed(60, breaks=True))
    session.loop.pass_s(10 * MIN_S)
    session.exam.break_requested()
    assert session.phase is Phase.SUSPENDED
    assert session.view.on_break
    assert session.lock.engaged
    session.loop.pass_s(20 * MIN_S)
    session.exam.break_requested()
    assert word(session) == "50 min left"
    assert "stands still" in session.view.status.time_left.sentence
    session.exam.break_ended()
    session.exam.break_ended()
    assert session.phase is Phase.RUNNING
    assert not session.view.on_break
    assert word(session) == "50 min left"
    session.loop.pass_s(MIN_S)
    assert word(session) == "49 min left"
    breaks = [event.write() for event in session.recording.events if event.kind.startswith("break")]
    assert breaks == [{}, {"lasted_s": 20 * MIN_S}]
    session.exam.break_requested()
    session.loop.pass_s(MIN_S)
    session.exam.break_ended()
    assert word(session) == "49 min left"


def test_without_the_institutions_leave_there_is_no_break() -> None:
    session = running(timed())
    session.exam.break_requested()
    assert session.phase is Phase.RUNNING
    assert "break_begun" not in session.recording.kinds()


def test_handing_in_from_a_break_ends_the_break_first() -> None:
    session = running(timed(breaks=True))
    session.exam.break_requested()
    session.exam.hand_in_requested()
    assert session.phase is Phase.SUBMITTING
    assert session.recording.kinds()[-3:] == ["break_begun", "break_ended", "handed_in"]


def test_a_restart_gives_no_time_and_takes_none() -> None:
    before = running(timed(60))
    before.loop.pass_s(25 * MIN_S)
    kept = before.recording.attempt.model_dump(exclude={"attempt", "endpoint", "institution", "exam"})
    again = FakeSession(timed(60), resumed=True, **kept)
    again.recording.started_s = 30 * MIN_S
    again.reach(Phase.INFORMED).controller.preparation.check_in()
    again.exam.page_painted()
    assert word(again) == "30 min left"
    assert again.view.status.notice == ""


def test_a_break_goes_on_over_a_restart() -> None:
    began = ExamTime(started_us=0, break_us=0, break_since_us=10 * MIN_S * 1_000_000)
    again = FakeSession(timed(60, breaks=True), resumed=True, time=began, next_take=1, identified=True)
    again.recording.started_s = 40 * MIN_S
    again.reach(Phase.LOCKED)
    again.exam.page_painted()
    assert again.phase is Phase.SUSPENDED
    assert again.view.on_break
    assert word(again) == "50 min left"
    assert "break_begun" not in again.recording.kinds()
    again.exam.break_ended()
    assert again.recording.events[-1].lasted_s == 30 * MIN_S
    assert word(again) == "50 min left"


def test_time_that_was_up_before_a_restart_is_not_sealed_again() -> None:
    over = ExamTime(started_us=0, up=True)
    again = FakeSession(timed(1), resumed=True, time=over, next_take=1, identified=True)
    again.recording.started_s = 2 * MIN_S
    again.reach(Phase.RUNNING)
    assert "time_up" not in again.recording.kinds()
    assert word(again) == "Time is up"


@pytest.mark.parametrize(
    ("time", "now_s", "used_s", "lasted_s"),
    [
        (ExamTime(started_us=5_000_000), 65, 60, 0),
        (ExamTime(started_us=5_000_000), 3, 0, 0),
        (ExamTime(started_us=0, break_us=30_000_000), 100, 70, 0),
        (ExamTime(started_us=0, break_us=30_000_000, break_since_us=50_000_000), 100, 20, 50),
        (ExamTime(started_us=0, break_since_us=50_000_000), 40, 50, 0),
    ],
)
def test_the_time_used_leaves_out_breaks(time: ExamTime, now_s: int, used_s: int, lasted_s: int) -> None:
    now_us = now_s * 1_000_000
    assert time.used_us(now_us) == used_s * 1_000_000
    assert time.break_lasted_us(now_us) == lasted_s * 1_000_000
    if time.break_since_us is not None:
        after = time.break_ended(now_us)
        assert after.break_since_us is None
        assert after.used_us(now_us) == min(used_s, max(0, now_s - after.break_us // 1_000_000)) * 1_000_000


def test_a_break_is_shown_at_the_clock_as_soon_as_it_begins_and_ends() -> None:
    session = running(timed(60, breaks=True))
    sentences = [session.view.status.time_left.sentence]
    session.exam.break_requested()
    sentences.append(session.view.status.time_left.sentence)
    session.exam.break_ended()
    sentences.append(session.view.status.time_left.sentence)
    left = "The exam's time: 1 h 0 min left."
    assert sentences == [left, f"{left} It stands still during your break.", left]
