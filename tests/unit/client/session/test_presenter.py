"""What recorder and delivery report is shown where the session stands, and goes on to whom it concerns."""

from __future__ import annotations

from types import SimpleNamespace

from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.delivery.uploader import DeliveryState
from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
from app.client.ipc.problems import RecordingProblem
from app.client.pages.camera_hints import MIN_DURATION_S
from app.client.pages.source_words import impairment_sentence
from app.client.pages.status_words import PROBLEMS
from app.client.session.phases import Phase
from capture.errors import SourceFault
from capture.reports import Condition, Impairment
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.fixtures.session import ATTEMPT, FakeSession, plain_exam

DARK = FaceSeen(present=True, people=None, face=False, quality=("too_dark",))


class Steps:
    """A check-in that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __getattr__(self, name: str):
        return lambda *_args, **_named: self.heard.append(name)


def in_check_in() -> tuple[FakeSession, Steps]:
    session, steps = FakeSession().reach(Phase.INFORMED), Steps()
    session.controller.presenter.show(SimpleNamespace())
    from app.client.session.states import Checked

    session.controller.enter(Checked(steps))  # type: ignore[arg-type]
    return session, steps


def test_the_device_check_is_shown_while_it_is_the_device_check() -> None:
    session = FakeSession()
    presenter = session.controller.presenter
    presenter.source_changed("webcam", Condition.RUNNING, None)
    presenter.quality_changed("webcam", Impairment.PICTURE_BLACK)
    assert session.window.page_name == "consent"
    session.reach(Phase.INFORMED)
    presenter.source_changed("webcam", Condition.RUNNING, None)
    presenter.quality_changed("webcam", Impairment.PICTURE_BLACK)
    assert any(each.sentence == impairment_sentence("picture_black") for each in session.window.models["checks"].items)
    presenter.detection_changed(available=False)
    presenter.preview(b"picture")
    presenter.level(-20.0)
    assert (session.window.previews, session.window.levels) == (1, [-20.0])


def test_the_check_in_hears_whether_the_camera_gives_a_picture() -> None:
    session, steps = in_check_in()
    heard: list[bool] = []
    steps.picture_changed = lambda *, there: heard.append(there)  # type: ignore[attr-defined]
    session.controller.presenter.source_changed("webcam", Condition.RUNNING, None)
    session.controller.presenter.source_changed("webcam", Condition.LOST, SourceFault.STOPPED)
    assert heard == [True, False]


def test_the_steps_of_the_check_in_hear_what_concerns_them_and_nobody_else_does() -> None:
    session, steps = in_check_in()
    presenter = session.controller.presenter

    def all_of_it() -> None:
        presenter.seen(DARK)
        presenter.calibrated(Calibrated(zero=None, spread_deg=None))
        presenter.still_taken(StillTaken.of("id_photo", b"", 1, 1, ()))
        presenter.still_stored(stored=True)
        presenter.detection_changed(available=False)

    all_of_it()
    assert steps.heard == ["seen", "calibrated", "still_taken", "still_stored", "detection_changed"]
    session.controller.leave()
    all_of_it()
    assert steps.heard[5:] == ["end"]


def test_the_shield_is_shown_above_the_check_in_and_in_the_exam() -> None:
    session = FakeSession().reach(Phase.INFORMED)
    presenter = session.controller.presenter
    presenter.take_started()
    presenter.source_changed("webcam", Condition.RUNNING, None)
    assert session.window.shield == "on"
    session.controller.preparation.check_in()
    assert session.view.status.shield == "on"
    presenter.recorder_responding(responding=False)
    assert session.view.status.shield == "attention"
    presenter.recorder_responding(responding=True)
    presenter.recording_problem(RecordingProblem.DISK_FULL, recorder_gone=False)
    assert (session.view.status.shield, session.view.status.notice) == ("on", PROBLEMS[RecordingProblem.DISK_FULL])
    presenter.segment_sealed()
    assert session.view.status.notice == ""
    presenter.recording_problem(RecordingProblem.RECORDER_EXITED, recorder_gone=True)
    assert session.view.status.shield == "off"
    presenter.segment_sealed()
    assert session.view.status.notice == PROBLEMS[RecordingProblem.RECORDER_EXITED]
    assert session.delivery.woken == 2
    session.exam.hand_in_requested()
    session.finish_recording()
    assert session.window.shield == "off"


def test_an_object_that_waits_before_anybody_delivers_wakes_nobody() -> None:
    session = FakeSession()
    session.controller.presenter.segment_sealed()
    assert session.delivery.woken == 0


def test_a_hint_about_the_picture_is_shown_in_the_exam_and_what_is_the_same_is_not_painted_anew(monkeypatch) -> None:
    session = FakeSession().reach(Phase.RUNNING)
    presenter = session.controller.presenter
    presenter.take_started()
    presenter.source_changed("webcam", Condition.RUNNING, None)
    now = [100.0]
    monkeypatch.setattr("app.client.session.presenter.time.monotonic", lambda: now[0])
    for _ in range(int(MIN_DURATION_S) + 3):
        presenter.seen(DARK)
        now[0] += 1
    assert session.view.status.notice
    status = session.view.status
    presenter.show_time(None)
    assert session.view.status is status


def test_a_warning_lasts_as_long_as_it_is_to_and_gives_way_to_the_next() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    presenter = session.controller.presenter
    presenter.warn("One.", 20)
    session.loop.pass_s(10)
    presenter.warn("Two.", 20)
    session.loop.pass_s(15)
    assert session.view.status.notice == "Two."
    session.loop.pass_s(6)
    assert session.view.status.notice == ""


def test_the_state_of_delivery_is_shown() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    presenter = session.controller.presenter
    presenter.admission_failed(ATTEMPT, DeliveryProblem(ProblemCode.TIMED_OUT))
    assert session.view.status.connection == "offline"
    presenter.admitted(ATTEMPT, "token", "nonce")
    assert session.view.status.connection == "waiting"
    assert session.recording.attempt.token == "token"
    state = DeliveryState(connected=True, waiting_objects=3, waiting_bytes=700, problem=None)
    presenter.delivery_changed(ATTEMPT, state)
    assert (session.view.status.connection, session.view.status.waiting_bytes) == ("connected", 700)


def test_recordings_that_wait_for_long_get_a_calming_sentence_until_they_go_on() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    presenter = session.controller.presenter
    presenter.take_started()
    presenter.source_changed("webcam", Condition.RUNNING, None)
    gone = DeliveryState(False, 3, 700, DeliveryProblem(ProblemCode.UNREACHABLE))
    sent = DeliveryState(True, 0, 0, None)
    presenter.delivery_changed(ATTEMPT, sent)
    presenter.delivery_changed(ATTEMPT, gone)
    session.loop.pass_s(59)
    assert session.view.status.notice == ""
    presenter.delivery_changed(ATTEMPT, sent)
    presenter.delivery_changed(ATTEMPT, gone)
    session.loop.pass_s(59)
    assert session.view.status.notice == "", "it was sent in between"
    session.loop.pass_s(2)
    assert "kept sealed on this computer" in session.view.status.notice
    assert "sent later" in session.view.status.notice
    presenter.delivery_changed(ATTEMPT, sent)
    assert session.view.status.notice == ""


def test_sources_that_nobody_asked_for_are_not_shown() -> None:
    assert [light.stream for light in FakeSession(plain_exam()).controller.presenter.board.status().sources] == [
        "webcam"
    ]


def test_every_stream_that_the_settings_record_is_expected(tmp_path) -> None:
    recorded = {"camera": {}, "microphone": {}, "screen": {}}
    settings = exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording=recorded)
    board = FakeSession(settings).controller.presenter.board
    assert [light.stream for light in board.status().sources] == ["webcam", "microphone", "screen"]


def test_a_recording_that_is_over_is_shown_as_over() -> None:
    session = FakeSession().reach(Phase.RUNNING)
    presenter = session.controller.presenter
    presenter.take_started()
    for stream in ("webcam", "microphone", "screen"):
        presenter.source_changed(stream, Condition.RUNNING, None)
    assert session.view.status.shield == "on"
    presenter.recording_finished(complete=True)
    assert session.view.status.shield == "off"
