"""Plays recorded sound out of memory on this machine's speaker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.institution.recordings.fragments import Fragment
from app.institution.review.playback import SOUND_RATE_HZ, sound_from

_log = logging.getLogger(__name__)

BLOCK = SOUND_RATE_HZ // 10
"""Samples written at once, a tenth of a second: how soon silence follows `stop`."""


_HEARD = SOUND_RATE_HZ // 200
"""Five milliseconds; less is rounding, not a gap."""


class AudioOutput(Protocol):
    """Takes blocks of one-channel int16 samples at 48 kHz, and waits while it is full."""

    def write(self, block: NDArray[np.int16], /) -> Any:
        """Play one block."""


class AudioPlayer:
    """Plays from any time on until stopped; `play` and `stop` are called on one thread."""

    def __init__(
        self, sound: Sequence[Fragment], open_output: Callable[[], AbstractContextManager[AudioOutput]]
    ) -> None:
        self._sound = sound
        self._open_output = open_output
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def play(self, time_s: float) -> None:
        """Play from `time_s` after T0, in place of what is playing."""
        self.stop()
        stop = self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(time_s, stop), name="speaker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fall silent; returns when it is."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)
            self._thread = None

    def _run(self, time_s: float, stop: threading.Event) -> None:
        try:
            with self._open_output() as output:
                for block in blocks(self._sound, time_s):
                    if stop.is_set():
                        return
                    output.write(block)
        except Exception as error:
            # PortAudio raises its own kind and OSError; without a speaker the pictures still play.
            _log.warning("the recorded sound cannot be played on this machine: %s", error)
            _log.debug("playing ended so", exc_info=True)


def blocks(sound: Sequence[Fragment], time_s: float) -> Iterator[NDArray[np.int16]]:
    """The sound from `time_s` after T0 in blocks of at most a tenth of a second; gaps are silence."""
    at = round(time_s * SOUND_RATE_HZ)
    for begin_s, wave in sound_from(sound, time_s):
        begin = round(begin_s * SOUND_RATE_HZ)
        while begin - at > _HEARD:
            silence = min(BLOCK, begin - at)
            yield np.zeros(silence, np.int16)
            at += silence
        rest = wave[max(0, at - begin) :]
        for start in range(0, rest.size, BLOCK):
            yield rest[start : start + BLOCK]
        at += rest.size


def device_output() -> AbstractContextManager[AudioOutput]:
    """The default sound device. Raises OSError where PortAudio is missing, its own error where there is no device."""
    import sounddevice  # noqa: PLC0415  # loads PortAudio, which a machine for reviewing may not have

    stream: AbstractContextManager[AudioOutput] = sounddevice.OutputStream(
        samplerate=SOUND_RATE_HZ, channels=1, dtype="int16"
    )
    return stream
