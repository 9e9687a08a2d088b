"""What the client and its recorder process say to each other over their pipe.

One JSON object a line in either direction. Both ends parse with the models below; a line that is not one
of them ends the conversation, because a recorder that cannot be understood cannot be trusted.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from capture.settings import RecordingSettings


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> bytes:
        """Give the message as one line of UTF-8, line feed included."""
        return self.model_dump_json().encode() + b"\n"


class Open(_Message):
    """To the recorder: open the sources and show them; nothing is recorded yet. None: the recorder chooses a device."""

    kind: Literal["open"] = "open"
    settings: RecordingSettings
    camera: str | None
    microphone: str | None
    screen: str | None


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


class Note(_Message):
    """To the recorder: seal one event. `facts` are numbers and fixed words, never free text of the machine."""

    kind: Literal["note"] = "note"
    event: str
    at_ns: int
    facts: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class Finish(_Message):
    """To the recorder: stop, seal the rest, close the log. It answers `Finished` and ends."""

    kind: Literal["finish"] = "finish"


class SourceChanged(_Message):
    """From the recorder: a source opened, was lost, came back or ended."""

    kind: Literal["source_changed"] = "source_changed"
    stream: str
    state: str
    sentence: str


class Preview(_Message):
    """From the recorder: a small JPEG picture of the camera for the device check."""

    kind: Literal["preview"] = "preview"
    jpeg_b64: str

    @classmethod
    def of(cls, jpeg: bytes) -> Preview:
        """Wrap JPEG bytes."""
        return cls(jpeg_b64=b64encode(jpeg).decode())

    @property
    def jpeg(self) -> bytes:
        """The JPEG bytes."""
        return b64decode(self.jpeg_b64)


class Level(_Message):
    """From the recorder: the microphone's level in dB of full scale, -120 for silence."""

    kind: Literal["level"] = "level"
    dbfs: float


class Began(_Message):
    """From the recorder: the header is durable; `hid` names the take for the next one's `previous`."""

    kind: Literal["began"] = "began"
    take: int
    hid: str


class Sealed(_Message):
    """From the recorder: another object is durable in the spool."""

    kind: Literal["sealed"] = "sealed"
    stream: str
    t0_us: int


class GapSeen(_Message):
    """From the recorder: nothing was recorded of a stream between two times, in microseconds since T0."""

    kind: Literal["gap"] = "gap"
    stream: str
    from_us: int
    to_us: int
    reason: str


class Finished(_Message):
    """From the recorder: the log is closed and everything is durable."""

    kind: Literal["finished"] = "finished"


class Failed(_Message):
    """From the recorder: sealing or spooling cannot go on, and why in plain words."""

    kind: Literal["failed"] = "failed"
    code: str
    sentence: str


ToRecorder = Annotated[Open | Begin | Note | Finish, Field(discriminator="kind")]
FromRecorder = Annotated[
    SourceChanged | Preview | Level | Began | Sealed | GapSeen | Finished | Failed, Field(discriminator="kind")
]

TO_RECORDER: TypeAdapter[Open | Begin | Note | Finish] = TypeAdapter(ToRecorder)
FROM_RECORDER: TypeAdapter[SourceChanged | Preview | Level | Began | Sealed | GapSeen | Finished | Failed] = (
    TypeAdapter(FromRecorder)
)
