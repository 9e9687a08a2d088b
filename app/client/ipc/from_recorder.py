"""What the recorder process says to its client."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.client.ipc.message import Message, Purpose, ZeroAngles
from app.client.ipc.problems import RecordingProblem
from capture.analysis.errors import AnalysisFault
from capture.analysis.observations import PictureQuality
from capture.errors import SourceFault
from capture.reports import Condition, GapReason, Impairment, StreamName
from capture.still_quality import StillQuality


class SourceChanged(Message):
    """From the recorder: a source opened, was lost, came back or ended; `fault` is why it does not deliver."""

    kind: Literal["source_changed"] = "source_changed"
    stream: StreamName
    state: Condition
    fault: SourceFault | None = None


class QualityChanged(Message):
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


class Heartbeat(Message):
    """From the recorder, every second: a heartbeat, with the state of its sources at `at_ns` of the monotonic clock.

    `cpu_s` is the processor time of the whole process since its start.
    """

    kind: Literal["heartbeat"] = "heartbeat"
    at_ns: int
    cpu_s: float
    sources: tuple[SourceCounters, ...]


class PreviewImage(Message):
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


class SoundLevel(Message):
    """From the recorder: the microphone's level in dB of full scale, -120 for silence."""

    kind: Literal["level"] = "level"
    dbfs: float


class FaceSeen(Message):
    """From the recorder: what is seen of the test taker, at most five times a second before the exam, once in it.

    `face`: a face can be read.
    """

    kind: Literal["face_seen"] = "face_seen"
    present: bool
    people: int | None
    face: bool
    quality: tuple[PictureQuality, ...]


class Calibrated(Message):
    """From the recorder: what the looks gave; None where they were too few or unsteady.

    `spread_deg` is how far the looks at the left and the right corners lie apart.
    """

    kind: Literal["calibrated"] = "calibrated"
    zero: ZeroAngles | None
    spread_deg: float | None


class StillTaken(Message):
    """From the recorder: a still picture to look at, made smaller, with its own size in pixels.

    `quality` is what speaks against it.
    """

    kind: Literal["still_taken"] = "still_taken"
    purpose: Purpose
    jpeg_b64: str
    width: int
    height: int
    quality: tuple[StillQuality, ...]

    @classmethod
    def of(
        cls, purpose: Purpose, jpeg: bytes, width: int, height: int, quality: tuple[StillQuality, ...]
    ) -> StillTaken:
        """Wrap JPEG bytes."""
        encoded = b64encode(jpeg).decode()
        return cls(purpose=purpose, jpeg_b64=encoded, width=width, height=height, quality=quality)

    @property
    def jpeg(self) -> bytes:
        """The JPEG bytes."""
        return b64decode(self.jpeg_b64)


class StillStored(Message):
    """From the recorder: the still picture is sealed; or there was none, because another recorder had taken it."""

    kind: Literal["still_stored"] = "still_stored"
    purpose: Purpose
    stored: bool


class DetectionChanged(Message):
    """From the recorder: the detectors run, or they cannot, and why."""

    kind: Literal["detection_changed"] = "detection_changed"
    available: bool
    failure: AnalysisFault | None = None


class TakeStarted(Message):
    """From the recorder: the header is durable; `hid` names the take for the next one's `previous`."""

    kind: Literal["take_started"] = "take_started"
    take: int
    hid: str


class SegmentSealed(Message):
    """From the recorder: another object is durable in the spool."""

    kind: Literal["segment_sealed"] = "segment_sealed"
    stream: str
    t0_us: int


class EventSealed(Message):
    """From the recorder: this note, and every one before it, is sealed and promised to the outbox."""

    kind: Literal["event_sealed"] = "event_sealed"
    number: int


class GapReported(Message):
    """From the recorder: nothing was recorded of a stream between two times, in microseconds since T0."""

    kind: Literal["gap"] = "gap"
    stream: str
    from_us: int
    to_us: int
    reason: GapReason


class Finished(Message):
    """From the recorder: the log is closed and everything is durable."""

    kind: Literal["finished"] = "finished"


class RecorderProblem(Message):
    """From the recorder: sealing or spooling cannot go on, and why."""

    kind: Literal["recorder_problem"] = "recorder_problem"
    code: RecordingProblem


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

FROM_RECORDER: TypeAdapter[AnyFromRecorder] = TypeAdapter(Annotated[AnyFromRecorder, Field(discriminator="kind")])
