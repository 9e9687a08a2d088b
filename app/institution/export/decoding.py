"""Whether a written file plays: every picture and every piece of sound in it is decoded once.

What is looked at is what a player would be given: the file as it lies on the disk. That a picture decodes without an
error says that it is there and whole, not what it shows.
"""

from __future__ import annotations

import bisect
import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import av.frame
import av.packet
import av.stream

from app.institution.recordings.gaps import Stretch
from resources.language import isolate, ngettext

_REPORT_EVERY_S = 5.0


@dataclass(frozen=True)
class Decoded:
    """What came of decoding one stream of a file from its beginning to its end.

    `looked_at` counts the pictures or pieces of sound in the file, `whole` those that were decoded without an error.
    `failed` are the stretches, in seconds since T0, of those that were not.
    """

    looked_at: int
    whole: int
    failed: tuple[Stretch, ...]

    def as_json(self) -> dict[str, object]:
        """As verdict.json carries it."""
        failed = [{"from_s": round(begin, 1), "to_s": round(end, 1)} for begin, end in self.failed]
        return {"looked_at": self.looked_at, "whole": self.whole, "failed": failed}

    def sentence(self, stream: str) -> str:
        """What was found of the stream, in words; where it failed is said beside it."""
        failed, count, sound = self.looked_at - self.whole, self.looked_at, stream == "microphone"
        if failed and sound:
            said = ngettext(
                "{failed} of {count} pieces of sound does not decode.",
                "{failed} of {count} pieces of sound do not decode.",
                failed,
            )
        elif failed:
            said = ngettext(
                "{failed} of {count} pictures does not decode.", "{failed} of {count} pictures do not decode.", failed
            )
        elif sound:
            said = ngettext("The {count} piece of sound decodes.", "All {count} pieces of sound decode.", count)
        else:
            said = ngettext("The {count} picture decodes.", "All {count} pictures decode.", count)
        return said.format(failed=isolate(failed), count=isolate(count))


def decode(path: Path, progress: Callable[[float], None] | None = None) -> tuple[Decoded, ...]:
    """Decode each stream of the file; `progress` hears the time reached, in seconds since T0, now and then.

    What cannot be decoded is counted and passed over.
    """
    with av.open(str(path)) as container:
        streams = [_StreamCheck(stream) for stream in container.streams]
        reported_s = 0.0
        for packet in container.demux():
            at_s = streams[packet.stream_index].take(packet)
            if progress is not None and at_s is not None and at_s - reported_s >= _REPORT_EVERY_S:
                reported_s = at_s
                progress(at_s)
        return tuple(each.result() for each in streams)


class _StreamCheck:
    """The times of a stream's packets, and of the frames that come of them."""

    def __init__(self, stream: av.stream.Stream) -> None:
        # Else a decoder paints over what it cannot read, and the picture counts as one.
        stream.codec_context.options = {"err_detect": "explode"}
        stream.codec_context.thread_type = "AUTO"
        self._time_base = stream.time_base or 1
        self._packets: list[int] = []
        self._frames: set[int] = set()

    def take(self, packet: av.packet.Packet[Any]) -> float | None:
        """Decode one packet, or with the empty one at the end the rest; gives its time in seconds."""
        if packet.pts is not None:
            self._packets.append(packet.pts)
        # Decoders run ahead of what they give: an error may be another packet's, so that times are compared at the end.
        with contextlib.suppress(av.error.FFmpegError):
            for frame in packet.decode():
                if frame.pts is not None and not frame.is_corrupt:
                    self._frames.add(frame.pts)
        return None if packet.pts is None else float(packet.pts * self._time_base)

    def result(self) -> Decoded:
        # A decoder takes its own delay off the first sound, so that a frame begins within its packet and not with it.
        packets = sorted(self._packets)
        decoded = {bisect.bisect_right(packets, pts) - 1 for pts in self._frames}
        at_s = [(float(pts * self._time_base), place in decoded) for place, pts in enumerate(packets)]
        whole = sum(is_whole for _, is_whole in at_s)
        return Decoded(len(at_s), whole, tuple(_failed(at_s)))


def _failed(moments: Iterable[tuple[float, bool]]) -> Iterator[Stretch]:
    """Where what fails begins, and where the next begins that does not; at the end, the last one's own time."""
    begin: float | None = None
    at_s = 0.0
    for at_s, decoded in moments:
        if decoded and begin is not None:
            yield begin, at_s
            begin = None
        elif not decoded and begin is None:
            begin = at_s
    if begin is not None:
        yield begin, at_s
