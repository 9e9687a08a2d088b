"""Opens pictures, videos and sound files for analysis from the command line, by content, not by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.audio.resampler
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from capture.analysis.errors import MediaUnreadable
from capture.frames import SAMPLE_RATE_HZ, Pixels


@dataclass(frozen=True, slots=True)
class TimedPicture:
    """One picture of a video, upright, and its time from the start."""

    time_s: float
    pixels: Pixels


def open_still(path: Path) -> NDArray[Any] | None:
    """Return the one picture of a file, turned as its EXIF entry says, or `None` when it is a video or sound.

    Raises:
        MediaUnreadable: there is no such file, it is a folder, or it is empty.
    """
    if path.is_dir():
        raise MediaUnreadable(f"{path}: this is a folder. Give the pictures, videos or sound files in it.")
    if not path.is_file():
        raise MediaUnreadable(f"{path}: there is no such file. Give pictures, videos or sound files.")
    if path.stat().st_size == 0:
        raise MediaUnreadable(f"{path}: the file is empty. Give pictures, videos or sound files.")
    try:
        if not cv2.haveImageReader(str(path)) or cv2.imcount(str(path)) > 1:
            return None
        return cv2.imread(str(path), cv2.IMREAD_COLOR)
    except cv2.error as error:  # more pixels than OpenCV is willing to hold
        raise MediaUnreadable(f"{path}: the picture cannot be read ({error.err}). Scale it down.") from error


def video_frames(path: Path) -> Iterator[TimedPicture]:
    """Yield the pictures of a video, turned as its rotation flag says; nothing where there is no video."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        frames_per_s = capture.get(cv2.CAP_PROP_FPS)
        last_s, number = -1.0, 0
        while True:
            time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 if number else 0.0
            taken, pixels = capture.read()
            if not taken:
                return
            if number:
                time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if time_s <= last_s:  # the container does not say, or says it twice
                time_s = number / frames_per_s if frames_per_s > 0 else last_s + 0.04
            last_s, number = max(time_s, last_s), number + 1
            yield TimedPicture(time_s, np.asarray(pixels, np.uint8))
    finally:
        capture.release()


def has_sound(path: Path) -> bool:
    """Tell whether the file has a sound track."""
    try:
        with av.open(str(path)) as container:
            return bool(container.streams.audio)
    except (av.error.FFmpegError, OSError, ValueError):
        return False


def sound_pieces(path: Path) -> Iterator[bytes]:
    """Yield the first sound track as 16 kHz, one channel, 16-bit, whatever its rate, channels and sample format.

    Samples that are no numbers are silence. A damaged end ends the sound.
    """
    with av.open(str(path)) as container:
        to_voice = av.audio.resampler.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        decoded = container.decode(container.streams.audio[0])
        while True:
            try:
                frame = next(decoded, None)
            except (av.error.FFmpegError, OSError):
                frame = None
            if frame is None:
                break
            yield from _as_voice(to_voice, _one_channel(frame))
        yield from _as_voice(to_voice, None)


def _one_channel(frame: av.AudioFrame) -> av.AudioFrame:
    """Return the mean of the channels. The resampler is not asked: it crashes on layouts that have no name."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    scale, middle = 1.0, 0.0
    if values.dtype == np.uint8:
        scale = middle = 128.0
    elif np.issubdtype(values.dtype, np.integer):
        scale = 2.0 ** (8 * values.dtype.itemsize - 1)
    finite = np.nan_to_num((values.astype(np.float64) - middle) / scale, nan=0.0, posinf=0.0, neginf=0.0)
    mono = finite.clip(-1, 1).mean(axis=0, keepdims=True).astype(np.float32)
    made = av.AudioFrame.from_ndarray(mono, format="flt", layout="mono")
    made.sample_rate = frame.sample_rate
    return made


def _as_voice(to_voice: av.audio.resampler.AudioResampler, frame: av.AudioFrame | None) -> Iterator[bytes]:
    for piece in to_voice.resample(frame):
        yield piece.to_ndarray().astype("<i2").tobytes()
