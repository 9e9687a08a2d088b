"""A device's largest pictures for a still, and those of the settings again, while it runs."""

import time

import cv2
import numpy as np
import pytest

from capture.clock import SystemClock
from capture.sources import camera
from capture.sources.camera import CameraSource


class Device:
    """As OpenCV drives a V4L2 device: a size takes effect with its height, the driver takes the nearest it has."""

    def __init__(self, sizes):
        self._sizes = sizes
        self.size = sizes[0]
        self._asked_width = 0
        self.shown = 0

    def isOpened(self):
        return True

    def set(self, what, value):
        if what == cv2.CAP_PROP_FRAME_WIDTH:
            self._asked_width = value
        if what == cv2.CAP_PROP_FRAME_HEIGHT:
            fitting = [size for size in self._sizes if size[0] <= self._asked_width]
            self.size = max(fitting, default=self._sizes[0])
        return True

    def get(self, what):
        return float(self.size[0] if what == cv2.CAP_PROP_FRAME_WIDTH else self.size[1])

    def grab(self):
        return True

    def retrieve(self):
        self.shown += 1
        return True, np.full((self.size[1], self.size[0], 3), self.shown % 250, np.uint8)

    def release(self):
        pass


@pytest.mark.parametrize(
    ("sizes", "largest"),
    [
        ([(640, 480), (1280, 720), (1920, 1080)], (1920, 1080)),
        ([(640, 480), (3840, 2160)], (3840, 2160)),
        ([(640, 480)], (640, 480)),
    ],
)
def test_a_camera_gives_its_largest_pictures_while_they_are_wanted(monkeypatch, sizes, largest):
    device = Device(sizes)
    monkeypatch.setattr(camera, "refuse_if_closed", lambda _node: None)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_arguments: device)
    source = CameraSource("0", width=640, height=480, frames_per_s=1000, clock=SystemClock())
    source.open()

    def size():
        until = time.monotonic() + 5
        while time.monotonic() < until:
            frame = source.read(1.0)
            if frame is not None:
                return frame.pixels.shape[1], frame.pixels.shape[0]
        raise AssertionError("no picture")

    assert size() == (640, 480)
    source.use_full_size(True)
    assert size() == largest
    source.use_full_size(False)
    assert size() == (640, 480)
    source.use_full_size(True)
    source.open()
    assert size() == largest, "a camera that was lost and came back is asked again"
