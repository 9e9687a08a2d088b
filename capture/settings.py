"""What the recorder is asked to record, and how finely.

The institution's signed exam settings carry one `RecordingSettings`. A stream that is `None` is neither opened nor
recorded. Which device feeds a stream is chosen on the test taker's machine (`capture.pipeline.SourceNames`).

`mb_per_h` is what a stream of pictures may take on average. `least_frames_per_s`, `least_scale` and `coarsest_crf` say
how far pictures may become fewer, smaller or coarser to keep that, or because the machine is too slow
(`capture.encoding.adaptation`); a limit that is no lower than what it limits switches its step off.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_UNIT_BYTES = 240 * 1024
"""Largest delivery to a `SegmentSink`: one upload object (256 KiB) less the room its seal takes."""

Codec = Literal["av1", "h264"]
"""Of a person before a wall AV1 takes a fifth of H.264's bytes, in no more time. On a screen H.264 takes half the time,
and finds scrolled text again."""

Crf = Annotated[int, Field(ge=16, le=40)]
"""Constant rate factor on H.264's scale: lower is finer and larger. AV1's own scale is 1.6 times as long."""

Budget = Annotated[float, Field(ge=5.0, le=1000.0)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraSettings(_Section):
    """The webcam stream. Pictures of another shape are scaled and letter-boxed into `width` x `height` pixels."""

    width: int = Field(default=640, ge=160, le=1920, multiple_of=2)
    height: int = Field(default=480, ge=120, le=1080, multiple_of=2)
    least_scale: float = Field(default=0.5, ge=0.25, le=1.0)
    frames_per_s: int = Field(default=10, ge=1, le=30)
    least_frames_per_s: int = Field(default=5, ge=1, le=30)
    codec: Codec = "av1"
    crf: Crf = 28
    coarsest_crf: Crf = 36
    mb_per_h: Budget = 35.0


class MicrophoneSettings(_Section):
    """The microphone stream: 16 kHz, one channel, Opus. The rate is its budget: 24 kbit/s are 11 MB an hour."""

    bits_per_s: int = Field(default=24_000, ge=12_000, le=64_000)


class ScreenSettings(_Section):
    """The screen stream, at the screen's own size.

    An unchanged screen is not encoded again, except once every `heartbeat_s` seconds as a heartbeat. Parts that
    change all the time, such as a playing video, are recorded `moving_frames_per_s` times a second, and at least
    `least_moving_frames_per_s` times where the bytes run out; what else changes, such as typed text, does not wait for
    them. Between two key frames, `key_interval_s` apart, a picture needs those before it: a damaged piece of the
    recording takes what follows along, up to the next key frame.
    """

    least_scale: float = Field(default=1.0, ge=0.5, le=1.0)
    frames_per_s: int = Field(default=5, ge=1, le=15)
    least_frames_per_s: int = Field(default=1, ge=1, le=15)
    moving_frames_per_s: float = Field(default=1.0, ge=0.1, le=15.0)
    least_moving_frames_per_s: float = Field(default=0.1, ge=0.1, le=15.0)
    heartbeat_s: float = Field(default=2.0, ge=0.5, le=4.0)
    key_interval_s: float = Field(default=30.0, ge=0.5, le=60.0)
    codec: Codec = "h264"
    crf: Crf = 26
    coarsest_crf: Crf = 30
    mb_per_h: Budget = 60.0


class RecordingSettings(_Section):
    """The three streams, and the length of their units of recording.

    `key_interval_s` bounds a unit, in seconds: what a kill or a power cut can lose of each stream. Every unit of the
    webcam begins with a key frame.
    """

    camera: CameraSettings | None = Field(default_factory=CameraSettings)
    microphone: MicrophoneSettings | None = Field(default_factory=MicrophoneSettings)
    screen: ScreenSettings | None = Field(default_factory=ScreenSettings)
    key_interval_s: float = Field(default=4.0, ge=0.5, le=4.0)
