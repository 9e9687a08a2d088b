"""What the messages between the client and its recorder process have in common.

One JSON object a line in either direction, of `to_recorder` or `from_recorder`. Both ends parse with these models; a
line that is not one of them ends the conversation, because a recorder that cannot be understood cannot be trusted.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from capture.analysis.calibration import Zero


class Message(BaseModel):
    """One message: it never changes, and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> bytes:
        """Give the message as one line of UTF-8, line feed included."""
        return self.model_dump_json().encode() + b"\n"


Purpose = Literal["id_photo", "signature"]
"""What a still picture shows."""


class ZeroAngles(Message):
    """Where head and eyes point when the test taker looks at the middle of the screen, in degrees."""

    gaze_h_deg: float
    gaze_v_deg: float

    def zero(self) -> Zero:
        """The angles as analysis takes them."""
        return Zero(self.gaze_h_deg, self.gaze_v_deg, learned=False)
