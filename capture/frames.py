"""The two things a source delivers: a picture and a piece of sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""Rate of every sound block. Speech needs no more, and the voice detector asks for exactly this."""

BYTES_PER_SAMPLE = 2

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3) in the order blue, green, red; a fourth channel, when there, is to be ignored."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture.

    `captured_ns` is `time.monotonic_ns()` of the moment it shows. `unchanged` says that the source itself found it
    equal, byte for byte, to the one before. Nobody may write to `pixels`: the preview and the encoder share them.
    """

    pixels: Pixels
    captured_ns: int
    unchanged: bool = False

    @property
    def end_ns(self) -> int:
        """A picture covers its moment only."""
        return self.captured_ns


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """Consecutive samples, 16-bit signed little-endian, one channel, `SAMPLE_RATE_HZ`.

    `captured_ns` is `time.monotonic_ns()` of the first sample.
    """

    samples: bytes
    captured_ns: int

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.samples) // BYTES_PER_SAMPLE

    @property
    def end_ns(self) -> int:
        """Monotonic time just after the last sample."""
        return self.captured_ns + samples_to_ns(self.count)


def samples_to_ns(count: int) -> int:
    """Length of `count` samples in nanoseconds (exact: one sample is 62 500 ns)."""
    return count * 1_000_000_000 // SAMPLE_RATE_HZ


def ns_to_samples(length_ns: int) -> int:
    """Number of samples nearest to `length_ns` nanoseconds."""
    return round(length_ns * SAMPLE_RATE_HZ / 1_000_000_000)
