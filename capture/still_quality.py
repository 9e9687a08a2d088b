"""What can be said against a still picture; apart from how it is measured: its readers load no image library."""

from enum import StrEnum


class StillQuality(StrEnum):
    """Advice for taking a still picture again; never a reason to refuse it."""

    BLURRED = "blurred"
    GLARE = "glare"
    DARK = "dark"
