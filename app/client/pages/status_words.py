"""Words of the exam window's bar: what is recorded, what is not, and where it goes; `_` says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.client.ipc.problems import RecordingProblem
from resources.language import N_

if TYPE_CHECKING:
    from capture.reports import StreamName

ALL_RECORDED = N_("Recording, sealed for your institution")
ONLY_NOTED = N_(
    "This exam records neither camera nor microphone nor screen. What happens in its window is noted, sealed."
)
NOTHING_RECORDED = N_("Nothing is being recorded at the moment")
NOT_RESPONDING = N_("The recorder does not answer at the moment.")
IMPAIRED = N_("Recording.")
"""Stands before the sentence that says what a source lacks."""
GO_ON = N_("Go on with your exam.")
"""Stands behind such sentences."""

CONNECTING = N_("Connecting to your institution's storage")
OFFLINE = N_("No connection to your institution's storage. Everything is kept on this computer.")
STORAGE_REFUSES = N_("Your institution's storage does not take everything yet. Everything is kept.")
DELIVERING = N_("The recording is being sent to your institution's storage")
UNSENT_LONG = N_(
    "Your recording cannot be sent at the moment. It goes on, is kept sealed on this computer, and is sent later, also "
    "after the exam. Go on with your exam."
)

RECORDED: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("The camera is being recorded"),
        "microphone": N_("The microphone is being recorded"),
        "screen": N_("The screen is being recorded"),
    }
)
NOT_RECORDED: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("The camera is not being recorded"),
        "microphone": N_("The microphone is not being recorded"),
        "screen": N_("The screen is not being recorded"),
    }
)
NOT_KNOWN: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("It is not known whether the camera is being recorded"),
        "microphone": N_("It is not known whether the microphone is being recorded"),
        "screen": N_("It is not known whether the screen is being recorded"),
    }
)
NOTHING_DELIVERED: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("The camera gives nothing at the moment."),
        "microphone": N_("The microphone gives nothing at the moment."),
        "screen": N_("The screen gives nothing at the moment."),
    }
)
LOST: Mapping[frozenset[StreamName], str] = MappingProxyType(
    {
        frozenset({"webcam"}): N_("Recording, but not the camera. Go on with your exam."),
        frozenset({"microphone"}): N_("Recording, but not the microphone. Go on with your exam."),
        frozenset({"screen"}): N_("Recording, but not the screen. Go on with your exam."),
        frozenset({"webcam", "microphone"}): N_("Recording, but not the camera and microphone. Go on with your exam."),
        frozenset({"webcam", "screen"}): N_("Recording, but not the camera and screen. Go on with your exam."),
        frozenset({"microphone", "screen"}): N_("Recording, but not the microphone and screen. Go on with your exam."),
        frozenset({"webcam", "microphone", "screen"}): N_(
            "Recording, but not the camera, microphone and screen. Go on with your exam."
        ),
    }
)
"""By what is not recorded: a sentence for each, because languages join such words in ways of their own."""

PROBLEMS: Mapping[RecordingProblem, str] = MappingProxyType(
    {
        RecordingProblem.DISK_FULL: N_("The disk is full; free some space. Nothing that was kept is lost."),
        RecordingProblem.SEALING_FAILED: N_(
            "The recording could not be kept and is being started again. Your exam goes on."
        ),
        RecordingProblem.MESSAGE_UNKNOWN: N_("The recorder failed and is being started again. Your exam goes on."),
        RecordingProblem.OUT_OF_TURN: N_("The recorder failed. Your exam goes on; tell your institution afterwards."),
        RecordingProblem.RECORDER_EXITED: N_("The recorder stopped and is being started again. Your exam goes on."),
    }
)
