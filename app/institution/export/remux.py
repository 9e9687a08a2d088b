"""Recorded streams into Matroska files, without encoding anything again.

Time 0 of every file is T0, the start of the attempt, so that all of them run together. Recorded MP4 either carries
times from T0 on (then they are taken as they are) or times from its own first packet on (then the sealed time of its
first fragment is added). Runs and takes are joined with their gaps.

A Matroska file describes its pictures once, and runs may differ: the display changed, the encoder began anew. So each
H.264 key frame brings its own run's parameter sets, as AV1's do by themselves; a decoder then needs nothing of what
went before, whether it plays on or was sent somewhere else in the file.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.container
import av.error
import av.packet
import av.stream

from app.institution.recordings.fragments import Fragment, RunFile
from app.institution.recordings.gaps import LEAST_S, Stretch

LONGEST_STILL_S = 6.0
"""A picture older than this is not current any more: the recorder writes one at least every 4 s."""

ABSOLUTE_WITHIN_S = 0.05
"""Recorded times that agree this well with the sealed ones count from T0 already."""
_CODECS = {"h264": "video", "libdav1d": "video", "opus": "audio"}


@dataclass
class Coverage:
    """What a written stream holds, in seconds since T0, and where nothing is between."""

    first_s: float | None = None
    last_s: float | None = None
    gaps: list[Stretch] = field(default_factory=list)
    packets: int = 0
    left_out: int = 0
    """Packets that overlap earlier ones or need such a one, or that no decoder of ours could name."""

    def add(self, start_s: float, end_s: float) -> None:
        """Take note of one packet.

        A muxer lets the last picture before a standstill last until the first one after it. One that would be shown
        for longer than any picture is current covers its own moment only.
        """
        self.packets += 1
        if end_s - start_s > LONGEST_STILL_S:
            end_s = start_s
        if self.first_s is None or self.last_s is None:
            self.first_s, self.last_s = start_s, end_s
            return
        if start_s - self.last_s >= LEAST_S:
            self.gaps.append((self.last_s, start_s))
        self.last_s = max(self.last_s, end_s)


class RemuxTrack:
    """One recorded stream, ready to be written. Made by `RemuxTrack.of`."""

    def __init__(self, runs: Iterator[tuple[Fragment, Iterator[Fragment]]]) -> None:
        self.coverage = Coverage()
        self._runs = runs
        self._open = self._next_run()
        self._template = None if self._open is None else self._open.stream

    @classmethod
    def of(cls, fragments: Iterable[Fragment]) -> RemuxTrack:
        """A track of the fragments of all takes; each is asked for only when it is written."""
        grouped = itertools.groupby(fragments, key=lambda fragment: fragment.run)
        return cls((next(run), run) for _, run in grouped)

    @property
    def template(self) -> av.stream.Stream | None:
        """The first run's stream, to make the output's from; None when nothing can be played."""
        return self._template

    def packets(self, out: av.stream.Stream | None) -> Iterator[tuple[float, av.packet.Packet[Any]]]:
        """Packets, for `out` where they are to be written, with their decode time in seconds since T0, rising."""
        last_s = float("-inf")
        while self._open is not None:
            whole = True
            for packet in self._open.packets():
                assert packet.time_base is not None  # noqa: S101  # set by the demuxer
                dts_s = float((packet.dts or 0) * packet.time_base)
                pts_s = float((packet.pts or 0) * packet.time_base)
                whole = dts_s > last_s and (whole or packet.is_keyframe)
                if not whole:
                    self.coverage.left_out += 1
                    continue
                last_s = dts_s
                self.coverage.add(pts_s, pts_s + float((packet.duration or 0) * packet.time_base))
                if out is not None:
                    packet.stream = out
                yield dts_s, packet
            self._open = self._next_run()

    def _next_run(self) -> _Run | None:
        for first, run in self._runs:
            opened = _Run.open(first, run)
            if opened is not None:
                return opened
            self.coverage.left_out += 1
        return None


class _Run:
    """One run, opened for reading."""

    def __init__(self, container: av.container.InputContainer, stream: av.stream.Stream, t0_us: int) -> None:
        self.stream = stream
        self._container = container
        self._t0_s = Fraction(t0_us, 1_000_000)

    @classmethod
    def open(cls, first: Fragment, rest: Iterator[Fragment]) -> _Run | None:
        file = RunFile(first.init, itertools.chain((first,), rest))
        try:
            container = av.open(file, "r", format="mp4")
            streams = list(container.streams)
            if len(streams) != 1 or _CODECS.get(streams[0].codec_context.name) != streams[0].type:
                return None
        except (av.error.FFmpegError, AttributeError, ValueError):
            return None
        return cls(container, streams[0], first.t0_us)

    def packets(self) -> Iterator[av.packet.Packet[Any]]:
        in_band = _parameter_sets(bytes(self.stream.codec_context.extradata or b""))
        shift: int | None = None
        try:
            for packet in self._container.demux(self.stream):
                if packet.dts is None or packet.pts is None or packet.time_base is None:
                    continue
                if shift is None:
                    shift = self._shift(packet.pts, packet.time_base)
                given = packet
                if in_band and packet.is_keyframe:
                    given = _copy(packet, in_band + bytes(packet))
                given.pts, given.dts = packet.pts + shift, packet.dts + shift
                yield given
        except (av.error.FFmpegError, OverflowError):
            # Authentic bytes that are no MP4: a client that misbehaves. What came before is kept.
            return

    def _shift(self, first_pts: int, time_base: Fraction) -> int:
        away = self._t0_s - first_pts * time_base
        return 0 if abs(away) < ABSOLUTE_WITHIN_S else round(away / time_base)


def write(path: Path, tracks: Sequence[RemuxTrack], progress: Callable[[float], None] | None = None) -> bool:
    """Write `tracks` together into one Matroska file; False, and no file, when none of them can be played.

    `progress` hears the time reached, in seconds since T0, now and then.
    """
    playable = [(track, track.template) for track in tracks if track.template is not None]
    if not playable:
        return False
    with av.open(str(path), "w", format="matroska") as container:
        merged = heapq.merge(
            # Opaque: PyAV would look for an encoder by the name of AV1's decoder, and there is none.
            *(
                _tagged(track, container.add_stream_from_template(template, opaque=True))
                for track, template in playable
            ),
            key=lambda timed: timed[0],
        )
        reported_s = 0.0
        for at_s, packet, track in merged:
            try:
                container.mux(packet)
            except av.error.FFmpegError:
                # A packet no muxer takes, from a client that misbehaves; the others are written.
                track.coverage.left_out += 1
            if progress is not None and at_s - reported_s >= 10:
                progress(at_s)
                reported_s = at_s
    return True


def _tagged(track: RemuxTrack, out: av.stream.Stream) -> Iterator[tuple[float, av.packet.Packet[Any], RemuxTrack]]:
    for at_s, packet in track.packets(out):
        yield at_s, packet, track


def measure(tracks: Sequence[RemuxTrack]) -> None:
    """Walk through `tracks` without writing anything, so that their coverage is known."""
    for track in tracks:
        for _ in track.packets(None):
            pass


def _copy(packet: av.packet.Packet[Any], data: bytes) -> av.packet.Packet[Any]:
    copy: av.packet.Packet[Any] = av.packet.Packet(data)
    copy.time_base, copy.duration, copy.is_keyframe = packet.time_base, packet.duration, True
    return copy


def _parameter_sets(extradata: bytes) -> bytes:
    """The H.264 parameter sets to put before key frames; nothing where `extradata` is another codec's.

    avcC (ISO/IEC 14496-15, 5.3.3.1): 5 bytes, count of SPS in the low 5 bits, each with a 16-bit length, then the PPS.
    """
    if len(extradata) < 7 or extradata[0] != 1 or extradata[4] & 3 != 3:
        return b""
    units = bytearray()
    at = 5
    for mask in (0x1F, 0xFF):
        count = extradata[at] & mask if at < len(extradata) else 0
        at += 1
        for _ in range(count):
            length = int.from_bytes(extradata[at : at + 2], "big")
            units += length.to_bytes(4, "big") + extradata[at + 2 : at + 2 + length]
            at += 2 + length
    return bytes(units)
