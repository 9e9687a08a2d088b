"""The messages between the client and its recorder process over their pipe.

One JSON object a line in either direction. Both ends parse with the models below; a line that is not one
of them ends the conversation, because a recorder that cannot be understood cannot be trusted.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from app.client.ipc.problems import RecordingProblem
from capture.analysis.calibration import Target, Zero
from capture.analysis.errors import FailureCode
from capture.analysis.settings import AnalysisSettings
from capture.errors import SourceFault
from capture.reports import Condition, GapReason, Impairment, StreamName
from capture.settings import RecordingSettings


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> bytes:
        """Give the message as one line of UTF-8, line feed included."""
        return self.model_dump_json().encode() + b"\n"


class Open(_Message):
    """To the recorder: open the sources and show them; nothing is recorded yet. None: the recorder chooses a device.

    `check_in` is what looks at the pictures and the sound until the exam begins, for the test taker to see; None:
    nothing does.
    """

    kind: Literal["open"] = "open"
    settings: RecordingSettings
    camera: str | None
    microphone: str | None
    screen: str | None
    check_in: AnalysisSettings | None = None


class RecipientKey(_Message):
    """A public key that the recording is sealed to."""

    kid: str
    public_b64: str


class Begin(_Message):
    """To the recorder: seal from now on, as one take of the attempt."""

    kind: Literal["begin"] = "begin"
    spool: str
    institution: str
    exam: str
    settings_sha256: str
    attempt: str
    take: int
    previous: str | None
    candidate: str
    nonce: str
    t0_ns: int
    started_at: str
    recipients: tuple[RecipientKey, ...]
    stills: bool = False


class ZeroAngles(_Message):
    """Where head and eyes point when the test taker looks at the middle of the screen, in degrees."""

    gaze_h_deg: float
    gaze_v_deg: float

    def zero(self) -> Zero:
        """The angles as analysis takes them."""
        return Zero(self.gaze_h_deg, self.gaze_v_deg, learned=False)


class Calibrate(_Message):
    """To the recorder: the test taker looks at `target` from now on; None: it is over, answer `Calibrated`."""

    kind: Literal["calibrate"] = "calibrate"
    target: Target | None


class BeginExam(_Message):
    """To the recorder: check-in is over, previews end; observe as the settings ask (None: not at all)."""

    kind: Literal["begin_exam"] = "begin_exam"
    detection: AnalysisSettings | None
    zero: ZeroAngles | None


Purpose = Literal["id_photo", "signature"]
"""What a still picture shows."""


class TakeStill(_Message):
    """To the recorder: take a still picture in the camera's full size; it answers `StillTaken`."""

    kind: Literal["take_still"] = "take_still"
    purpose: Purpose


class StoreStill(_Message):
    """To the recorder: seal the still picture that was taken last; it answers `StillStored`."""

    kind: Literal["store_still"] = "store_still"
    purpose: Purpose


class RecordEvent(_Message):
    """To the recorder: seal one event of `app.events`, as it is written, with the time at which it happened.

    It answers `EventSealed` with the `number`, which rises from note to note of one client.
    """

    kind: Literal["record_event"] = "record_event"
    number: int
    event: str
    at_ns: int
    facts: dict[str, JsonValue] = Field(default_factory=dict)


class ReduceLoad(_Message):
    """To the recorder: the exam page stutters; take less of the machine, if the settings allow."""

    kind: Literal["reduce_load"] = "reduce_load"


class Finish(_Message):
    """To the recorder: stop, seal the rest, close the log. It answers `Finished` and ends."""

    kind: Literal["finish"] = "finish"


class SourceChanged(_Message):
    """From the recorder: a source opened, was lost, came back or ended; `fault` is why it does not deliver."""

    kind: Literal["source_changed"] = "source_changed"
    stream: StreamName
    state: Condition
    fault: SourceFault | None = None


class QualityChanged(_Message):
    """From the recorder: a source delivers nothing worth having (`began`), or delivers again (`ended`)."""

    kind: Literal["quality_changed"] = "quality_changed"
    stream: StreamName
    what: Impairment
    state: Literal["began", "ended"]


