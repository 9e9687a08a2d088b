"""A camera: a device of this machine, or an address that serves pictures."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from capture.clock import Clock, RateLimit
from capture.errors import SourceAbsent, SourceFault, SourceLost
from capture.frames import Pixels, VideoFrame
from capture.source import SourceHealth
from capture.sources.devices import DEFAULT, Device, camera_backend, camera_called

_OPEN_TIMEOUT_MS, _READ_TIMEOUT_MS = 3000, 2000
_FULL_SIZES = ((4096, 2160), (1920, 1080), (1280, 720))
"""Asked for in this order: a driver that takes the nearest size it has ends with the first."""
_FROZEN_NS = 2_500_000_000


class CameraSource:
    """A camera by index, name or `default`, or by URL, through OpenCV.

    Delivers at most `frames_per_s` pictures a second, the newest ones, with the time they were read. A picture that
    stays the same to the last bit for two and a half seconds is no picture (a sensor always has noise): the source is
    lost until a different one comes. An even picture, as behind a closed shutter, is a picture.
    """

    def __init__(self, name: str, *, width: int, height: int, frames_per_s: float, clock: Clock) -> None:
        self._name = name
        self._size = (width, height)
        self._frames_per_s = frames_per_s
        self._clock = clock
        self._limit = RateLimit(frames_per_s)
        self._capture: cv2.VideoCapture | None = None
        self._last: Pixels | None = None
        self._changed_ns: int | None = None
        self._frozen = False
        self._delivered = 0
        self._used: str | None = None
        self._full_wanted = False
        self._full = False

    def use_full_size(self, full: bool) -> None:
        """Deliver the largest pictures the device has from the next read on, or those of the settings again.

        Safe from any thread. A network camera sends the size it sends.
        """
        self._full_wanted = full

    def open(self) -> None:
        """See `Source`."""
        self.close()
        self._capture = self._open_url() if "://" in self._name else self._open_device()
        self._full = False
        self._changed_ns = None

    def read(self, timeout_s: float) -> VideoFrame | None:
        """See `Source`. A camera that stops delivering is noticed after its own read timeout of two seconds."""
        if self._capture is None:
            raise SourceLost("the camera is closed", SourceFault.FAILED)
        if self._full_wanted != self._full and "://" not in self._name:
            self._resize(self._capture, full=self._full_wanted)
        if not self._capture.grab():
            raise SourceLost("the camera delivers no pictures", SourceFault.STOPPED)
        now_ns = self._clock.now_ns()
        if not self._limit.admits(now_ns):
            return None
        found, picture = self._capture.retrieve()
        if not found or picture is None:
            raise SourceLost("the camera delivered a picture that cannot be read", SourceFault.UNREADABLE)
        pixels = np.asarray(picture, np.uint8)
        if self._is_frozen(pixels, now_ns):
            return None
        self._delivered += 1
        return VideoFrame(pixels, now_ns)

    def close(self) -> None:
        """See `Source`."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered)

    def _is_frozen(self, pixels: Pixels, now_ns: int) -> bool:
        if self._last is None or not np.array_equal(pixels, self._last):
            self._last, self._changed_ns, self._frozen = pixels, now_ns, False
            return False
        if self._frozen:
            raise SourceLost(
                "the picture is still frozen", SourceFault.FROZEN
            )  # opened again, and still the same picture
        if self._changed_ns is None:
            self._changed_ns = now_ns
        if now_ns - self._changed_ns >= _FROZEN_NS and int(pixels.max()) - int(pixels.min()) > 16:
            self._frozen = True
            raise SourceLost("the picture stays the same to the last bit", SourceFault.FROZEN)
        return False

    def _resize(self, capture: cv2.VideoCapture, *, full: bool) -> None:
        """Change the size while the device runs. A size that it does not have is refused, or the nearest is taken."""
        self._full = full
        for width, height in _FULL_SIZES if full else (self._size,):
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
            if not full or capture.get(cv2.CAP_PROP_FRAME_WIDTH) > self._size[0]:
                return

    def _open_url(self) -> cv2.VideoCapture:
        timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_TIMEOUT_MS]
        capture = cv2.VideoCapture(self._name, cv2.CAP_FFMPEG, timeouts)
        if not capture.isOpened():
            raise SourceAbsent("the network camera does not answer", SourceFault.NO_ANSWER)
        return capture

    def _connected(self) -> Device | None:
        """The camera to open: where none was chosen, the one used before if it is back, else the first there is."""
        before = camera_called(self._used) if self._used is not None and self._name == DEFAULT else None
        return before or camera_called(self._name)

    def _open_device(self) -> cv2.VideoCapture:
        camera = self._connected()
        if camera is None:
            raise SourceAbsent("no such camera is connected", SourceFault.NOT_FOUND)
        index = int(camera.source)
        if sys.platform == "linux":
            refuse_if_closed(Path(f"/dev/video{index}"))
        # Read by OpenCV when a V4L2 device is opened; its own default of 10 s would hide a loss.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(_READ_TIMEOUT_MS // 1000))
        capture = cv2.VideoCapture(index, camera_backend())
        if not capture.isOpened():
            raise SourceAbsent("the camera cannot be opened", SourceFault.IN_USE)
        self._used = camera.name
        width, height = self._size
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, self._frames_per_s)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture


def refuse_if_closed(node: Path) -> None:
    """Raise `SourceAbsent` where Linux says why the camera at `node` cannot be opened; OpenCV would not say it."""
    try:
        os.close(os.open(node, os.O_RDWR))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise SourceAbsent("this account may not use the camera", SourceFault.NOT_ALLOWED) from error
        if error.errno == errno.EBUSY:
            raise SourceAbsent("another program has the camera", SourceFault.IN_USE) from error
        raise SourceAbsent("the camera is gone", SourceFault.NOT_FOUND) from error
