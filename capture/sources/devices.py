"""Which cameras, microphones and displays this machine has."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import mss
import mss.exception

from capture.sources.pictures import PICTURE_SUFFIXES

TEST_PERSON = "test-person"
_PROBED_CAMERAS = 6
_MEDIA_SUFFIXES = PICTURE_SUFFIXES | {
    *(".mp4", ".mkv", ".webm", ".mov", ".avi", ".gif", ".m4a"),
    *(".wav", ".flac", ".ogg", ".opus", ".mp3"),
}


@dataclass(frozen=True, slots=True)
class Device:
    """A device to choose: `source` is the string to give to the pipeline, `name` what to show."""

    source: str
    name: str


def is_device(source: str) -> bool:
    """Say whether `source` is a device of this machine rather than a file, an address or the test person.

    The signed settings of an exam allow other sources only on purpose, so what is in doubt counts as no device.
    """
    if source == TEST_PERSON or "://" in source or "/" in source or "\\" in source or "%" in source:
        return False
    path = Path(source)
    return path.suffix.lower() not in _MEDIA_SUFFIXES and not path.exists()


def list_cameras() -> list[Device]:
    """List the cameras; on Linux by their names, elsewhere by opening the first few indexes, which may light them."""
    names = Path("/sys/class/video4linux")
    return _linux_cameras(names) if sys.platform == "linux" else _probed_cameras()


def camera_index(source: str) -> int | None:
    """Return OpenCV's index of a camera given as an index or a name, `None` where no such camera is connected."""
    if source.isdigit():
        return int(source)
    return next((int(camera.source) for camera in list_cameras() if camera.name == source), None)


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
