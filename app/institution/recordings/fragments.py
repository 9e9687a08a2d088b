"""From opened segments back to fragmented MP4, in pieces that play.

The plaintext of a media stream is a row of *runs*: each begins with ``ftyp`` and ``moov`` and goes on with fragments
(``moof`` and ``mdat``). A fragment may be spread over several segments, and one that does not begin with a key frame
needs those before it, back to one that does. Of what is missing the fragments it belonged to are lost, and those that
need them: the walk starts again at the next key frame of the next segment that begins with a box.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crypto.opening import OpenedSegment

MAX_FRAGMENT_BYTES = 32 * 1024 * 1024
"""No encoder of ours comes near; a recording that claims more is not followed."""

_HEADER = struct.Struct(">I4s")
_BEGINNINGS = (b"ftyp", b"moof")
_NO_KEY_FRAME = 0x0001_0000


@dataclass(frozen=True)
class Fragment:
    """One fragment that plays behind `init` and, where it is no `key`, behind the fragments since the last one that is.

    `run` counts runs from 0 across everything walked, `t0_us` is the sealed time of its first frame or sample,
    `segment` the index of the segment it begins in, `sequence` the muxer's own number of it within the run.
    """

    run: int
    init: bytes
    t0_us: int
    data: bytes
    segment: int
    sequence: int
    key: bool


class FragmentWalk:
    """Walks the segments of one stream, take after take, and counts what is lost. Not for several threads."""

    def __init__(self) -> None:
        self.segments_used = 0
        """Segments that were whole and vouched for by the signed log."""
        self.fragments_lost = 0
        """Begun fragments of which a part is missing, or what they need: their description or the fragment before."""
        self._run = -1

    def take(self, segments: Iterable[OpenedSegment]) -> Iterator[Fragment]:
        """Give the whole fragments of one take's segments, each as soon as it is whole."""
        assembly = _Assembly()
        next_index = 0
        in_step = True
        begins: OpenedSegment | None = None
        head: OpenedSegment | None = None
        for segment in segments:
            if not segment.sealed:
                continue
            self.segments_used += 1
            if segment.index != next_index:
                self.fragments_lost += assembly.drop()
                in_step = False
            next_index = segment.index + 1
            if not in_step and segment.data[4:8] not in _BEGINNINGS:
                continue
            in_step = True
            # The box at hand may have begun in an earlier segment; the next one begins in this.
            head = head if assembly.pending else segment
            assembly.pending += segment.data
            for kind, box in assembly.boxes():
                began, head = head, segment
                if kind == b"ftyp":
                    self._run += 1
                    assembly.init, assembly.sequence = box, 0
                elif kind == b"moov":
                    assembly.init += box
                elif kind == b"moof":
                    assembly.moof, begins = box, began
                elif kind == b"mdat":
                    moof, key = assembly.moof, begins_with_key_frame(assembly.moof)
                    if assembly.accepts(key=key) and begins is not None:
                        yield Fragment(
                            self._run, assembly.init, begins.t0_us, moof + box, begins.index, assembly.sequence, key
                        )
                    else:
                        self.fragments_lost += 1
            if len(assembly.pending) > MAX_FRAGMENT_BYTES:
                self.fragments_lost += assembly.drop()
                in_step = False
        self.fragments_lost += assembly.drop()


def read_again(segments: Iterable[OpenedSegment], sequence: int) -> bytes | None:
    """The fragment numbered `sequence` out of `segments`, which begin with the one it begins in; None if it is gone."""
    assembly = _Assembly()
    for segment in segments:
        if not segment.sealed or len(assembly.pending) > MAX_FRAGMENT_BYTES:
            return None
        assembly.pending += segment.data
        for kind, box in assembly.boxes():
            if kind == b"moof":
                assembly.moof = box
            elif kind == b"mdat" and _sequence(assembly.moof) == sequence:
                return assembly.moof + box
    return None


class RunFile:
    """The bytes of one run as a file that can only be read on, for PyAV; fragments are asked for one by one."""

    def __init__(self, init: bytes, fragments: Iterator[Fragment]) -> None:
        self._fragments = fragments
        self._rest = memoryview(init)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        while not self._rest:
            fragment = next(self._fragments, None)
            if fragment is None:
                return b""
            self._rest = memoryview(fragment.data)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return bytes(piece)


class _Assembly:
    """The fragment being put together."""

    def __init__(self) -> None:
        self.pending = bytearray()
        self.init = b""
        self.moof = b""
        self.sequence = 0

    def boxes(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self.pending) >= _HEADER.size:
            length, kind = _HEADER.unpack_from(self.pending)
            if length < _HEADER.size:
                # No box of ours has a 64-bit length or reaches to the end: nothing more can be walked here.
                self.pending += bytes(MAX_FRAGMENT_BYTES + 1)
                return
            if len(self.pending) < length:
                return
            box = bytes(self.pending[:length])
            del self.pending[:length]
            yield kind, box

    def accepts(self, *, key: bool) -> bool:
        """Whether the fragment that has just become whole belongs to the description at hand, and can be decoded.

        The muxer counts fragments from 1 in each run; a number that does not rise belongs to a run whose beginning is
        missing, so that nothing of it can be described, and one that leaves some out needs a key frame.
        """
        sequence = _sequence(self.moof)
        self.moof = b""
        if 0 < sequence <= self.sequence:
            self.init = b""
        if sequence == 0 or b"moov" not in self.init:
            return False
        if not key and sequence != self.sequence + 1:
            return False
        self.sequence = sequence
        return True

    def drop(self) -> int:
        """Forget what was begun; 1 when that was a fragment, else 0."""
        begun = bool(self.moof or self.pending)
        self.pending.clear()
        self.moof = b""
        return int(begun)


def _sequence(moof: bytes) -> int:
    # moof = header 8, mfhd: header 8, version and flags 4, sequence number 4 (ISO/IEC 14496-12, 8.8.5).
    return int.from_bytes(moof[20:24], "big") if moof[12:16] == b"mfhd" else 0


def begins_with_key_frame(moof: bytes) -> bool:
    """Whether the first sample of a fragment can be decoded by itself (ISO/IEC 14496-12, 8.8.7, 8.8.8 and 8.8.3.1)."""
    inside = dict(boxes_in(dict(boxes_in(moof[_HEADER.size :])).get(b"traf", b"")))
    trun, tfhd = inside.get(b"trun", b""), inside.get(b"tfhd", b"")
    has = int.from_bytes(trun[1:4], "big")
    at = 8 + 4 * bool(has & 0x1)
    if has & 0x4:
        flags = trun[at : at + 4]
    elif has & 0x400:
        at += 4 * bool(has & 0x100) + 4 * bool(has & 0x200)
        flags = trun[at : at + 4]
    else:
        has = int.from_bytes(tfhd[1:4], "big")
        at = 8 + 8 * bool(has & 0x1) + 4 * bool(has & 0x2) + 4 * bool(has & 0x8) + 4 * bool(has & 0x10)
        flags = tfhd[at : at + 4] if has & 0x20 else b""
    return not int.from_bytes(flags, "big") & _NO_KEY_FRAME


def boxes_in(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in the body of another, each with its kind and its own body; ends where one has no proper length."""
    at = 0
    while at + _HEADER.size <= len(body):
        length, kind = _HEADER.unpack_from(body, at)
        if length < _HEADER.size:
            return
        yield kind, body[at + _HEADER.size : at + length]
        at += length
