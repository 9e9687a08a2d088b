"""A few still pictures out of an exported file, for the report."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

WIDTH = 480


@dataclass(frozen=True)
class Still:
    """One picture: the stream's name, its time since T0 and a JPEG as a ``data:`` address."""

    stream: str
    time_s: float
    address: str


def stills(path: Path, stream: str, first_s: float, last_s: float, count: int) -> tuple[Still, ...]:
    """Up to `count` pictures spread evenly over the file; none where it cannot be decoded."""
    found: list[Still] = []
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
                        Still(stream, frame.time, _jpeg(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)))
                    )
    except av.error.FFmpegError:
        return tuple(found)
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


def _jpeg(pixels: NDArray[np.uint8]) -> str:
    height = max(1, round(pixels.shape[0] * WIDTH / pixels.shape[1]))
    small = cv2.resize(pixels, (WIDTH, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")
