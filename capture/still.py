"""Whether a still picture of a document can be read: sharp enough, no reflection over it, light enough."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.frames import Pixels
from capture.still_quality import StillQuality

BLURRED_BELOW = 0.065
"""Of `Still.sharpness`; a drawn document gives 0.12 to 0.14, blurred by 2.5 pixels of 1280 at most 0.057."""
GLARE_FROM = 0.015
"""Of `Still.glare_share`: one spot of a fiftieth of the middle hides a line of a document."""
DARK_BELOW = 60.0
"""Of `Still.brightness`, 0 to 255."""

_WIDEST = 1280
_EDGE = 20.0
_SEEK_PX, _MEASURE_PX = 1.5, 0.7
_WHITE = 250
_MIDDLE = 0.15
_JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Still:
    """One still picture: its JPEG, its size in pixels, what was measured, and what speaks against it.

    `sharpness` is how fast brightness changes along its strongest edges (second over first derivative; about 0.13 for
    a sharp picture, 0.03 for a blurred one, whatever its contrast). `glare_share` is the largest burnt-out spot, as a
    share of the middle of the picture, `brightness` the mean, 0 to 255.
    """

    jpeg: bytes
    width: int
    height: int
    sharpness: float
    glare_share: float
    brightness: float
    quality: tuple[StillQuality, ...]


def best_still(pictures: list[Pixels]) -> Still:
    """Return the sharpest of the largest `pictures` (at least one) as a still."""
    largest = max(picture.shape[0] * picture.shape[1] for picture in pictures)
    chosen = [picture for picture in pictures if picture.shape[0] * picture.shape[1] == largest]
    return still_of(max(chosen, key=lambda picture: _sharpness(_grey(picture))))


def still_of(pixels: Pixels) -> Still:
    """Measure a picture and compress it, in its full size."""
    grey = _grey(pixels)
    sharpness, glare, brightness = _sharpness(grey), _glare_share(grey), float(grey.mean())
    codes: list[StillQuality] = []
    if brightness < DARK_BELOW:
        codes.append(StillQuality.DARK)
    if sharpness < BLURRED_BELOW:
        codes.append(StillQuality.BLURRED)
    if glare >= GLARE_FROM:
        codes.append(StillQuality.GLARE)
    _, jpeg = cv2.imencode(".jpg", pixels[:, :, :3], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    height, width = pixels.shape[:2]
    return Still(jpeg.tobytes(), width, height, sharpness, glare, brightness, tuple(codes))


def preview_of(still: Still, widest: int) -> bytes:
    """Return the still as a JPEG of at most `widest` pixels."""
    pixels = cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None  # noqa: S101 - compressed here
    scale = min(1.0, widest / still.width)
    size = (max(1, round(still.width * scale)), max(1, round(still.height * scale)))
    _, jpeg = cv2.imencode(".jpg", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return jpeg.tobytes()


def _grey(pixels: Pixels) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    if width > _WIDEST:
        grey = cv2.resize(grey, (_WIDEST, max(1, round(height * _WIDEST / width))), interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8)


def _sharpness(grey: NDArray[np.uint8]) -> float:
    # Edges are sought in a softer picture, so that a camera's noise is none; they are measured in a sharper one.
    edges = _steepness(_soft(grey, _SEEK_PX))
    strong = edges >= max(_EDGE, float(np.percentile(edges, 97)))
    if not strong.any():
        return 0.0  # nothing to read in it
    measured = _soft(grey, _MEASURE_PX)
    return float(np.abs(cv2.Laplacian(measured, cv2.CV_32F))[strong].mean() / _steepness(measured)[strong].mean())


def _soft(grey: NDArray[np.uint8], by_px: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), by_px), np.float32)


def _steepness(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def _glare_share(grey: NDArray[np.uint8]) -> float:
    height, width = grey.shape
    top, left = round(height * _MIDDLE), round(width * _MIDDLE)
    middle = grey[top : height - top, left : width - left]
    _, _, stats, _ = cv2.connectedComponentsWithStats((middle >= _WHITE).astype(np.uint8))
    spots = stats[1:, cv2.CC_STAT_AREA]
    return float(spots.max() / middle.size) if len(spots) else 0.0
