"""Cameras that come, go, return under another number, are held by another program or closed to this account.

Where no kernel offers a camera, the folder in which Linux names them and the driver behind OpenCV are stood in for.
"""

from __future__ import annotations

import errno
import itertools
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from capture.clock import SystemClock
from capture.errors import SourceAbsent, SourceFault, SourceLost
from capture.sources import camera, devices
from capture.sources.camera import CameraSource, refuse_if_closed
from capture.sources.devices import Device


class Driver:
    """OpenCV over whatever is plugged in; a camera shows its own shade, a little different every time."""

    def __init__(self, names: Path) -> None:
        self.names = names
        self.held: set[int] = set()
        self.opened: list[int] = []
        self._shown = itertools.count()

    def plug(self, number: int, name: str) -> None:
        node = self.names / f"video{number}"
        node.mkdir()
        (node / "name").write_text(f"{name}\n")
        (node / "index").write_text("0\n")

    def unplug(self, number: int) -> None:
        node = self.names / f"video{number}"
        for file in node.iterdir():
            file.unlink()
        node.rmdir()

    def __call__(self, number: int, _backend: int) -> Opened:
        return Opened(self, number)

    def next_shade(self) -> int:
        return next(self._shown) % 200


class Opened:
    def __init__(self, driver: Driver, number: int) -> None:
        self._driver = driver
        self._number = number
        if self.isOpened():
            driver.opened.append(number)

    def isOpened(self) -> bool:
        return (self._driver.names / f"video{self._number}").exists() and self._number not in self._driver.held

    def set(self, _what: int, _value: float) -> bool:
        return True

    def grab(self) -> bool:
        return self.isOpened()

    def retrieve(self) -> tuple[bool, np.ndarray]:
        return True, np.full((480, 640, 3), self._driver.next_shade(), np.uint8)

    def release(self) -> None: ...


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    names = tmp_path / "video4linux"
    names.mkdir()
    made = Driver(names)

    def node_is_there(node: Path) -> None:
        if not (names / node.name).exists():
            raise SourceAbsent("it is gone", SourceFault.NOT_FOUND)

    monkeypatch.setattr(devices, "_LINUX_CAMERAS", names)
    monkeypatch.setattr(devices.sys, "platform", "linux")
    monkeypatch.setattr(camera, "refuse_if_closed", node_is_there)
    monkeypatch.setattr(cv2, "VideoCapture", made)
    return made


def source(name: str) -> CameraSource:
    return CameraSource(name, width=640, height=480, frames_per_s=1000, clock=SystemClock())


def fault(opening: CameraSource) -> SourceFault:
    with pytest.raises(SourceAbsent) as absent:
        opening.open()
    return absent.value.fault


def test_a_camera_that_is_plugged_in_later_is_opened(driver: Driver) -> None:
    chosen = source("default")
    assert fault(chosen) is SourceFault.NOT_FOUND
    driver.plug(2, "Webcam")
    chosen.open()
    assert chosen.read(1.0) is not None
    assert driver.opened == [2]


@pytest.mark.parametrize("name", ["Webcam", "default"])
def test_a_camera_that_returns_under_another_number_is_the_same_one(driver: Driver, name: str) -> None:
    driver.plug(0, "Webcam")
    chosen = source(name)
    chosen.open()
    driver.unplug(0)
    with pytest.raises(SourceLost) as lost:
        chosen.read(1.0)
    assert lost.value.fault is SourceFault.STOPPED
    driver.plug(0, "Microscope")
    driver.plug(4, "Webcam")
    chosen.open()
    assert driver.opened == [0, 4], "by its name, not by its number, nor whichever is first"


def test_where_nobody_chose_another_camera_serves_until_the_one_before_is_back(driver: Driver) -> None:
    driver.plug(0, "Webcam")
    chosen = source("default")
    chosen.open()
    driver.unplug(0)
    driver.plug(1, "Other")
    chosen.open()
    driver.plug(0, "Webcam")
    chosen.open()
    assert driver.opened == [0, 1, 1]


def test_a_camera_that_another_program_holds_is_said_to_be_in_use_and_opened_once_it_is_free(driver: Driver) -> None:
    driver.plug(0, "Webcam")
    driver.held.add(0)
    chosen = source("Webcam")
    assert fault(chosen) is SourceFault.IN_USE
    driver.held.clear()
    chosen.open()
    assert driver.opened == [0]


@pytest.mark.parametrize(
    ("number", "why"), [(errno.EACCES, "not_allowed"), (errno.EBUSY, "in_use"), (errno.ENODEV, "not_found")]
)
def test_why_linux_refuses_a_camera_is_said(monkeypatch: pytest.MonkeyPatch, number: int, why: str) -> None:
    def refuse(*_arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceAbsent) as absent:
        refuse_if_closed(Path("/dev/video0"))
    assert absent.value.fault == why
    assert "/dev" not in str(absent.value)


def test_cameras_of_windows_and_macos_are_called_what_the_system_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that asks the system is installed there only; what it answers is stood in for."""
    found = [SimpleNamespace(index=0, name="HD Webcam"), SimpleNamespace(index=2, name="HD Webcam")]
    library = SimpleNamespace(enumerate_cameras=lambda _backend: found)
    monkeypatch.setitem(sys.modules, "cv2_enumerate_cameras", library)
    assert devices._named_cameras() == [Device("0", "HD Webcam"), Device("2", "HD Webcam #2")]

    def no_answer(_backend: int) -> list[object]:
        raise OSError(0x80070005, "Access is denied")

    library.enumerate_cameras = no_answer
    assert devices._named_cameras() == []