class SourceCounters(BaseModel):
    """What one source has delivered since it was opened, and the processor time that reading it took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    delivered: int
    overruns: int
    cpu_s: float


class Heartbeat(_Message):
    """From the recorder, every second: a heartbeat, with the state of its sources at `at_ns` of the monotonic clock.

    `cpu_s` is the processor time of the whole process since its start.
    """

    kind: Literal["heartbeat"] = "heartbeat"
    at_ns: int
    cpu_s: float
    sources: tuple[SourceCounters, ...]


class PreviewImage(_Message):
    """From the recorder: a small JPEG picture of the camera for the device check."""

    kind: Literal["preview"] = "preview"
    jpeg_b64: str

    @classmethod
    def of(cls, jpeg: bytes) -> PreviewImage:
        """Wrap JPEG bytes."""
        return cls(jpeg_b64=b64encode(jpeg).decode())

    @property
    def jpeg(self) -> bytes:
        """The JPEG bytes."""
        return b64decode(self.jpeg_b64)


class SoundLevel(_Message):
    """From the recorder: the microphone's level in dB of full scale, -120 for silence."""

    kind: Literal["level"] = "level"
    dbfs: float


class FaceSeen(_Message):
    """From the recorder: what is seen of the test taker, at most five times a second before the exam, once in it.

    `face`: a face can be read. `quality` holds `capture.analysis.observations.QualityCode`s.
    """

    kind: Literal["face_seen"] = "face_seen"
    present: bool
    people: int | None
    face: bool
    quality: tuple[str, ...]


class Calibrated(_Message):
    """From the recorder: what the looks gave; None where they were too few or unsteady.

    `spread_deg` is how far the looks at the left and the right corners lie apart.
    """

    kind: Literal["calibrated"] = "calibrated"
    zero: ZeroAngles | None
    spread_deg: float | None


class StillTaken(_Message):
    """From the recorder: a still picture to look at, made smaller, with its own size in pixels.

    `quality` holds `capture.still.StillQuality`s: what speaks against it.
    """

    kind: Literal["still_taken"] = "still_taken"
    purpose: Purpose
    jpeg_b64: str
    width: int
    height: int
    quality: tuple[str, ...]

    @classmethod
    def of(cls, purpose: Purpose, jpeg: bytes, width: int, height: int, quality: tuple[str, ...]) -> StillTaken:
        """Wrap JPEG bytes."""
        encoded = b64encode(jpeg).decode()
        return cls(purpose=purpose, jpeg_b64=encoded, width=width, height=height, quality=quality)

    @property
    def jpeg(self) -> bytes:
        """The JPEG bytes."""
        return b64decode(self.jpeg_b64)


class StillStored(_Message):
    """From the recorder: the still picture is sealed; or there was none, because another recorder had taken it."""

    kind: Literal["still_stored"] = "still_stored"
    purpose: Purpose
    stored: bool


class DetectionChanged(_Message):
    """From the recorder: the detectors run, or they cannot, and why."""

    kind: Literal["detection_changed"] = "detection_changed"
    available: bool
    failure: FailureCode | None = None


class TakeStarted(_Message):
    """From the recorder: the header is durable; `hid` names the take for the next one's `previous`."""

    kind: Literal["take_started"] = "take_started"
    take: int
    hid: str


class SegmentSealed(_Message):
    """From the recorder: another object is durable in the spool."""

    kind: Literal["segment_sealed"] = "segment_sealed"
    stream: str
    t0_us: int


class EventSealed(_Message):
    """From the recorder: this note, and every one before it, is sealed and promised to the outbox."""

    kind: Literal["event_sealed"] = "event_sealed"
    number: int


class GapReported(_Message):
    """From the recorder: nothing was recorded of a stream between two times, in microseconds since T0."""

    kind: Literal["gap"] = "gap"
    stream: str
    from_us: int
    to_us: int
    reason: GapReason


class Finished(_Message):
    """From the recorder: the log is closed and everything is durable."""

    kind: Literal["finished"] = "finished"


class RecorderProblem(_Message):
    """From the recorder: sealing or spooling cannot go on, and why."""

    kind: Literal["recorder_problem"] = "recorder_problem"
    code: RecordingProblem


AnyToRecorder = Open | Begin | Calibrate | TakeStill | StoreStill | BeginExam | RecordEvent | ReduceLoad | Finish
AnyFromRecorder = (
    SourceChanged
    | QualityChanged
    | Heartbeat
    | PreviewImage
    | SoundLevel
    | FaceSeen
    | Calibrated
    | StillTaken
    | StillStored
    | DetectionChanged
    | TakeStarted
    | SegmentSealed
    | EventSealed
    | GapReported
    | Finished
    | RecorderProblem
)

TO_RECORDER: TypeAdapter[AnyToRecorder] = TypeAdapter(Annotated[AnyToRecorder, Field(discriminator="kind")])
FROM_RECORDER: TypeAdapter[AnyFromRecorder] = TypeAdapter(Annotated[AnyFromRecorder, Field(discriminator="kind")])
