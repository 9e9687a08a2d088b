"""A file played in real time in an endless loop, in step with every other file of the same pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import av.error

from capture.clock import SECOND_NS
from capture.errors import SourceAbsent, SourceFault


@dataclass(frozen=True, slots=True)
class LoopMoment:
    """A place in a looping file: `cycle` whole passes, then `position_ns` into the next."""

    cycle: int
    position_ns: int


@dataclass(frozen=True, slots=True)
class LoopTiming:
    """Maps the monotonic clock to a place in a file of `duration_ns`.

    Picture and sound of one file stay together because both count from the same `anchor_ns` and both loop on the
    length of the *file*, not of their own track.
    """

    anchor_ns: int
    duration_ns: int

    def at(self, now_ns: int) -> LoopMoment:
        """Return the place that is due at `now_ns`."""
        return LoopMoment(*divmod(max(now_ns - self.anchor_ns, 0), self.duration_ns))

    def when(self, cycle: int, position_ns: int) -> int:
        """Return the monotonic time at which a place is due."""
        return self.anchor_ns + cycle * self.duration_ns + position_ns


def file_duration_ns(path: Path) -> int:
    """Return the length of a media file. Raises `SourceAbsent` when it is none, or says no length."""
    try:
        with av.open(str(path)) as container:
            duration_us = container.duration
    except (av.error.FFmpegError, OSError) as error:
        raise SourceAbsent("the media file cannot be read", SourceFault.FILE_UNREADABLE) from error
    if not duration_us or duration_us <= 0:
        raise SourceAbsent("the media file says no length", SourceFault.FILE_WITHOUT_LENGTH)
    return duration_us * (SECOND_NS // 1_000_000)
