"""Which cameras, microphones and displays this machine has."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import mss
import mss.exception

_PROBED_CAMERAS = 6
_LINUX_CAMERAS = Path("/sys/class/video4linux")


DEFAULT = "default"
"""Names the camera or microphone to use where nobody chose one."""
EVERY_DISPLAY = "all"
"""Names all displays as one picture."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device to choose: `source` is the string to give to the pipeline, `name` what to show.

    A camera's name stays with it over unplugging on Linux, its number does not: choose it by `name` there.
    """

    source: str
    name: str


def list_cameras() -> list[Device]:
    """List the cameras; on Linux by their names, elsewhere by opening the first few indexes, which may light them."""
    return _linux_cameras(_LINUX_CAMERAS) if sys.platform == "linux" else _probed_cameras()


def camera_called(source: str) -> Device | None:
    """Return the camera of that index, name or `default` (the first), `None` where no such camera is connected.

    An index is taken at its word, connected or not.
    """
    if source.isdigit():
        return Device(source, f"Camera {int(source) + 1}")
    if source == DEFAULT and sys.platform != "linux":
        return Device("0", "Camera 1")  # to list them would light them all
    return next((camera for camera in list_cameras() if source in (camera.name, DEFAULT)), None)


def list_microphones() -> list[Device]:
    """List the sound inputs, the system's own choice first. Empty where PortAudio or a sound system is missing."""
    try:
        import sounddevice as sd  # noqa: PLC0415  # raises OSError where PortAudio is not installed
    except OSError:
        return []
    try:
        found = [str(device["name"]) for device in sd.query_devices() if device["max_input_channels"] > 0]
    except sd.PortAudioError:
        return []
    names = list(dict.fromkeys(found))
    return [Device("default", "System default"), *(Device(n, n) for n in names if n != "default")] if names else []


def list_screens() -> list[Device]:
    """List the displays, numbered from 0, with their size in pixels. Empty where there is none."""
    try:
        with mss.MSS() as screen:
            monitors = screen.monitors[1:]
    except (mss.exception.ScreenShotError, OSError):
        return []
    return [Device(str(i), f"Display {i + 1} ({m['width']} x {m['height']})") for i, m in enumerate(monitors)]


def _linux_cameras(folder: Path) -> list[Device]:
    """A camera has several video4linux nodes (pictures, metadata); the one with index 0 delivers pictures."""
    cameras: list[Device] = []
    for node in sorted(folder.glob("video*"), key=lambda node: int(node.name.removeprefix("video") or 0)):
        try:
            first = (node / "index").read_text().strip() == "0"
            name = (node / "name").read_text().strip()
        except OSError:
            continue  # unplugged while being listed
        if first:
            alike = sum(camera.name.partition(" #")[0] == name for camera in cameras)
            cameras.append(Device(node.name.removeprefix("video"), f"{name} #{alike + 1}" if alike else name))
    return cameras


def _probed_cameras() -> list[Device]:
    from capture.sources.camera import camera_backend  # noqa: PLC0415  # camera imports this module

    cameras: list[Device] = []
    for index in range(_PROBED_CAMERAS):
        capture = cv2.VideoCapture(index, camera_backend())
        if capture.isOpened():
            cameras.append(Device(str(index), f"Camera {index + 1}"))
        capture.release()
    return cameras
