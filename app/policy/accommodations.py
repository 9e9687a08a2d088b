"""What an exam file grants to the people it is given to."""

from pydantic import Field

from app.policy.section import Section


class AccommodationSettings(Section):
    """What this exam file grants to its holder; a person's own accommodation is a separate exam file.

    No names stand here: everybody who is given the file can read it.
    """

    extra_time_min: int = Field(default=0, ge=0, le=1440)
    breaks_allowed: bool = False
    without_face_detection: bool = Field(default=False, description="Nothing is observed in the camera picture")
    without_gaze_detection: bool = Field(default=False, description="Head and eyes are not observed")
    detection_time_factor: float = Field(
        default=1.0, ge=1.0, le=10.0, description="States have to last this many times longer before they are marked"
    )
