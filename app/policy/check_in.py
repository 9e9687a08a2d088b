"""What an exam can ask for at check-in: the client leads through it, the institution looks for it among the events."""

from __future__ import annotations

from enum import StrEnum


class CheckInPart(StrEnum):
    """One thing that is asked of a test taker between the device check and the exam, in the order of asking."""

    FACE = "face"
    GAZE = "gaze"
    ID_PHOTO = "id_photo"
    SIGNATURE = "signature"
    DESK_SCAN = "desk_scan"
    ROOM_SCAN = "room_scan"
