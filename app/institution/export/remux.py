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
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import av.container
import av.error
import av.packet
import av.stream

from app.institution.export.samples import edited, samples_of
from app.institution.recordings.fragments import Fragment, RunFile
from app.institution.recordings.gaps import LEAST_S, Stretch

LONGEST_STILL_S = 6.0
"""A picture older than this is not current any more: the recorder writes one at least every 4 s."""

ABSOLUTE_WITHIN_S = 0.05
"""Recorded times that agree this well with the sealed ones count from T0 already."""
_AT_ONCE = 400
"""Fragments that are read as one file, half an hour: opening one takes as long as copying thousands of packets."""
_CODECS = {"h264": "video", "libdav1d": "video", "opus": "audio"}


_ReadPacket: TypeAlias = tuple[int, int, int, bool, "av.packet.Packet[Any]"]
_TimedPacket: TypeAlias = tuple[float, "av.packet.Packet[Any]"]
"""A packet and its decode time, in seconds since T0."""


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

    def packets(self, out: av.stream.Stream | None) -> Iterator[_TimedPacket]:
        """Packets, for `out` where they are to be written, with their decode time in seconds since T0, rising."""
        last_s = float("-inf")
        while self._open is not None:
            last_s = yield from self._open.packets(out, self.coverage, last_s)
            self._open = self._next_run()

    def _next_run(self) -> _Run | None:
        for first, run in self._runs:
            opened = _Run.open(first, run)
            if opened is not None:
                return opened
            self.coverage.left_out += 1
        return None


class _Run:
    """One run, opened for reading.

    Fragments as the recorder writes them are read by their own boxes, in half the time of a demuxer. Others are
    demuxed, in pieces: a demuxer remembers every packet it has given.
    """

    def __init__(self, first: Fragment, rest: Iterator[Fragment]) -> None:
        self._init = first.init
        self._edited = edited(first.init)
        self._t0_s = Fraction(first.t0_us, 1_000_000)
        fragments = itertools.chain([first], rest)
        looked_at: list[Fragment] = []
        # A demuxer reads some seconds to say what stream it is; they are read again for their packets.
        self._container = self._opened(_noted(fragments, looked_at))
        self._rest = itertools.chain(looked_at, fragments)
        self._following = next(self._rest, None)

    @classmethod
    def open(cls, first: Fragment, rest: Iterator[Fragment]) -> _Run | None:
        try:
            run = cls(first, rest)
            streams = list(run._container.streams)
            if len(streams) != 1 or _CODECS.get(streams[0].codec_context.name) != streams[0].type:
                return None
        except (av.error.FFmpegError, AttributeError, ValueError):
            return None
        return run

    @property
    def stream(self) -> av.stream.Stream:
        """Its one stream."""
        return self._container.streams[0]

    def packets(
        self, out: av.stream.Stream | None, coverage: Coverage, after_s: float
    ) -> Generator[_TimedPacket, None, float]:
        """What `RemuxTrack.packets` gives of this run, behind `after_s`; in the end, the time of the last packet.

        There are 200,000 an hour: times are counted in ticks of the stream's own clock, and divided once.
        """
        time_base = self.stream.time_base
        assert time_base is not None  # noqa: S101  # set by the demuxer, for each of its packets too
        seconds, ticks = time_base.numerator, time_base.denominator
        in_band = _parameter_sets(bytes(self.stream.codec_context.extradata or b""))
        shift: int | None = None
        whole = True
        try:
            for pts, dts, duration, is_key, packet in self._read(time_base):
                if shift is None:
                    shift = self._shift(pts, time_base)
                given = _copy(packet, in_band + bytes(packet)) if in_band and is_key else packet
                if shift or given is not packet:
                    given.pts, given.dts = pts + shift, dts + shift
                dts_s, pts_s = (dts + shift) * seconds / ticks, (pts + shift) * seconds / ticks
                whole = dts_s > after_s and (whole or is_key)
                if not whole:
                    coverage.left_out += 1
                    continue
                after_s = dts_s
                coverage.add(pts_s, pts_s + duration * seconds / ticks)
                if out is not None:
                    given.stream = out
                yield dts_s, given
        except (av.error.FFmpegError, OverflowError):
            # Authentic bytes that are no MP4: a client that misbehaves. What came before is kept.
            pass
        return after_s

    def _read(self, time_base: Fraction) -> Iterator[_ReadPacket]:
        """Each packet, with its presentation and decode time, its duration, and whether it is a key frame."""
        new = av.packet.Packet
        while self._following is not None:
            samples = None if self._edited else samples_of(self._following.data)
            if samples is None:
                with self._opened(self._piece()) as container:
                    for packet in container.demux(container.streams[0]):
                        if packet.pts is not None and packet.dts is not None:
                            yield packet.pts, packet.dts, packet.duration or 0, packet.is_keyframe, packet
                continue
            data, begin, at = self._following.data, samples.begin, samples.decode_time
            for size, duration, is_key in zip(samples.sizes, samples.durations, samples.keys, strict=True):
                packet = new(data[begin : begin + size])
                packet.time_base, packet.duration, packet.is_keyframe = time_base, duration, is_key
                packet.pts = packet.dts = at
                yield at, at, duration, is_key, packet
                begin += size
                at += duration
            self._following = next(self._rest, None)

    def _opened(self, fragments: Iterator[Fragment]) -> av.container.InputContainer:
        return av.open(RunFile(self._init, fragments), "r", format="mp4")

    def _piece(self) -> Iterator[Fragment]:
        given = 0
        while self._following is not None and (given < _AT_ONCE or not self._following.key):
            fragment, self._following = self._following, next(self._rest, None)
            given += 1
            yield fragment

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
        # Opaque: PyAV would look for an encoder by the name of AV1's decoder, and there is none.
        outs = [container.add_stream_from_template(template, opaque=True) for _, template in playable]
        packets = [track.packets(out) for (track, _), out in zip(playable, outs, strict=True)]
        reported_s = 0.0
        for at_s, number, packet in _in_order(packets):
            try:
                container.mux_one(packet)
            except av.error.FFmpegError:
                # A packet no muxer takes, from a client that misbehaves; the others are written.
                playable[number][0].coverage.left_out += 1
            if progress is not None and at_s - reported_s >= 10:
                progress(at_s)
                reported_s = at_s
    return True


def _in_order(tracks: Sequence[Iterator[_TimedPacket]]) -> Iterator[tuple[float, int, av.packet.Packet[Any]]]:
    """Each packet with its time and the number of its track, by time; of one time, the first track's first."""
    heads: list[tuple[float, int, av.packet.Packet[Any]]] = []
    for number, track in enumerate(tracks):
        heads += ((at_s, number, packet) for at_s, packet in itertools.islice(track, 1))
    heapq.heapify(heads)
    while heads:
        yield heads[0]
        number = heads[0][1]
        following = next(tracks[number], None)
        if following is None:
            heapq.heappop(heads)
        else:
            heapq.heapreplace(heads, (following[0], number, following[1]))


def measure(tracks: Sequence[RemuxTrack]) -> None:
    """Walk through `tracks` without writing anything, so that their coverage is known."""
    for track in tracks:
        for _ in track.packets(None):
            pass


def _noted(fragments: Iterable[Fragment], into: list[Fragment]) -> Iterator[Fragment]:
    for fragment in fragments:
        into.append(fragment)
        yield fragment


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
