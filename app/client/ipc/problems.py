"""What can stop the recording for the moment, as codes: the pipe carries them, and the client's pages say them."""

from __future__ import annotations

from enum import StrEnum


class RecordingProblem(StrEnum):
    """Why nothing is sealed at the moment; the exam goes on.

    `MESSAGE_UNKNOWN` and `OUT_OF_TURN` are faults between client and recorder, `RECORDER_EXITED` is the client's own
    finding.
    """

    DISK_FULL = "disk_full"
    SEALING_FAILED = "sealing_failed"
    MESSAGE_UNKNOWN = "message_unknown"
    OUT_OF_TURN = "out_of_turn"
    RECORDER_EXITED = "recorder_exited"
