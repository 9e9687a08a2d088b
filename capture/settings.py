"""What the recorder is asked to record, and how finely.

The institution's signed exam settings carry one `RecordingSettings`. A stream that is `None` is neither opened nor
recorded. Which device feeds a stream is chosen on the test taker's machine (`capture.pipeline.SourceNames`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_UNIT_BYTES = 240 * 1024
"""Largest delivery to a `SegmentSink`: one upload object (256 KiB) less the room its seal takes."""

VideoPreset = Literal["ultrafast", "superfast", "veryfast"]
"""Effort of the H.264 encoder, cheapest first; measured at 2 to 5 CPU-seconds a minute for these streams."""

Quality = Annotated[int, Field(ge=16, le=40)]
"""Constant rate factor of the H.264 encoder: lower is finer and larger; 28 keeps 11 pt text readable."""


class _Slice(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraSettings(_Slice):
    """The webcam stream. Pictures of another shape are scaled and letter-boxed into `width` x `height` pixels."""

    width: int = Field(default=640, ge=160, le=1920, multiple_of=2)
    height: int = Field(default=480, ge=120, le=1080, multiple_of=2)
    frames_per_s: int = Field(default=10, ge=1, le=30)
    preset: VideoPreset = "superfast"
    crf: Quality = 28


class MicrophoneSettings(_Slice):
    """The microphone stream: 16 kHz, one channel, Opus."""

    bits_per_s: int = Field(default=24_000, ge=12_000, le=64_000)


class ScreenSettings(_Slice):
    """The screen stream, at the screen's own size.

    An unchanged screen is not encoded again, except once every `heartbeat_s` seconds as a sign of life.
    """

    frames_per_s: int = Field(default=5, ge=1, le=15)
    heartbeat_s: float = Field(default=2.0, ge=0.5, le=4.0)
    preset: VideoPreset = "veryfast"
    crf: Quality = 28


class RecordingSettings(_Slice):
    """The three streams, and the seconds between key frames.

    `key_interval_s` is also the length of a unit of recording: what a power cut can lose, and what plays by itself.
    """

    camera: CameraSettings | None = Field(default_factory=CameraSettings)
    microphone: MicrophoneSettings | None = Field(default_factory=MicrophoneSettings)
    screen: ScreenSettings | None = Field(default_factory=ScreenSettings)
    key_interval_s: float = Field(default=4.0, ge=0.5, le=4.0)
