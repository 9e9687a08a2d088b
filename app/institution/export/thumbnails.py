"""A few still pictures out of an exported file, for the report."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

WIDTH = 480
DOCUMENT_WIDTH = 900
"""A document is to be read on the page too; the exported file has the camera's full size."""


@dataclass(frozen=True)
class Thumbnail:
    """One picture: the stream's name, its time since T0 and a JPEG as a ``data:`` address."""

    stream: str
    time_s: float
    address: str


def thumbnails(path: Path, stream: str, first_s: float, last_s: float, count: int) -> tuple[Thumbnail, ...]:
    """Up to `count` pictures spread evenly over the file; none where it cannot be decoded."""
    found: list[Thumbnail] = []
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return ()
            for number in range(count):
                wanted_s = first_s + (last_s - first_s) * (number + 0.5) / count
                frame = _frame_at(container, wanted_s)
                if frame is None or frame.time is None:
                    continue
                if not found or frame.time - found[-1].time_s > 0.5:
                    found.append(
                        Thumbnail(stream, frame.time, _jpeg(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)))
                    )
    except av.error.FFmpegError:
        return tuple(found)
    return tuple(found)


def documents(out: Path, names: Sequence[str]) -> tuple[Thumbnail, ...]:
    """The exported still pictures of documents, made smaller for the page; one that is no picture is left out."""
    found = []
    for name in names:
        pixels = cv2.imdecode(np.frombuffer((out / name).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        if pixels is not None:
            found.append(Thumbnail(name, 0.0, _jpeg(np.asarray(pixels, np.uint8), DOCUMENT_WIDTH)))
    return tuple(found)


def _frame_at(container: InputContainer, wanted_s: float) -> av.VideoFrame | None:
    # A seek lands on the key picture before, up to four seconds early.
    container.seek(int(wanted_s * av.time_base))
    shown = None
    for frame in container.decode(video=0):
        if shown is not None and frame.time > wanted_s:
            break
        shown = frame
    return shown


def _jpeg(pixels: NDArray[np.uint8], width: int = WIDTH) -> str:
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")
