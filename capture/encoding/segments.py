"""Where a stream of fragmented MP4 may be cut, and who receives the pieces.

A muxer writes its bytes in pieces of its own liking. `UnitSink` walks the MP4 boxes in them (ISO/IEC 14496-12: four
bytes of length, four of type) and hands over *units*: one `moof` box and its `mdat`, that is one fragment, which
begins with a key frame and plays by itself behind the first unit. The `ftyp` and `moov` boxes that describe the
stream have no time of their own and travel in front of the first fragment. The encoders write no index at the end.

The concatenation of all units is the stream, and so is every beginning of it that ends with a unit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Protocol

from capture.errors import EncoderError

_HEADER = struct.Struct(">I4s")


class SegmentSink(Protocol):
    """Takes the recorded bytes: the recorder program seals them and puts them in the spool."""

    def deliver(self, stream: str, started_ns: int, data: bytes) -> None:
        """Take the next piece of `stream` (`webcam`, `microphone` or `screen`).

        `data` is 1 to 240 KiB (`capture.settings.MAX_UNIT_BYTES`). `started_ns` is the monotonic time of the first
        frame or sample of the unit; a unit that is larger arrives as several pieces with the same `started_ns`.
        Called from one thread a stream. An exception is reported as a gap and the recording goes on.
        """


class UnitSink:
    """A write-only file for PyAV that calls `on_unit(started_s, data)` for each whole unit.

    `started_s` is the fragment's decode time (`tfdt`) in seconds. It counts from the recording's start because the
    encoders mux with `frag_discont` and `avoid_negative_ts=disabled`; without the two, FFmpeg counts from the
    stream's own first packet.
    """

    def __init__(self, on_unit: Callable[[float, bytes], None]) -> None:
        self._on_unit = on_unit
        self._bytes = bytearray()
        self._walked = 0
        self._timescale = 0
        self._started_s = 0.0

    def write(self, data: bytes) -> int:
        """Take the muxer's next bytes; called by PyAV."""
        self._bytes += data
        self._walk()
        return len(data)

    def close(self) -> None:
        """Hand over what follows the last fragment, if anything does; call after the muxer is closed."""
        self._walked = len(self._bytes)
        if self._bytes:
            self._hand_over()

    def _walk(self) -> None:
        while len(self._bytes) >= self._walked + _HEADER.size:
            length, kind = _HEADER.unpack_from(self._bytes, self._walked)
            if length < _HEADER.size:
                raise EncoderError(f"the MP4 muxer wrote a {kind!r} box of {length} bytes, which cannot be walked")
            end = self._walked + length
            if len(self._bytes) < end:
                return
            if kind == b"moov":
                self._timescale = _timescale(self._bytes[self._walked + _HEADER.size : end])
            elif kind == b"moof":
                self._started_s = _decode_time(self._bytes[self._walked + _HEADER.size : end]) / self._timescale
            self._walked = end
            if kind == b"mdat":
                self._hand_over()

    def _hand_over(self) -> None:
        unit = bytes(self._bytes[: self._walked])
        del self._bytes[: self._walked]
        self._walked = 0
        self._on_unit(self._started_s, unit)


def pieces(unit: bytes, limit: int) -> Iterator[bytes]:
    """Cut `unit` into pieces of at most `limit` bytes, in order, none empty."""
    for start in range(0, len(unit), limit):
        yield unit[start : start + limit]


def _boxes(data: bytearray) -> Iterator[tuple[bytes, bytearray]]:
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind = _HEADER.unpack_from(data, at)
        if length < _HEADER.size:
            return
        yield kind, data[at + _HEADER.size : at + length]
        at += length


def _inside(data: bytearray, *path: bytes) -> bytearray:
    for wanted in path:
        data = next((body for kind, body in _boxes(data) if kind == wanted), data[:0])
    if not data:
        raise EncoderError(f"the MP4 muxer wrote no {b'/'.join(path).decode()} box")
    return data


def _timescale(moov: bytearray) -> int:
    mdhd = _inside(moov, b"trak", b"mdia", b"mdhd")
    return int(struct.unpack_from(">I", mdhd, 20 if mdhd[0] == 1 else 12)[0])


def _decode_time(moof: bytearray) -> int:
    tfdt = _inside(moof, b"traf", b"tfdt")
    return int(struct.unpack_from(">Q" if tfdt[0] == 1 else ">I", tfdt, 4)[0])
