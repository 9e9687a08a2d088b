"""A person drawn by the program, for machines without a camera. It says what it is."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import cv2
import numpy as np

from capture.clock import SECOND_NS, Clock, Pace
from capture.frames import Pixels, VideoFrame
from capture.source import SourceHealth

WIDTH, HEIGHT = 640, 480
_SKIN, _SHADE, _LIP = (150, 184, 232), (128, 162, 214), (110, 110, 196)
_HAIR, _SHIRT, _COLLAR, _EYE = (46, 58, 82), (124, 104, 62), (150, 132, 92), (58, 52, 48)
_INK, _BAND = (255, 255, 255), (92, 62, 24)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


class TestPersonSource:
    """Draws a person that sways, blinks and speaks, with a banner and a clock (UTC), in 640 x 480 pixels."""

    __test__ = False  # the name is the field's, not pytest's

    def __init__(self, *, frames_per_s: float, anchor_ns: int, clock: Clock) -> None:
        self._pace = Pace(frames_per_s, clock, anchor_ns)
        self._anchor_ns = anchor_ns
        self._background = _background()
        self._delivered = 0

    def open(self) -> None:
        """See `Source`."""

    def read(self, timeout_s: float) -> VideoFrame | None:
        """See `Source`."""
        due_ns = self._pace.wait(timeout_s)
        if due_ns is None:
            return None
        self._delivered += 1
        return VideoFrame(self._draw((due_ns - self._anchor_ns) / SECOND_NS), due_ns)

    def close(self) -> None:
        """See `Source`."""

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered)

    def _draw(self, t: float) -> Pixels:
        picture = self._background.copy()
        x, y = round(WIDTH / 2 + 26 * math.sin(t * 0.9)), round(226 + 7 * math.sin(t * 1.7))
        turn = round(14 * math.sin(t * 0.6))
        _ellipse(picture, (WIDTH // 2, 500), (196, 136), _SHIRT)
        _ellipse(picture, ((x + WIDTH // 2) // 2, 372), (56, 34), _COLLAR)
        cv2.rectangle(picture, (x - 33, y + 74), (x + 33, y + 138), _SHADE, -1, cv2.LINE_AA)
        _ellipse(picture, (x, y + 138), (33, 15), _SHADE)
        _ellipse(picture, (x, y - 20), (101, 118), _HAIR)
        for side in (-1, 1):
            _ellipse(picture, (x + side * 91 - turn // 3, y + 6), (14, 23), _SHADE)
        _ellipse(picture, (x, y + 4), (88, 112), _SKIN)
        cv2.ellipse(picture, (x, y - 52), (89, 58), 0, 180, 360, _HAIR, -1, cv2.LINE_AA)
        self._face(picture, x + turn, y, t)
        _banner(picture)
        return picture

    @staticmethod
    def _face(picture: Pixels, x: int, y: int, t: float) -> None:
        open_px = 2 if t % 3.7 < 0.16 else 9
        gaze = round(4 * math.sin(t * 0.7))
        for side in (-1, 1):
            eye = (x + side * 35, y - 8)
            _ellipse(picture, eye, (17, open_px), (250, 250, 250))
            if open_px > 2:
                cv2.circle(picture, (eye[0] + gaze, eye[1]), 7, _EYE, -1, cv2.LINE_AA)
                cv2.circle(picture, (eye[0] + gaze + 2, eye[1] - 3), 2, _INK, -1, cv2.LINE_AA)
            cv2.ellipse(picture, (eye[0], eye[1] - 15), (21, 9), 0, 200, 340, _HAIR, 4, cv2.LINE_AA)
        cv2.ellipse(picture, (x, y + 26), (10, 8), 0, 0, 180, _SHADE, 3, cv2.LINE_AA)
        speaks = math.sin(t * 0.4) > 0.3
        _ellipse(picture, (x, y + 62), (24, 5 + (round(5 * abs(math.sin(t * 6))) if speaks else 0)), _LIP)


def _ellipse(picture: Pixels, centre: tuple[int, int], axes: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)


def _background() -> Pixels:
    rows = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    top, bottom = np.array([226, 214, 200]), np.array([188, 170, 150])
    wall = np.broadcast_to(top * (1 - rows) + bottom * rows, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    picture: Pixels = np.ascontiguousarray(wall)
    cv2.rectangle(picture, (430, 66), (590, 236), (214, 202, 190), -1)
    cv2.rectangle(picture, (430, 66), (590, 236), (158, 146, 132), 4)
    cv2.line(picture, (510, 66), (510, 236), (158, 146, 132), 3)
    return picture


def _banner(picture: Pixels) -> None:
    cv2.rectangle(picture, (0, 0), (WIDTH, 34), _BAND, -1)
    cv2.putText(picture, "TEST PERSON - NOT A CAMERA", (14, 24), _FONT, 0.68, _INK, 2, cv2.LINE_AA)
    now = datetime.now(UTC)
    cv2.putText(picture, f"{now:%H:%M:%S}.{now.microsecond // 100_000}", (522, 24), _FONT, 0.62, _INK, 1, cv2.LINE_AA)
