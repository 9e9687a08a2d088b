"""What the client says to its recorder process."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from app.client.ipc.message import Message, Purpose, ZeroAngles
from capture.analysis.calibration import Target
from capture.analysis.settings import AnalysisSettings
from capture.settings import RecordingSettings


class Open(Message):
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


class RecipientKey(Message):
    """A public key that the recording is sealed to."""

    kid: str
    public_b64: str


class Begin(Message):
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


class Calibrate(Message):
    """To the recorder: the test taker looks at `target` from now on; None: it is over, answer `Calibrated`."""

    kind: Literal["calibrate"] = "calibrate"
    target: Target | None


class BeginExam(Message):
    """To the recorder: check-in is over, previews end; observe as the settings ask (None: not at all)."""

    kind: Literal["begin_exam"] = "begin_exam"
    detection: AnalysisSettings | None
    zero: ZeroAngles | None


class TakeStill(Message):
    """To the recorder: take a still picture in the camera's full size; it answers `StillTaken`."""

    kind: Literal["take_still"] = "take_still"
    purpose: Purpose


class StoreStill(Message):
    """To the recorder: seal the still picture that was taken last; it answers `StillStored`."""

    kind: Literal["store_still"] = "store_still"
    purpose: Purpose


class RecordEvent(Message):
    """To the recorder: seal one event of `app.events`, as it is written, with the time at which it happened.

    It answers `EventSealed` with the `number`, which rises from note to note of one client.
    """

    kind: Literal["record_event"] = "record_event"
    number: int
    event: str
    at_ns: int
    facts: dict[str, JsonValue] = Field(default_factory=dict)


class ReduceLoad(Message):
    """To the recorder: the exam page stutters; take less of the machine, if the settings allow."""

    kind: Literal["reduce_load"] = "reduce_load"


class Finish(Message):
    """To the recorder: stop, seal the rest, close the log. It answers `Finished` and ends."""

    kind: Literal["finish"] = "finish"


AnyToRecorder = Open | Begin | Calibrate | TakeStill | StoreStill | BeginExam | RecordEvent | ReduceLoad | Finish

TO_RECORDER: TypeAdapter[AnyToRecorder] = TypeAdapter(Annotated[AnyToRecorder, Field(discriminator="kind")])
