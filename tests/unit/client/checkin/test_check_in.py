"""The check-in's steps: in order, each with a way on, nothing recorded before it has to be."""

import heapq
import itertools

import pytest

from app.client.checkin import calibration, face, still
from app.client.checkin.scan import DESK, ROOM, TICK_S
from app.client.checkin.sequence import CheckIn
from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
from app.client.ipc.message import ZeroAngles
from app.events.checkin import (
    CalibrationEvent,
    CalibrationOutcome,
    FaceCheckEvent,
    ScanEvent,
    StillSkippedEvent,
    StillSubject,
)
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from ui.client.checkin.model import CalibrationModel, FaceModel, ScanModel, StillModel

FACE = FaceSeen(present=True, people=None, face=True, quality=())
DARK = FaceSeen(present=True, people=None, face=False, quality=("too_dark",))
NOBODY = FaceSeen(present=False, people=None, face=False, quality=())


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now_s = 0.0
        self._calls = []
        self._order = itertools.count()

    def after(self, delay_s, call):
        heapq.heappush(self._calls, (self.now_s + delay_s, next(self._order), call))

    def pass_s(self, seconds):
        until = self.now_s + seconds
        while self._calls and self._calls[0][0] <= until + 1e-9:
            self.now_s, _, call = heapq.heappop(self._calls)
            call()
        self.now_s = until


class Hall:
    """A check-in with everything around it that is not it: page, recorder and the two calls."""

    def __init__(self, settings):
        self.clock = Clock()
        self.models, self.notes, self.said = [], [], []
        self.recorded = self.finished = 0
        self.check_in = CheckIn(
            settings, page=self, recorder=self, clock=self.clock, record=self._record, finished=self._finish
        )

    def _record(self):
        self.recorded += 1

    def _finish(self):
        self.finished += 1

    def show_check_in(self, model):
        self.models.append(model)

    def note(self, event):
        self.notes.append(event)

    def calibrate(self, target):
        self.said.append(("calibrate", target))

    def take_still(self, purpose):
        self.said.append(("take", purpose))

    def store_still(self, purpose):
        self.said.append(("keep", purpose))

    @property
    def shown(self):
        return self.models[-1]

    def act(self, *actions):
        for action in actions:
            self.check_in.act(action)


@pytest.fixture
def hall(tmp_path):
    def made(checks=(), detection=(), **changes):
        changes |= {"checks": dict.fromkeys(checks, True), "detection": dict.fromkeys(detection, True)}
        settings = exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), **changes)
        made_hall = Hall(settings)
        made_hall.check_in.start()
        return made_hall

    return made


def test_with_nothing_asked_for_it_is_over_at_once_and_records_nothing(hall):
    over = hall(detection=["voice", "face_presence"])
    assert (over.finished, over.recorded, over.models) == (1, 0, [])


def test_the_order_is_face_calibration_pictures_desk_room_and_recording_begins_with_the_pictures(hall):
    run = hall(checks=["face", "id_photo", "signature", "desk_scan", "room_scan"], detection=["gaze"])
    kinds = [type(run.shown).__name__]
    for _ in range(face.SIGHTINGS):
        run.check_in.seen(FACE)
    run.act("continue")
    kinds.append(type(run.shown).__name__)
    assert run.recorded == 0, "face and calibration are not recorded"
    run.act("leave_out")
    titles = []
    for _ in range(4):
        assert run.recorded == 1
        titles.append(run.shown.title)
        run.act("leave_out")
    assert kinds == ["FaceModel", "CalibrationModel"]
    assert titles == [still.ID_PHOTO.title, still.SIGNATURE.title, DESK.title, ROOM.title]
    assert run.finished == 1


# A face is found


def test_a_face_that_is_read_three_times_in_a_row_is_found(hall):
    run = hall(checks=["face"])
    for seen in (FACE, FACE, DARK, FACE, FACE):
        run.check_in.seen(seen)
    assert run.shown.state == "looking"
    run.act("continue")
    assert run.finished == 0, "not before it is found"
    run.check_in.seen(FACE)
    assert run.shown == FaceModel("found", face.FOUND)
    run.clock.pass_s(60)
    assert run.shown.state == "found"
    run.act("continue")
    assert run.notes == [FaceCheckEvent(found=True, tries=1, unavailable=False)]
    assert run.finished == 1


def test_after_three_tries_there_is_a_way_on_and_it_is_noted(hall):
    run = hall(checks=["face"])
    for attempt in range(face.TRIES):
        run.check_in.seen(DARK)
        assert run.shown.hint == face.HINTS["too_dark"]
        run.clock.pass_s(face.TRY_S)
        assert run.shown.state == ("given_up" if attempt == face.TRIES - 1 else "not_found")
        run.act("again")
    assert run.shown.state == "given_up", "there is no fourth try"
    run.act("continue")
    assert run.notes == [FaceCheckEvent(found=False, tries=3, unavailable=False)]
    assert run.finished == 1


def test_nobody_in_the_picture_is_told_to_sit_down_and_not_accused(hall):
    run = hall(checks=["face"])
    run.check_in.seen(NOBODY)
    assert run.shown.hint == face.NOBODY


def test_without_detectors_there_is_a_way_on_at_once(hall):
    run = hall(checks=["face"])
    run.check_in.detection_changed(available=False)
    assert run.shown == FaceModel("given_up", face.UNAVAILABLE)
    run.act("continue")
    assert run.notes[0].unavailable is True


def test_detectors_that_were_lost_before_leave_the_calibration_out(hall):
    run = hall(checks=["face"], detection=["gaze"])
    run.check_in.detection_changed(available=False)
    run.act("continue")
    assert run.notes[1] == CalibrationEvent(CalibrationOutcome.FAILED)
    assert run.finished == 1


