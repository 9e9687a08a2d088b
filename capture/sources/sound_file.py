"""A sound or video file that stands in for a microphone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import av.audio.resampler
import av.error

from capture.clock import SECOND_NS, Clock
from capture.errors import SourceAbsent, SourceFault, SourceLost
from capture.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, SoundBlock, ns_to_samples
from capture.source import SourceHealth
from capture.sources.playback import LoopTiming, file_duration_ns

_BLOCK_NS = 60_000_000
_LATE_NS = SECOND_NS


class SoundFileSource:
    """Plays a file's first sound track in real time and loops it on the length of the file.

    A track shorter than the file is followed by silence. Blocks follow each other without a seam, except after a stall
    of more than a second, which is left out.
    """

    def __init__(self, path: Path, *, anchor_ns: int, clock: Clock) -> None:
        self._path = path
        self._anchor_ns = anchor_ns
        self._clock = clock
        self._playback: LoopTiming | None = None
        self._cycle = -1
        self._track: Iterator[bytes] = iter(())
        self._decoded = bytearray()
        self._next_ns: int | None = None
        self._delivered = 0
        self._overruns = 0

    def open(self) -> None:
        """See `Source`."""
        self._playback = LoopTiming(self._anchor_ns, file_duration_ns(self._path))
        try:
            with av.open(str(self._path)) as container:
                has_sound = bool(container.streams.audio)
        except (av.error.FFmpegError, OSError) as error:
            raise SourceAbsent("the sound file cannot be read", SourceFault.FILE_UNREADABLE) from error
        if not has_sound:
            raise SourceAbsent("the file has no sound in it", SourceFault.FILE_WITHOUT_SOUND)
        self._cycle = -1
        if self._next_ns is None:
            self._next_ns = self._clock.now_ns()

    def read(self, timeout_s: float) -> SoundBlock | None:
        """See `Source`."""
        if self._playback is None or self._next_ns is None:
            return None
        now_ns = self._clock.now_ns()
        if now_ns - self._next_ns > _LATE_NS:
            self._next_ns = now_ns - _BLOCK_NS
            self._cycle = -1
            self._overruns += 1
        wait_ns = self._next_ns + _BLOCK_NS - now_ns
        self._clock.sleep(min(max(wait_ns / SECOND_NS, 0.0), timeout_s))
        samples = ns_to_samples(min(self._clock.now_ns() - self._next_ns, _BLOCK_NS))
        if samples <= 0 or (wait_ns > timeout_s * SECOND_NS and timeout_s > 0):
            return None
        moment = self._playback.at(self._next_ns)
        to_loop = max(ns_to_samples(self._playback.duration_ns - moment.position_ns), 1)
        block = SoundBlock(
            self._take(moment.cycle, ns_to_samples(moment.position_ns), min(samples, to_loop)), self._next_ns
        )
        # Counted from the file's place, not summed up, where a loop ends between two samples.
        looped = block.count == to_loop
        self._next_ns = self._playback.when(moment.cycle + 1, 0) if looped else block.end_ns
        self._delivered += 1
        return block

    def close(self) -> None:
        """See `Source`."""
        self._track = iter(())
        self._decoded.clear()
        self._cycle = -1

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered, self._overruns)

    def _take(self, cycle: int, position: int, count: int) -> bytes:
        if cycle != self._cycle:
            self._decoded.clear()
            self._track = _decode(self._path, position)
            self._cycle = cycle
        wanted = count * BYTES_PER_SAMPLE
        while len(self._decoded) < wanted:
            try:
                piece = next(self._track, None)
            except (av.error.FFmpegError, OSError) as error:
                raise SourceLost("the sound file cannot be read any more", SourceFault.FILE_UNREADABLE) from error
            if piece is None:
                self._decoded += bytes(wanted - len(self._decoded))
                break
            self._decoded += piece
        taken = bytes(self._decoded[:wanted])
        del self._decoded[:wanted]
        return taken


def _decode(path: Path, position: int) -> Iterator[bytes]:
    """Yield 16 kHz mono samples from sample `position` of the file on, silence where the track has gaps."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        origin_s = (container.start_time or 0) / av.time_base
        resampler = av.audio.resampler.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        if position > SAMPLE_RATE_HZ:
            container.seek(round((position / SAMPLE_RATE_HZ - 0.5 + origin_s) * av.time_base))
        at: int | None = None
        for frame in container.decode(stream):
            if at is None:
                at = round(((frame.time or origin_s) - origin_s) * SAMPLE_RATE_HZ)
                if at > position:
                    yield bytes((at - position) * BYTES_PER_SAMPLE)
            for resampled in resampler.resample(frame):
                data = bytes(resampled.planes[0])[: resampled.samples * BYTES_PER_SAMPLE]
                skipped = min(max(position - at, 0), resampled.samples)
                at += resampled.samples
                yield data[skipped * BYTES_PER_SAMPLE :]
