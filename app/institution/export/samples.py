"""The samples of a fragment as its own boxes give them: sizes and times, without a demuxer.

The recorder's muxer writes every fragment in one way: one track, one run of samples that lie in the order in which they
are decoded and shown, and nothing else in the `mdat`. To read that takes half of what a demuxer takes for it. A
fragment of any other shape is a demuxer's.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from app.institution.recordings.fragments import boxes_in

_NO_KEY_FRAME = 0x0001_0000
_BASE_IS_MOOF = 0x02_0000
_LATEST = 1 << 62
_HEADER_BYTES = 8
# tfhd and trun (ISO/IEC 14496-12, 8.8.7 and 8.8.8): what stands in them.
_DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS = 0x08, 0x10, 0x20
_DATA_OFFSET, _FIRST_FLAGS, _DURATION, _SIZE, _FLAGS = 0x1, 0x4, 0x100, 0x200, 0x400


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of one fragment, in their order; each is decoded when the one before it is over, and shown then.

    `decode_time` of the first, and `durations`, are in ticks of the track's clock. `begin` is where the first lies in
    the fragment's data, the others follow on each other. `keys` says of each whether it can be decoded by itself.
    """

    decode_time: int
    begin: int
    sizes: Sequence[int]
    durations: Sequence[int]
    keys: Sequence[bool]


def samples_of(fragment: bytes) -> Samples | None:
    """The samples of a ``moof`` and its ``mdat``; None for a shape that is not the recorder's muxer's."""
    try:
        return _samples_of(fragment)
    except (struct.error, ValueError, LookupError):
        return None


def edited(init: bytes) -> bool:
    """Whether the description of a run moves its times (an edit list): the times in its fragments are others then."""
    return b"edts" in init or b"elst" in init


def _samples_of(fragment: bytes) -> Samples | None:
    (length,) = struct.unpack_from(">I", fragment)
    (_, _), (traf_kind, traf) = boxes_in(fragment[_HEADER_BYTES:length])
    (tfhd_kind, tfhd), (tfdt_kind, tfdt), (trun_kind, trun) = boxes_in(traf)
    if (traf_kind, tfhd_kind, tfdt_kind, trun_kind) != (b"traf", b"tfhd", b"tfdt", b"trun"):
        return None
    defaults, has = int.from_bytes(tfhd[1:4], "big"), int.from_bytes(trun[1:4], "big")
    known = _DEFAULT_DURATION | _DEFAULT_SIZE | _DEFAULT_FLAGS
    if defaults & ~known != _BASE_IS_MOOF or has & ~(_FIRST_FLAGS | _DURATION | _SIZE | _FLAGS) != _DATA_OFFSET:
        return None
    (decode_time,) = struct.unpack_from(">Q" if tfdt[0] == 1 else ">I", tfdt, 4)
    count, begin = struct.unpack_from(">Ii", trun, 4)
    at = 12 + 4 * bool(has & _FIRST_FLAGS)
    if not 0 < count < len(fragment) or begin != length + _HEADER_BYTES or decode_time >= _LATEST:
        return None
    fields = [each for each in (_DURATION, _SIZE, _FLAGS) if has & each]
    table = struct.unpack_from(f">{count * len(fields)}I", trun, at)
    columns = {each: table[place :: len(fields)] for place, each in enumerate(fields)}
    stated = _stated(tfhd, defaults)
    durations, sizes, flags = (
        columns[each] if each in columns else tuple(repeat(stated[default], count))
        for each, default in ((_DURATION, _DEFAULT_DURATION), (_SIZE, _DEFAULT_SIZE), (_FLAGS, _DEFAULT_FLAGS))
    )
    if 0 in sizes or sum(sizes) != len(fragment) - begin:
        return None
    if has & _FIRST_FLAGS:
        flags = (*struct.unpack_from(">I", trun, 12), *flags[1:])
    return Samples(decode_time, begin, sizes, durations, [not each & _NO_KEY_FRAME for each in flags])


def _stated(tfhd: bytes, has: int) -> dict[int, int]:
    """What holds for every sample that the run says nothing of."""
    present = [each for each in (_DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS) if has & each]
    return dict(zip(present, struct.unpack_from(f">{len(present)}I", tfhd, 8), strict=True))
