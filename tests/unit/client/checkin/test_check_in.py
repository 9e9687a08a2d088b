"""The check-in's order, and its steps that are not recorded: a face is found, the eyes are calibrated."""

import pytest

from app.client.checkin import calibration, face, still
from app.client.checkin.scan import DESK, ROOM
from app.client.ipc.from_recorder import Calibrated, FaceSeen
from app.client.ipc.message import ZeroAngles
from app.events.checkin import (
    CalibrationEvent,
    CalibrationOutcome,
    FaceCheckEvent,
)
from ui.client.checkin.model import CalibrationModel, FaceModel

FACE = FaceSeen(present=True, people=None, face=True, quality=())
DARK = FaceSeen(present=True, people=None, face=False, quality=("too_dark",))
NOBODY = FaceSeen(present=False, people=None, face=False, quality=())


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
