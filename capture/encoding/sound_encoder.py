"""Sound to Opus in fragmented MP4."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import av
import av.error
import numpy as np

from capture.encoding.muxer import Fragments
from capture.errors import EncoderError
from capture.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

LEAD_SAMPLES = 160
"""Sound begins at least 10 ms after the start: Opus puts 6.5 ms of its own before the first sample, and MP4 has no
decode times below zero."""

_ENCODER: Final = "libopus"
_OPUS = {"application": "voip", "frame_duration": "20", "compression_level": "5"}
"""Level 5 of 10: two thirds of the time, and what calls on telephones use."""
_ONE_SAMPLE_OFF = 16
_SILENCE_AT_ONCE = SAMPLE_RATE_HZ


class SoundEncoder:
    """Encodes samples at their true positions: gaps become silence, overlaps are cut. Used by one thread."""

    def __init__(self, on_unit: Callable[[float, bytes], None], *, bits_per_s: int, length_s: float) -> None:
        self._on_unit = on_unit
        self._first: int | None = None
        self._next = LEAD_SAMPLES
        self._fragments = Fragments(self._unit, length_s=length_s)
        try:
            audio = self._fragments.container.add_stream(_ENCODER, rate=SAMPLE_RATE_HZ, options=_OPUS)
            audio.bit_rate, audio.layout = bits_per_s, "mono"
            audio.codec_context.time_base = Fraction(1, SAMPLE_RATE_HZ)
            audio.codec_context.open()
        except (av.error.FFmpegError, ValueError) as error:
            raise EncoderError(f"Opus cannot be encoded here ({type(error).__name__})", _ENCODER) from error
        self._audio = audio

    @property
    def next_sample(self) -> int:
        """The place, in samples since the start, that nothing was encoded for yet."""
        return self._next

    @property
    def begun(self) -> bool:
        """Whether anything was encoded."""
        return self._first is not None

    def encode(self, samples: bytes, at: int) -> int:
        """Encode `samples` that belong `at` so many samples after the start; return how many were missing before.

        A negative result is the number of samples that overlapped what was encoded already and were cut off.
        """
        missing = at - self._next
        if self._first is None and missing >= 0:
            missing = 0
            self._next = at
        elif missing > _ONE_SAMPLE_OFF:
            self.fill(at)
        elif missing < -_ONE_SAMPLE_OFF or (self._first is None and missing < 0):
            samples = samples[-missing * BYTES_PER_SAMPLE :]
        else:
            missing = 0
        self._write(samples)
        return missing

    def fill(self, until: int) -> None:
        """Encode silence up to the place `until`."""
        while self._next < until:
            self._write(bytes(min(until - self._next, _SILENCE_AT_ONCE) * BYTES_PER_SAMPLE))

    def close(self) -> None:
        """Hand over the rest."""
        if self.begun:
            self._fragments.add(self._audio.encode(None))
        self._fragments.close()

    def _write(self, samples: bytes) -> None:
        if not samples:
            return
        if self._first is None:
            self._first = self._next
        block = np.frombuffer(samples, np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, self._next, Fraction(1, SAMPLE_RATE_HZ)
        self._next += block.shape[1]
        self._fragments.add(self._audio.encode(frame))

    def _unit(self, started_s: float, data: bytes) -> None:
        # The first packet is stamped early by the encoder's own delay, which decoders take off again.
        first_s = (self._first or 0) / SAMPLE_RATE_HZ
        self._on_unit(max(started_s, first_s), data)
