"""What the exam window's bar says, worked out from what the sources and the delivery really do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ui.model import ExamStatus, SourceLight

if TYPE_CHECKING:
    from app.client.delivery.uploader import DeliveryState

_NOT_RESPONDING = "The recorder does not answer at the moment."
_NAMES = {"webcam": "camera", "microphone": "microphone", "screen": "screen"}


@dataclass
class StatusBoard:
    """Collects the state of sources, recorder and delivery; the shield follows from it and from nothing else.

    `expected` holds the streams that the settings ask for. The shield is green only while a take is running and
    every expected source delivers something to see or hear; it is grey only while nothing is recorded; where nobody
    can say, because the recorder is not `responding`, it is neither. `notice` is trouble with the recording, `warning`
    what a control has just reported, `hint` advice about the camera's picture: the first of them is shown, and what a
    source lacks before any hint.
    """

    expected: tuple[str, ...]
    recording: bool = False
    responding: bool = True
    notice: str = ""
    hint: str = ""
    warning: str = ""
    connection_problem: str | None = None
    delivery: DeliveryState | None = None
    _states: dict[str, tuple[str, str]] = field(default_factory=dict)
    _impairments: dict[str, str] = field(default_factory=dict)

    def source(self, stream: str, state: str, sentence: str) -> None:
        """Take a source's state, as capture names it."""
        if stream in self.expected:
            self._states[stream] = (state, sentence)

    def quality(self, stream: str, sentence: str) -> None:
        """Set the impairment of a source; an empty sentence clears it."""
        self._impairments[stream] = sentence

    def recorder_gone(self) -> None:
        """Take note that no recorder runs: no source delivers, whatever was said before."""
        self.recording = False
        self._states.clear()
        self._impairments.clear()

    def status(self) -> ExamStatus:
        """Give everything the bar shows."""
        lights = tuple(self._light(stream) for stream in self.expected)
        lost = [_NAMES[light.stream] for light in lights if light.state == "lost"]
        impaired = [light.sentence for light in lights if light.state == "attention"]
        if not self.recording:
            shield: Literal["on", "attention", "off"] = "off"
            sentence = "Nothing is being recorded at the moment"
        elif not self.responding:
            shield, sentence = "attention", _NOT_RESPONDING
        elif lost:
            shield, sentence = "attention", f"Recording, but not the {' and '.join(lost)}. Go on with your exam."
        elif impaired:
            shield, sentence = "attention", f"Recording. {impaired[0]}"
        else:
            shield, sentence = "on", "Recording, sealed for your institution"
        connection, connection_sentence = self._connection()
        return ExamStatus(
            shield=shield,
            shield_sentence=sentence,
            sources=lights,
            connection=connection,
            connection_sentence=connection_sentence,
            waiting_objects=self.delivery.waiting_objects if self.delivery else 0,
            waiting_bytes=self.delivery.waiting_bytes if self.delivery else 0,
            notice=self.notice or self.warning or self._lacking(lights) or self.hint,
        )

    def _lacking(self, lights: tuple[SourceLight, ...]) -> str:
        """What sources that are recorded, or should be, lack; not what only opens."""
        sentences = [
            light.sentence
            for light in lights
            if light.state == "attention"
            or (light.state == "lost" and self._states.get(light.stream, ("opening", ""))[0] != "opening")
        ]
        if self.recording and not self.responding:
            sentences = [_NOT_RESPONDING]
        return " ".join([*sentences, "Go on with your exam."]) if sentences else ""

    def _light(self, stream: str) -> SourceLight:
        state, sentence = self._states.get(stream, ("opening", ""))
        if not self.recording:
            return SourceLight(stream, "off", f"The {_NAMES[stream]} is not being recorded")
        if not self.responding:
            return SourceLight(stream, "off", f"It is not known whether the {_NAMES[stream]} is being recorded")
        if state == "running" and self._impairments.get(stream):
            return SourceLight(stream, "attention", self._impairments[stream])
        if state == "running":
            return SourceLight(stream, "on", f"The {_NAMES[stream]} is being recorded")
        return SourceLight(stream, "lost", sentence or f"The {_NAMES[stream]} gives nothing at the moment")

    def _connection(self) -> tuple[Literal["connected", "waiting", "offline"], str]:
        if self.delivery is None:
            if self.connection_problem:
                return "offline", "No connection to your institution's storage. Everything is kept on this computer."
            return "waiting", "Connecting to your institution's storage"
        if self.delivery.problem is not None and not self.delivery.connected:
            return "offline", "No connection to your institution's storage. Everything is kept on this computer."
        if self.delivery.problem is not None:
            return "waiting", "Your institution's storage does not take everything yet. Everything is kept."
        return "connected", "Recordings are being delivered"