def test_who_is_granted_no_face_detection_is_not_asked(hall):
    run = hall(
        checks=["face"], detection=["gaze"], accommodations={"without_face_detection": True}, recording={"camera": {}}
    )
    assert (run.finished, run.models) == (1, [])


# Calibration


def test_the_dot_takes_ten_seconds_and_the_eyes_get_time_to_arrive(hall):
    run = hall(detection=["gaze"])
    run.act("begin")
    assert run.said == [], "nothing is measured while the eyes move"
    run.clock.pass_s(calibration.SETTLE_S)
    assert run.said == [("calibrate", "centre")]
    run.clock.pass_s(calibration.TOTAL_S - calibration.SETTLE_S - 0.01)
    assert ("calibrate", None) not in run.said
    run.clock.pass_s(0.02)
    targets = [target for _, target in run.said]
    assert targets == ["centre", "top_left", "top_right", "bottom_right", "bottom_left", None]
    assert pytest.approx(10.0) == calibration.TOTAL_S
    places = {(model.x, model.y) for model in run.models if model.state == "running"}
    assert len(places) == 5


def test_a_centre_is_found(hall):
    run = hall(detection=["gaze"])
    run.act("begin")
    run.clock.pass_s(10.1)
    run.check_in.calibrated(Calibrated(zero=ZeroAngles(gaze_h_deg=3.0, gaze_v_deg=9.0), spread_deg=21.26))
    assert run.shown == CalibrationModel("done", calibration.DONE)
    run.act("continue")
    assert run.notes == [CalibrationEvent(CalibrationOutcome.DONE, 21.3)]


@pytest.mark.parametrize("answered", [True, False])
def test_looks_that_cannot_be_read_are_no_problem(hall, answered):
    run = hall(detection=["gaze"])
    run.act("begin")
    run.clock.pass_s(10.1)
    if answered:
        run.check_in.calibrated(Calibrated(zero=None, spread_deg=None))
    run.clock.pass_s(10)
    assert run.shown == CalibrationModel("failed", calibration.FAILED)
    run.act("again")
    assert run.shown.state == "running"
    run.act("leave_out")
    assert run.notes == [CalibrationEvent(CalibrationOutcome.SKIPPED)]
    assert run.said[-1] == ("calibrate", None)
    said = len(run.said)
    run.clock.pass_s(60)
    assert (run.finished, len(run.said)) == (1, said), "timers of a step that was left do nothing"


# Scans


def states(run):
    return [event.place or event.state for event in run.notes if isinstance(event, ScanEvent)]


def test_a_scan_leads_through_its_places_by_time(hall):
    run = hall(checks=["room_scan"])
    assert run.shown.state == "ready"
    run.act("begin")
    run.clock.pass_s(ROOM.place_s / 2)
    assert run.shown.place == 0
    assert run.shown.progress == pytest.approx(0.5, abs=0.05)
    run.clock.pass_s(ROOM.place_s * 4 + TICK_S * 5)
    assert run.shown.state == "done"
    assert states(run) == ["begun", *(place.replace(" ", "_") for place, _ in ROOM.places), "ended"]
    run.act("continue")
    assert run.finished == 1


def test_a_scan_can_go_faster_be_done_again_and_is_then_a_second_try(hall):
    run = hall(checks=["desk_scan"])
    run.act("begin", "next", "next", "next")
    assert run.shown.state == "done"
    run.act("again")
    assert (run.shown.state, run.shown.place) == ("running", 0)
    assert [event.tries for event in run.notes if event.state == "begun"] == [1, 2]


@pytest.mark.parametrize(("before", "noted"), [((), ["skipped"]), (("begin",), ["begun", "desk_top", "stopped"])])
def test_a_scan_can_be_left_out_at_any_time(hall, before, noted):
    run = hall(checks=["desk_scan"])
    run.act(*before, "leave_out")
    assert (states(run), run.finished) == (noted, 1)
    assert isinstance(run.shown, ScanModel)


# Still pictures


def taken(*quality, purpose="id_photo"):
    return StillTaken.of(purpose, b"\xff\xd8picture", 1920, 1080, quality)


def test_a_picture_is_taken_looked_at_and_sealed(hall):
    run = hall(checks=["id_photo"])
    run.act("use")
    assert run.said == [], "there is nothing to use yet"
    run.act("take", "take")
    assert run.said == [("take", "id_photo")], "one press, one picture"
    run.check_in.still_taken(taken("blurred", "glare"))
    assert run.shown == StillModel(
        still.ID_PHOTO.title,
        still.ID_PHOTO.lead,
        "taken",
        still.TAKEN,
        b"\xff\xd8picture",
        (still.DOUBTS["blurred"], still.DOUBTS["glare"]),
    )
    run.act("again", "take")
    run.check_in.still_taken(taken())
    assert run.shown.doubts == ()
    run.act("use")
    assert run.finished == 0, "only what is sealed is done"
    run.check_in.still_stored(stored=True)
    assert run.finished == 1


def test_a_picture_of_a_recorder_that_died_is_taken_again(hall):
    run = hall(checks=["signature"])
    run.act("take")
    run.check_in.still_taken(taken(purpose="signature"))
    run.act("use")
    run.check_in.still_stored(stored=False)
    assert (run.shown.state, run.shown.sentence) == ("failed", still.GONE)
    run.act("take")
    assert run.said.count(("take", "signature")) == 2


def test_a_camera_that_gives_nothing_is_said_and_can_be_gone_round(hall):
    run = hall(checks=["id_photo"])
    run.act("take")
    run.clock.pass_s(still.TAKING_S)
    assert run.shown.sentence == still.FAILED
    run.act("leave_out")
    assert run.notes == [StillSkippedEvent(StillSubject.ID_PHOTO)]
    assert run.finished == 1
