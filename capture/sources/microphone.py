"""The microphone of this machine."""

from __future__ import annotations

import os
import queue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capture.clock import Clock
from capture.errors import SourceAbsent, SourceFault, SourceLost
from capture.frames import SAMPLE_RATE_HZ, SoundBlock
from capture.source import SourceHealth
from capture.sources.arrival import ArrivalClock

if TYPE_CHECKING:
    import sounddevice

_BLOCK_SAMPLES = 960
"""60 ms: half the wake-ups, and the CPU, of 20 ms blocks."""


class MicrophoneSource:
    """A sound input by number, by name or `default`, through PortAudio.

    PortAudio's own thread only puts blocks in a queue. Their times come from `ArrivalClock`, because the stream's own
    ones are on another clock with PulseAudio.
    """

    def __init__(self, name: str, *, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._blocks: queue.SimpleQueue[tuple[bytes, int, bool]] = queue.SimpleQueue()
        self._stream: sounddevice.RawInputStream | None = None
        self._arrivals = ArrivalClock()
        self._delivered = 0
        self._overruns = 0

    def open(self) -> None:
        """See `Source`."""
        self.close()
        try:
            import sounddevice as sd  # noqa: PLC0415  # raises OSError where PortAudio is not installed
        except OSError as error:
            raise SourceAbsent("PortAudio is not installed", SourceFault.SOUND_LIBRARY_MISSING) from error
        if not Path(os.environ.get("ALSA_CONFIG_PATH", "/")).exists():
            # PortAudio ends the whole process where ALSA finds no configuration.
            raise SourceAbsent("ALSA's configuration is not there", SourceFault.SOUND_CONFIGURATION_MISSING)
        try:
            # PortAudio lists devices once, at its start; only a new start sees what was plugged in since.
            sd._terminate()
            sd._initialize()
            self._blocks = queue.SimpleQueue()
            self._arrivals = ArrivalClock()
            stream = sd.RawInputStream(
                samplerate=SAMPLE_RATE_HZ,
                channels=1,
                dtype="int16",
                blocksize=_BLOCK_SAMPLES,
                latency="high",
                device=self._device(),
                callback=self._heard,
            )
            stream.start()
        except (sd.PortAudioError, ValueError) as error:
            raise SourceAbsent("no such microphone can be opened", SourceFault.NOT_FOUND) from error
        self._stream = stream

    def read(self, timeout_s: float) -> SoundBlock | None:
        """See `Source`."""
        try:
            samples, arrived_ns, overflowed = (
                self._blocks.get(timeout=timeout_s) if timeout_s > 0 else self._blocks.get_nowait()
            )
        except queue.Empty:
            if self._stream is not None and not self._stream.active:
                raise SourceLost("the microphone delivers no sound", SourceFault.STOPPED) from None
            return None
        self._overruns += overflowed
        captured_ns = self._arrivals.captured_ns(arrived_ns, len(samples) // 2, overflowed=overflowed)
        self._delivered += 1
        return SoundBlock(samples, captured_ns)

    def close(self) -> None:
        """See `Source`."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            # abort: a sound server that died never drains. ignore_errors: it is gone either way.
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered, self._overruns)

    def _device(self) -> int | str | None:
        if self._name == "default":
            return None
        return int(self._name) if self._name.isdigit() else self._name

    def _heard(self, data: Any, frames: int, time_info: Any, status: Any) -> None:
        self._blocks.put((bytes(data), self._clock.now_ns(), bool(status.input_overflow)))
