"""Gentle hints about the camera's picture during the exam: light, distance, sharpness. Never about conduct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capture.analysis.observations import PictureQuality
from resources.language import N_, _

if TYPE_CHECKING:
    from app.client.ipc.from_recorder import FaceSeen

MIN_DURATION_S = 10.0
"""A picture has to be poor for this long before anything is said."""
MIN_SHOWN_S = 20.0
REPEAT_AFTER_S = 300.0
"""A hint is not given again within this time, whatever the picture does."""

HINTS = {
    PictureQuality.TOO_DARK: N_(
        "Your face is hard to see: it is too dark. More light from the front would help. Go on with your exam."
    ),
    PictureQuality.TOO_FAR: N_("Your face is hard to see: it is far from the camera. Go on with your exam."),
    PictureQuality.BLURRED: N_(
        "Your face is hard to see: the picture is blurred. Wiping the lens may help. Go on with your exam."
    ),
    PictureQuality.PARTLY_OUT: N_("Your face is partly outside the camera's picture. Go on with your exam."),
}
"""A face that is turned away is no matter of the picture: no hint."""


class CameraHints:
    """Decides what to say, from what is seen once a second; times are seconds of one clock."""

    def __init__(self) -> None:
        self._code: PictureQuality | None = None
        self._since_s = 0.0
        self._shown_s: float | None = None
        self.sentence = ""

    def take(self, seen: FaceSeen, now_s: float) -> bool:
        """Learn what is seen; True when `sentence` is another one now."""
        code = next((code for code in HINTS if code in seen.quality and seen.present), None)
        if code != self._code:
            self._code, self._since_s = code, now_s
        return self._say(self._wanted(now_s))

    def _wanted(self, now_s: float) -> str:
        if self.sentence:
            over = self._code is None or self._shown_s is None or now_s - self._shown_s >= MIN_SHOWN_S
            return "" if over else self.sentence
        rested = self._shown_s is None or now_s - self._shown_s >= REPEAT_AFTER_S
        if self._code is None or now_s - self._since_s < MIN_DURATION_S or not rested:
            return ""
        self._shown_s = now_s
        return _(HINTS[self._code])

    def _say(self, sentence: str) -> bool:
        changed = sentence != self.sentence
        self.sentence = sentence
        return changed
