"""What the recording reports to the client, and the scheduler of the main thread it reports on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
    from app.client.ipc.problems import RecordingProblem
    from capture.errors import SourceFault
    from capture.reports import Condition, Impairment, StreamName


class RecordingListener(Protocol):
    """Hears what the test taker should know; called on the main thread."""

    def source_changed(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> None:
        """A source opened, was lost, came back or ended; `fault` is why it does not deliver."""

    def quality_changed(self, stream: StreamName, impairment: Impairment | None) -> None:
        """A source delivers nothing worth having; None: it does again."""

    def preview(self, jpeg: bytes) -> None:
        """A small camera picture, during the device check only."""

    def level(self, dbfs: float) -> None:
        """The microphone's level, during the device check only."""

    def seen(self, seen: FaceSeen) -> None:
        """The detectors looked at the test taker; only where the settings ask for it."""

    def calibrated(self, calibrated: Calibrated) -> None:
        """The calibration is over."""

    def still_taken(self, taken: StillTaken) -> None:
        """A still picture was taken, to be looked at."""

    def still_stored(self, *, stored: bool) -> None:
        """The still picture is sealed, or is gone."""

    def detection_changed(self, *, available: bool) -> None:
        """The detectors run, or cannot."""

    def segment_sealed(self) -> None:
        """Another object waits for delivery."""

    def take_started(self) -> None:
        """A recorder seals: the first, or one that replaced another."""

    def recorder_responding(self, *, responding: bool) -> None:
        """The recorder has been silent for seconds, or is back; what its sources do is unknown meanwhile."""

    def recording_problem(self, problem: RecordingProblem, *, recorder_gone: bool) -> None:
        """Something stops the recording for the moment; the exam goes on."""

    def recording_finished(self, *, complete: bool) -> None:
        """Everything is sealed; `complete` is False when the recorder died while closing."""


class Scheduler(Protocol):
    """Runs calls on the main thread."""

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon; safe from any thread."""

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Run `call` after `delay_s` seconds; called on the main thread only."""
