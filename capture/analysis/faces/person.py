"""Says how much of a picture a person covers, visible face or not, with MediaPipe's segmentation network."""

from __future__ import annotations

import cv2
import numpy as np

from capture.analysis.model_versions import PERSON
from capture.analysis.models import Model
from capture.frames import Pixels

_IS_PERSON = 0.5


class PersonModel:
    """The network. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._model = Model(PERSON)

    def share(self, pixels: Pixels) -> float:
        """Return the part of the picture (0..1) that a person covers."""
        side = self._model.side
        # The network was trained on pictures pressed into its square, not padded to it.
        small = cv2.cvtColor(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        np.multiply(small, np.float32(1 / 255), out=self._model.input(), dtype=np.float32)
        return float((self._model.run()[side * side] > _IS_PERSON).mean())
