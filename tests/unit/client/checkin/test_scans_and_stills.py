"""The check-in's steps that are recorded: scans of desk and room, still pictures of document and signature."""

import pytest

from app.client.checkin import still
from app.client.checkin.scan import ROOM, TICK_S
from app.client.ipc.from_recorder import StillTaken
from app.events.checkin import (
    ScanEvent,
    StillSkippedEvent,
    StillSubject,
)
from ui.client.checkin.model import ScanModel, StillModel

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
