"""Turns the microphone's blocks into observations of half a second."""

from __future__ import annotations

from collections.abc import Iterator

from capture.analysis.observations import SoundObservation
from capture.analysis.voices.voice_activity import CHUNK_S, CHUNK_SAMPLES, SPEECH, VoiceDetector
from capture.frames import BYTES_PER_SAMPLE, SoundBlock, samples_to_ns
from capture.monitors import level_dbfs

_CHUNKS = 16
_WINDOW_BYTES = _CHUNKS * CHUNK_SAMPLES * BYTES_PER_SAMPLE
_SEAM_NS = 100_000_000


class SoundAnalyser:
    """Feeds one voice detector and measures loudness. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._voice = VoiceDetector()
        self._window = bytearray()
        self._from_ns = 0
        self._next_ns: int | None = None

    def analyse(self, block: SoundBlock) -> Iterator[SoundObservation]:
        """Yield what these samples complete. After a gap of more than a tenth of a second the detector is reset."""
        if self._next_ns is None or abs(block.captured_ns - self._next_ns) > _SEAM_NS:
            self._voice.reset()
            self._window.clear()
        if not self._window:
            self._from_ns = block.captured_ns
        self._window += block.samples
        self._next_ns = block.end_ns
        while len(self._window) >= _WINDOW_BYTES:
            heard = bytes(self._window[:_WINDOW_BYTES])
            del self._window[:_WINDOW_BYTES]
            to_ns = self._from_ns + samples_to_ns(_CHUNKS * CHUNK_SAMPLES)
            answers = self._voice.analyse(heard)
            speech_s = sum(p >= SPEECH for p in answers) * CHUNK_S
            yield SoundObservation(self._from_ns, to_ns, level_dbfs(heard), speech_s, sum(answers) / len(answers))
            self._from_ns = to_ns
