"""The shield says what is true: never green while something is off, never grey while something is on."""

import itertools

import pytest

from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.delivery.uploader import DeliveryState
from app.client.pages import status_words as words
from app.client.session.status_board import StatusBoard
from capture.errors import SourceFault
from capture.reports import Condition, Impairment, StreamName
from resources.language import _
from ui import texts

STREAMS: tuple[StreamName, ...] = ("webcam", "microphone", "screen")


@pytest.mark.parametrize("recording", [True, False])
@pytest.mark.parametrize("states", list(itertools.product(Condition, repeat=3)))
def test_the_shield_follows_the_sources_and_nothing_else(recording: bool, states: tuple[Condition, ...]) -> None:
    board = StatusBoard(expected=STREAMS, recording=recording)
    for stream, state in zip(STREAMS, states, strict=True):
        board.source(stream, state, None)
    status = board.status()
    everything = recording and all(state is Condition.RUNNING for state in states)
    assert (status.shield == "on") == everything
    assert (status.shield == "off") == (not recording)
    for light, state in zip(status.sources, states, strict=True):
        assert (light.state == "on") == (recording and state is Condition.RUNNING)


def test_a_recorder_that_is_gone_turns_every_light_off() -> None:
    board = StatusBoard(expected=STREAMS, recording=True)
    for stream in STREAMS:
        board.source(stream, Condition.RUNNING, None)
    board.recorder_gone()
    assert board.status().shield == "off"
    board.recording = True
    assert board.status().shield == "attention", "a new recorder has not said yet that its sources run"


def test_a_recorder_that_is_silent_is_said_until_it_speaks_again() -> None:
    board = StatusBoard(expected=STREAMS, recording=True)
    for stream in STREAMS:
        board.source(stream, Condition.RUNNING, None)
    board.responding = False
    assert board.status().notice.startswith(_(words.NOT_RESPONDING))
    board.responding = True
    assert board.status().notice == ""


@pytest.mark.parametrize(
    ("delivery", "problem", "expected"),
    [
        (None, None, "waiting"),
        (None, "refused", "offline"),
        (DeliveryState(True, 3, 1000, None), None, "connected"),
        (DeliveryState(False, 3, 1000, DeliveryProblem(ProblemCode.UNREACHABLE)), None, "offline"),
        (DeliveryState(True, 3, 1000, DeliveryProblem(ProblemCode.ENDPOINT_DISK_FULL)), None, "waiting"),
    ],
)
def test_the_connection_is_what_delivery_last_saw(
    delivery: DeliveryState | None, problem: str | None, expected: str
) -> None:
    status = StatusBoard(expected=(), delivery=delivery, connection_problem=problem).status()
    assert status.connection == expected
    assert (status.waiting_objects, status.waiting_bytes) == ((3, 1000) if delivery else (0, 0))


def test_a_stream_that_nobody_asked_for_has_no_light() -> None:
    board = StatusBoard(expected=("screen",), recording=True)
    board.source("webcam", Condition.RUNNING, None)
    board.source("screen", Condition.RUNNING, None)
    assert [light.stream for light in board.status().sources] == ["screen"]


MUTED = "The microphone delivers complete silence. Is it muted? Say a word to try it."


def test_a_source_that_delivers_nothing_worth_having_is_said_until_it_does_again() -> None:
    board = StatusBoard(expected=STREAMS, recording=True, hint="More light would help.")
    for stream in STREAMS:
        board.source(stream, Condition.RUNNING, None)
    board.quality("microphone", Impairment.SOUND_SILENT)
    status = board.status()
    assert status.shield == "attention"
    assert [light.state for light in status.sources] == ["on", "attention", "on"]
    assert status.sources[1].sentence == MUTED
    assert status.notice == f"{MUTED} Go on with your exam."
    board.quality("microphone", None)
    assert (board.status().shield, board.status().notice) == ("on", "More light would help.")


def test_what_two_sources_lack_alike_is_said_once() -> None:
    board = StatusBoard(expected=("webcam", "microphone"), recording=True)
    for stream in ("webcam", "microphone"):
        board.source(stream, Condition.LOST, SourceFault.FILE_UNREADABLE)  # type: ignore[arg-type]  # one of the two
    assert board.status().notice == (
        "The file chosen as a source cannot be read. Choose another when you start Invigilo. Go on with your exam."
    )


def test_a_source_that_is_lost_is_said_in_words_under_the_bar() -> None:
    board = StatusBoard(expected=("webcam",), recording=True)
    board.source("webcam", Condition.RUNNING, None)
    board.source("webcam", Condition.LOST, SourceFault.STOPPED)
    expected = "The camera delivers no pictures. Look whether it is still connected. Go on with your exam."
    assert board.status().notice == expected
    board.source("webcam", Condition.RUNNING, None)
    assert board.status().notice == ""


def test_an_exam_that_records_no_device_does_not_say_that_it_does() -> None:
    sentence = StatusBoard(expected=(), recording=True).status().shield_sentence
    assert sentence.startswith("This exam records neither camera")


def test_nothing_is_recorded_until_it_is_said() -> None:
    board = StatusBoard(expected=STREAMS)
    assert board.status().shield == "off"
    for stream in STREAMS:
        board.source(stream, Condition.RUNNING, None)
    assert board.status().shield == "off"


@pytest.mark.parametrize("stream", STREAMS)
def test_a_source_that_never_was_there_is_not_called_lost(stream: StreamName) -> None:
    board = StatusBoard(expected=(stream,), recording=True)
    assert board.status().sources[0].state == "opening"
    board.source(stream, Condition.ABSENT, SourceFault.NOT_FOUND)
    status = board.status()
    assert status.sources[0].state == "absent"
    assert status.shield == "attention"
    assert status.notice.startswith(status.sources[0].sentence)
    assert "lost" not in _(texts.SOURCE_WORDS[stream][1]["absent"])
    assert "lost" not in _(texts.SOURCE_WORDS[stream][1]["opening"])
    board.source(stream, Condition.RUNNING, None)
    board.source(stream, Condition.LOST, SourceFault.STOPPED)
    assert board.status().sources[0].state == "lost"


def test_a_source_that_was_there_stays_lost_for_a_recorder_that_never_saw_it() -> None:
    board = StatusBoard(expected=("webcam",), recording=True)
    board.source("webcam", Condition.RUNNING, None)
    board.recorder_gone()
    board.recording = True
    board.source("webcam", Condition.ABSENT, SourceFault.NOT_FOUND)
    assert board.status().sources[0].state == "lost"
