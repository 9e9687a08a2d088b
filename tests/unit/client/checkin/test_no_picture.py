"""Nobody looks for a face, or at looks, where the camera gives no picture."""

from __future__ import annotations

from app.client.checkin import calibration, face
from app.client.ipc.from_recorder import FaceSeen
from app.events.checkin import CalibrationEvent, CalibrationOutcome, FaceCheckEvent
from ui.client.checkin.model import CalibrationModel, FaceModel

SEEN = FaceSeen(present=True, face=True, people=1, quality=())


def test_kind_1_a_face_is_not_looked_for_without_a_picture_and_that_is_said(hall) -> None:
    run = hall(checks=["face"], picture=False)
    assert run.shown == FaceModel("given_up", face.NO_PICTURE)
    run.clock.pass_s(60)
    assert len(run.models) == 1, "no try, and no other page"
    run.act("continue")
    assert run.notes == [FaceCheckEvent(found=False, tries=0, unavailable=True)]
    assert run.finished == 1


def test_kind_1_once_there_is_a_picture_it_is_looked_at_at_once(hall) -> None:
    run = hall(checks=["face"], picture=False)
    run.check_in.picture_changed(there=True)
    assert run.shown.state == "looking"
    for _ in range(face.SIGHTINGS):
        run.check_in.seen(SEEN)
    run.act("continue")
    assert run.notes == [FaceCheckEvent(found=True, tries=1, unavailable=False)]


def test_kind_1_a_camera_that_is_gone_while_it_is_looked_takes_no_try_away(hall) -> None:
    run = hall(checks=["face"])
    run.check_in.picture_changed(there=False)
    assert run.shown == FaceModel("given_up", face.NO_PICTURE)
    run.clock.pass_s(face.TRY_S * 2)
    assert run.shown == FaceModel("given_up", face.NO_PICTURE)
    run.check_in.picture_changed(there=True)
    assert run.shown.state == "looking"
    run.clock.pass_s(face.TRY_S)
    run.act("continue")
    assert run.notes == [FaceCheckEvent(found=False, tries=1, unavailable=False)]


def test_kind_1_who_was_not_found_in_three_tries_is_not_looked_for_again_by_a_flickering_camera(hall) -> None:
    run = hall(checks=["face"])
    for _ in range(face.TRIES):
        run.clock.pass_s(face.TRY_S)
        run.act("again")
    run.check_in.picture_changed(there=False)
    run.check_in.picture_changed(there=True)
    assert run.shown.state == "given_up"


def test_kind_1_looks_are_not_calibrated_without_a_picture(hall) -> None:
    run = hall(detection=["gaze"], picture=False)
    assert (run.models, run.finished) == ([], 1)
    assert run.notes == [CalibrationEvent(CalibrationOutcome.FAILED)]


def test_kind_1_a_calibration_ends_with_the_picture(hall) -> None:
    run = hall(detection=["gaze"])
    run.act("begin")
    run.check_in.picture_changed(there=False)
    assert run.shown == CalibrationModel("failed", calibration.NO_PICTURE)
    run.act("again")
    assert run.shown == CalibrationModel("failed", calibration.NO_PICTURE)
    run.check_in.picture_changed(there=True)
    run.act("again")
    assert run.shown.state == "running"
