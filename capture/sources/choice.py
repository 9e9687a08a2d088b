"""From the name of a source to the source."""

from __future__ import annotations

from pathlib import Path

from capture.clock import Clock
from capture.frames import SoundBlock, VideoFrame
from capture.settings import CameraSettings
from capture.source import Source
from capture.sources.camera import CameraSource
from capture.sources.microphone import MicrophoneSource
from capture.sources.names import PICTURE_SUFFIXES, TEST_PERSON, is_device
from capture.sources.pictures import PictureSource
from capture.sources.screen import ScreenSource
from capture.sources.sound_file import SoundFileSource
from capture.sources.test_person import TestPersonSource
from capture.sources.video_file import VideoFileSource


def choose_camera(name: str, settings: CameraSettings, *, anchor_ns: int, clock: Clock) -> Source[VideoFrame]:
    """Return the camera called `name`: an index, a device's name, a file, a URL or `test-person`."""
    rate, name = settings.frames_per_s, _plain(name)
    if name == TEST_PERSON:
        return TestPersonSource(frames_per_s=rate, anchor_ns=anchor_ns, clock=clock)
    if is_device(name) or "://" in name:
        return CameraSource(name, width=settings.width, height=settings.height, frames_per_s=rate, clock=clock)
    return _played(Path(name), frames_per_s=rate, anchor_ns=anchor_ns, clock=clock)


def choose_microphone(name: str, *, anchor_ns: int, clock: Clock) -> Source[SoundBlock]:
    """Return the microphone called `name`: a number, a device's name, `default` or a file."""
    name = _plain(name)
    if is_device(name):
        return MicrophoneSource(name, clock=clock)
    return SoundFileSource(Path(name), anchor_ns=anchor_ns, clock=clock)


def choose_screen(name: str, *, frames_per_s: float, anchor_ns: int, clock: Clock) -> Source[VideoFrame]:
    """Return the screen called `name`: a display's number, `all`, a file or a URL."""
    if name == "all" or name.isdigit():
        return ScreenSource(name, frames_per_s=frames_per_s, anchor_ns=anchor_ns, clock=clock)
    name = _plain(name)
    if "://" in name:
        return CameraSource(name, width=0, height=0, frames_per_s=frames_per_s, clock=clock)
    return _played(Path(name), frames_per_s=frames_per_s, anchor_ns=anchor_ns, clock=clock)


def _played(path: Path, *, frames_per_s: float, anchor_ns: int, clock: Clock) -> Source[VideoFrame]:
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return PictureSource(path, frames_per_s=frames_per_s, anchor_ns=anchor_ns, clock=clock)
    return VideoFileSource(path, frames_per_s=frames_per_s, anchor_ns=anchor_ns, clock=clock)


def _plain(name: str) -> str:
    """Turn a `file://` address into a path: a file has to be played at its own speed, an address sends at its own."""
    return name.removeprefix("file://")
