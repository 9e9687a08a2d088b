"""What the exam window's bar says, worked out from what the sources and the delivery really do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.client.pages import status_words as words
from app.client.pages.source_words import fault_sentence, impairment_sentence
from capture.reports import Condition
from resources.language import _
from ui.model import ExamStatus, SourceLight

if TYPE_CHECKING:
    from app.client.delivery.uploader import DeliveryState
    from capture.errors import SourceFault
    from capture.reports import Impairment, StreamName
    from ui.model import TimeLeft

_NOTHING = frozenset({"lost", "absent", "opening"})


@dataclass
class StatusBoard:
    """Collects the state of sources, recorder and delivery; the shield follows from it and from nothing else.

    `expected` holds the streams that the settings ask for. The shield is green only while a take is running and
    every expected source delivers something to see or hear; it is grey only while nothing is recorded; where nobody
    can say, because the recorder is not `responding`, it is neither. `notice` is trouble with the recording, `warning`
    what a control has just reported, `hint` advice about the camera's picture: the first of them is shown, and what a
    source lacks before any hint. `unsent_long`: nothing could be sent for a while. Only a source
    that was seen running is `lost`.
    """

    expected: tuple[StreamName, ...]
    recording: bool = False
    responding: bool = True
    notice: str = ""
    hint: str = ""
    warning: str = ""
    unsent_long: bool = False
    connection_problem: str | None = None
    delivery: DeliveryState | None = None
    time_left: TimeLeft | None = None
    _states: dict[StreamName, tuple[Condition, SourceFault | None]] = field(default_factory=dict)
    _seen: set[StreamName] = field(default_factory=set)
    _impairments: dict[StreamName, Impairment | None] = field(default_factory=dict)

    def source(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> None:
        """Take a source's state, as capture names it."""
        if stream in self.expected:
            if state is Condition.RUNNING:
                self._seen.add(stream)
            self._states[stream] = (state, fault)

    def quality(self, stream: StreamName, impairment: Impairment | None) -> None:
        """Set the impairment of a source; None clears it."""
        self._impairments[stream] = impairment

    def delivers(self, stream: StreamName) -> bool:
        """Whether `stream` delivers at the moment."""
        return self._state(stream)[0] is Condition.RUNNING

    def recorder_gone(self) -> None:
        """Take note that no recorder runs: no source delivers, whatever was said before."""
        self.recording = False
        self._states.clear()
        self._impairments.clear()

    def status(self) -> ExamStatus:
        """Give everything the bar shows."""
        lights = {stream: self._light(stream) for stream in self.expected}
        lost = frozenset(stream for stream, light in lights.items() if light.state in _NOTHING)
        impaired = [light.sentence for light in lights.values() if light.state == "attention"]
        if not self.recording:
            shield: Literal["on", "attention", "off"] = "off"
            sentence = _(words.NOTHING_RECORDED)
        elif not self.responding:
            shield, sentence = "attention", _(words.NOT_RESPONDING)
        elif lost:
            shield, sentence = "attention", _(words.LOST[lost])
        elif impaired:
            shield, sentence = "attention", f"{_(words.IMPAIRED)} {impaired[0]}"
        else:
            shield, sentence = "on", _(words.ALL_RECORDED if self.expected else words.ONLY_NOTED)
        connection, connection_sentence = self._connection()
        return ExamStatus(
            shield=shield,
            shield_sentence=sentence,
            sources=tuple(lights.values()),
            connection=connection,
            connection_sentence=connection_sentence,
            waiting_objects=self.delivery.waiting_objects if self.delivery else 0,
            waiting_bytes=self.delivery.waiting_bytes if self.delivery else 0,
            notice=self.notice or self.warning or self._lacking(lights) or self._in_passing(),
            time_left=self.time_left,
        )

    def _lacking(self, lights: dict[StreamName, SourceLight]) -> str:
        """What sources that are recorded, or should be, lack; not what only opens."""
        sentences = [
            light.sentence
            for stream, light in lights.items()
            if light.state == "attention" or light.state in {"lost", "absent"}
        ]
        if self.recording and not self.responding:
            sentences = [_(words.NOT_RESPONDING)]
        # One file may feed camera and microphone: what is the same for both is said once.
        return " ".join([*dict.fromkeys(sentences), _(words.GO_ON)]) if sentences else ""

    def _in_passing(self) -> str:
        if self.time_left is not None and self.time_left.state == "up":
            return self.time_left.sentence
        return _(words.UNSENT_LONG) if self.unsent_long and self.recording else self.hint

    def _state(self, stream: StreamName) -> tuple[Condition, SourceFault | None]:
        return self._states.get(stream, (Condition.OPENING, None))

    def _light(self, stream: StreamName) -> SourceLight:
        state, fault = self._state(stream)
        impairment = self._impairments.get(stream)
        if not self.recording:
            return SourceLight(stream, "off", _(words.NOT_RECORDED[stream]))
        if not self.responding:
            return SourceLight(stream, "off", _(words.NOT_KNOWN[stream]))
        if state is Condition.RUNNING and impairment is not None:
            return SourceLight(stream, "attention", impairment_sentence(impairment))
        if state is Condition.RUNNING:
            return SourceLight(stream, "on", _(words.RECORDED[stream]))
        sentence = _(words.NOTHING_DELIVERED[stream]) if fault is None else fault_sentence(stream, fault)
        if state is Condition.OPENING:
            return SourceLight(stream, "opening", sentence)
        # A recorder that was started anew has never seen what the one before it lost.
        never = state is Condition.ABSENT and stream not in self._seen
        return SourceLight(stream, "absent" if never else "lost", sentence)

    def _connection(self) -> tuple[Literal["connected", "waiting", "offline"], str]:
        if self.delivery is None:
            if self.connection_problem:
                return "offline", _(words.OFFLINE)
            return "waiting", _(words.CONNECTING)
        if self.delivery.problem is not None and not self.delivery.connected:
            return "offline", _(words.OFFLINE)
        if self.delivery.problem is not None:
            return "waiting", _(words.STORAGE_REFUSES)
        return "connected", _(words.DELIVERING)
