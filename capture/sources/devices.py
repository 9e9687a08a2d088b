"""Which cameras this machine has, and the names of devices that nobody chose."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2

_LOG = logging.getLogger(__name__)
_LINUX_CAMERAS = Path("/sys/class/video4linux")
_CAMERA_BACKENDS = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}

DEFAULT = "default"
"""Names the camera or microphone to use where nobody chose one."""
EVERY_DISPLAY = "all"
"""Names all displays as one picture."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device to choose: `source` is the string to give to the pipeline, `name` what to show.

    A camera's name stays with it over unplugging, its number does not always: choose it by `name`.
    """

    source: str
    name: str


def list_cameras() -> list[Device]:
    """List the cameras by the names that the system gives them; none is opened."""
    return _linux_cameras(_LINUX_CAMERAS) if sys.platform == "linux" else _named_cameras()


def camera_backend() -> int:
    """Return OpenCV's capture interface of this platform, by which its cameras are counted and opened."""
    return int(_CAMERA_BACKENDS.get(sys.platform, cv2.CAP_V4L2))


def camera_called(source: str) -> Device | None:
    """Return the camera of that index, name or `default` (the first), `None` where no such camera is connected.

    An index is taken at its word, connected or not.
    """
    if source.isdigit():
        return Device(source, f"Camera {int(source) + 1}")
    return next((camera for camera in list_cameras() if source in (camera.name, DEFAULT)), None)


def _linux_cameras(folder: Path) -> list[Device]:
    """A camera has several video4linux nodes (pictures, metadata); the one with index 0 delivers pictures."""
    cameras: list[tuple[int, str]] = []
    for node in sorted(folder.glob("video*"), key=lambda node: int(node.name.removeprefix("video") or 0)):
        try:
            first = (node / "index").read_text().strip() == "0"
            name = (node / "name").read_text().strip()
        except OSError:
            continue  # unplugged while being listed
        if first:
            cameras.append((int(node.name.removeprefix("video")), name))
    return _disambiguated(cameras)


def _named_cameras() -> list[Device]:
    """The cameras of Windows and macOS, without opening one. Empty where the system does not answer."""
    from cv2_enumerate_cameras import enumerate_cameras  # noqa: PLC0415  # installed on these two only

    try:
        found = enumerate_cameras(camera_backend())
    except (OSError, RuntimeError) as error:
        _LOG.warning("the cameras cannot be listed (%s)", type(error).__name__)
        return []
    return _disambiguated((int(each.index), str(each.name)) for each in found)


def _disambiguated(cameras: Iterable[tuple[int, str]]) -> list[Device]:
    """Devices of (index, name), twins numbered in the order they are listed in."""
    alike: Counter[str] = Counter()
    devices: list[Device] = []
    for index, name in cameras:
        alike[name] += 1
        devices.append(Device(str(index), f"{name} #{alike[name]}" if alike[name] > 1 else name))
    return devices
