"""Fragments out of opened segments: which are whole, which can be decoded, and what a missing piece takes along."""

from __future__ import annotations

import struct

import pytest

from app.institution.recordings.fragments import (
    MAX_FRAGMENT_BYTES,
    Fragment,
    FragmentWalk,
    RunFile,
    begins_with_key_frame,
    read_again,
)
from crypto.opening import OpenedSegment

KEY, NO_KEY = 0xFFFE_FFFF, 0x0001_0000
"""Sample flags of a picture that depends on no other, and of one that does; all other bits say the opposite."""


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, flags: int, *numbers: int) -> bytes:
    """A box with version 0, `flags`, and numbers of four bytes."""
    return box(kind, struct.pack(f">I{len(numbers)}I", flags, *numbers))


def moof(sequence: int, *, key: bool = True) -> bytes:
    return box(
        b"moof",
        full(b"mfhd", 0, sequence),
        box(b"traf", full(b"tfhd", 0, 1), full(b"trun", 0x4, 1, KEY if key else NO_KEY)),
    )


def fragment(sequence: int, *, key: bool = True, data: bytes = b"picture") -> bytes:
    return moof(sequence, key=key) + box(b"mdat", data)


INIT = box(b"ftyp", b"isom") + box(b"moov", b"what it is")


def walked(*parts: bytes | None, sealed: bool = True) -> tuple[list[Fragment], FragmentWalk]:
    """Walk segments, each a second long; None is one that is missing."""
    walk = FragmentWalk()
    segments = [
        OpenedSegment(number, number * 1_000_000, data, sealed=sealed)
        for number, data in enumerate(parts)
        if data is not None
    ]
    return list(walk.take(segments)), walk


def numbers(found: list[Fragment]) -> list[int]:
    return [each.sequence for each in found]


def test_fragments_know_their_run_their_time_and_where_they_begin() -> None:
    found, walk = walked(INIT + fragment(1), fragment(2, key=False) + INIT, fragment(1))
    assert found == [
        Fragment(0, INIT, 0, fragment(1), 0, 1, True),
        Fragment(0, INIT, 1_000_000, fragment(2, key=False), 1, 2, False),
        Fragment(1, INIT, 2_000_000, fragment(1), 2, 1, True),
    ]
    assert (walk.segments_used, walk.fragments_lost) == (3, 0)


@pytest.mark.parametrize("cut", [0, 1, 8, 100])
def test_fragment_over_several_segments_has_the_time_and_place_of_its_first(cut: int) -> None:
    whole = fragment(2, data=bytes(100))
    cut += len(moof(2))
    found, walk = walked(INIT + fragment(1), whole[:cut], whole[cut:] + fragment(3))
    assert numbers(found) == [1, 2, 3]
    assert found[1].data == whole
    assert [(each.segment, each.t0_us) for each in found[1:]] == [(1, 1_000_000), (2, 2_000_000)]
    assert walk.fragments_lost == 0


@pytest.mark.parametrize("cut", range(1, len(moof(2))))
def test_fragment_whose_description_is_cut_has_the_time_and_place_of_its_first_segment(cut: int) -> None:
    whole = fragment(2)
    found, _ = walked(INIT + fragment(1), whole[:cut], whole[cut:] + fragment(3), fragment(4))
    assert [each.segment for each in found] == [0, 1, 2, 3]
    assert [each.t0_us for each in found] == [0, 1_000_000, 2_000_000, 3_000_000]
    assert found[1].data == whole


def test_takes_are_counted_on_and_each_begins_with_its_own_description() -> None:
    walk = FragmentWalk()
    first = list(walk.take([OpenedSegment(0, 0, INIT + fragment(1), sealed=True)]))
    second = list(walk.take([OpenedSegment(0, 9, INIT + fragment(1), sealed=True)]))
    third = list(walk.take([OpenedSegment(0, 20, fragment(2), sealed=True)]))
    assert [each.run for each in (*first, *second)] == [0, 1]
    assert third == [], "the description before it is another take's"
    assert (walk.segments_used, walk.fragments_lost) == (3, 1)


def test_segment_that_the_log_does_not_vouch_for_is_as_missing() -> None:
    found, walk = walked(INIT + fragment(1), sealed=False)
    assert (found, walk.segments_used, walk.fragments_lost) == ([], 0, 0)


def test_missing_segment_takes_along_what_was_begun_and_what_needs_it() -> None:
    two = fragment(2, key=False)
    found, walk = walked(
        INIT + fragment(1) + two[:30], None, fragment(3, key=False), fragment(4), fragment(5, key=False)
    )
    assert numbers(found) == [1, 4, 5]
    assert walk.fragments_lost == 2, "the begun one, and the one that needed it"


def test_after_a_missing_segment_the_walk_goes_on_where_a_box_begins() -> None:
    three = fragment(3, data=bytes(200))
    found, walk = walked(INIT + fragment(1), None, three[120:] + fragment(4), fragment(5))
    assert numbers(found) == [1, 5], "where 4 begins cannot be told"
    assert walk.segments_used == 3


def test_run_may_begin_anew_after_a_missing_segment() -> None:
    found, _ = walked(INIT + fragment(1), None, INIT + fragment(1) + fragment(2))
    assert [(each.run, each.sequence) for each in found] == [(0, 1), (1, 1), (1, 2)]


def test_fragment_without_a_description_or_of_a_run_whose_beginning_is_missing_is_lost() -> None:
    found, walk = walked(fragment(1) + box(b"ftyp", b"isom") + fragment(1))
    assert (found, walk.fragments_lost) == ([], 2)
    found, walk = walked(INIT + fragment(1) + fragment(2) + fragment(2) + fragment(1) + fragment(3))
    assert (numbers(found), walk.fragments_lost) == ([1, 2], 3), "nor is what follows of the first run"
    found, walk = walked(INIT + fragment(1), None, fragment(1), fragment(2), INIT + fragment(1))
    assert ([(each.run, each.sequence) for each in found], walk.fragments_lost) == ([(0, 1), (1, 1)], 2)


def test_key_frame_may_leave_numbers_out_and_another_may_not() -> None:
    found, walk = walked(
        INIT + fragment(1) + fragment(3, key=False) + fragment(4, key=False) + fragment(9) + fragment(10, key=False)
    )
    assert (numbers(found), walk.fragments_lost) == ([1, 9, 10], 2)


def test_fragment_that_has_no_number_is_lost() -> None:
    found, walk = walked(INIT + box(b"moof", bytes(30)) + box(b"mdat", b"x") + fragment(1))
    assert (numbers(found), walk.fragments_lost) == ([1], 1)


def test_what_ends_in_the_middle_of_a_fragment_has_lost_it() -> None:
    assert walked(INIT + fragment(1) + fragment(2)[:-1])[1].fragments_lost == 1
    assert walked(INIT + fragment(1) + moof(2))[1].fragments_lost == 1
    assert walked(INIT + fragment(1))[1].fragments_lost == 0


@pytest.mark.parametrize("length", [0, 1, 7])
def test_box_that_cannot_be_walked_loses_what_follows_up_to_the_next_beginning(length: int) -> None:
    found, walk = walked(INIT + fragment(1) + struct.pack(">I4s", length, b"mdat"), b"xxxxxxxx", fragment(3))
    assert numbers(found) == [1, 3]
    assert walk.fragments_lost == 1


def test_fragment_that_claims_more_than_any_encoder_makes_is_not_followed() -> None:
    huge = struct.pack(">I4s", MAX_FRAGMENT_BYTES + 100, b"mdat")
    found, walk = walked(INIT + fragment(1), huge + bytes(MAX_FRAGMENT_BYTES - 8), b"x", bytes(100), fragment(4))
    assert numbers(found) == [1, 4]
    assert walk.fragments_lost == 1


def test_whole_fragment_of_the_greatest_size_is_taken() -> None:
    found, walk = walked(INIT + moof(1) + box(b"mdat", bytes(MAX_FRAGMENT_BYTES - 8)))
    assert (numbers(found), walk.fragments_lost) == ([1], 0)


def opened(*parts: bytes, sealed: bool = True) -> list[OpenedSegment]:
    return [OpenedSegment(number, 0, data, sealed=sealed) for number, data in enumerate(parts)]


def test_fragment_is_read_again_by_its_number_over_as_many_segments_as_it_takes() -> None:
    two = fragment(2, data=bytes(50))
    assert read_again(opened(INIT + fragment(1) + two[:40], two[40:] + fragment(3)), 2) == two
    assert read_again(opened(two[:60], two[60:]), 2) == two
    assert read_again(opened(INIT + fragment(1) + fragment(2)), 1) == fragment(1)


def test_fragment_that_is_gone_is_not_read() -> None:
    assert read_again(opened(INIT + fragment(1)), 2) is None
    assert read_again(opened(fragment(2), sealed=False), 2) is None
    assert read_again(opened(fragment(2)[:-1]), 2) is None
    assert read_again([], 1) is None
    huge = struct.pack(">I4s", 2 * MAX_FRAGMENT_BYTES, b"mdat")
    assert read_again(opened(huge + bytes(MAX_FRAGMENT_BYTES), fragment(2)), 2) is None


def test_run_is_read_as_one_file_in_any_portions() -> None:
    parts = [Fragment(0, INIT, 0, data, 0, number, True) for number, data in enumerate((b"abc", b"", b"defgh"))]
    for size in (1, 2, 5, 100):
        file, read = RunFile(b"init", iter(parts)), []
        while piece := file.read(size):
            assert len(piece) <= size
            read.append(piece)
        assert b"".join(read) == b"initabcdefgh"
        assert file.read(size) == b""


FLAGS: dict[str, tuple[tuple[int | str, ...], tuple[int | str, ...]]] = {
    "first sample's": ((0x4, 1, "first"), ()),
    "after the data's offset": ((0x5, 1, 0, "first"), ()),
    "each sample's": ((0x400, 1, "first"), ()),
    "after offset, length and size": ((0x701, 1, 0, 9, 9, "first"), ()),
    "after the length": ((0x500, 1, 9, "first"), ()),
    "after the size": ((0x600, 1, 9, "first"), ()),
    "before each sample's own": ((0x104, 1, "first", 9), ()),
    "before a picture's delay": ((0xC00, 1, "first", 9), ()),
    "the track's": ((0x0, 1), (0x20, 1, "first")),
    "after all else of the track": ((0x0, 1), (0x3B, 1, 0, 0, 9, 9, 9, "first")),
    "after the base": ((0x0, 1), (0x21, 1, 0, 0, "first")),
    "after the description": ((0x0, 1), (0x22, 1, 9, "first")),
    "after the track's length": ((0x0, 1), (0x28, 1, 9, "first")),
    "after the track's size": ((0x0, 1), (0x30, 1, 9, "first")),
}
"""Where the flags of the first sample may stand: in `trun`, or in `tfhd` for all of the track."""


@pytest.mark.parametrize("where", FLAGS)
@pytest.mark.parametrize("key", [True, False])
def test_key_frame_is_told_wherever_its_flags_stand(where: str, key: bool) -> None:
    # The flags after the first number; what else stands there says the opposite.
    said, opposite = (KEY, NO_KEY) if key else (NO_KEY, KEY)

    def numbered(kind: bytes, flags: int, count: int, *others: int | str) -> bytes:
        return full(kind, flags, count, *(said if each == "first" else opposite for each in others))

    trun, tfhd = FLAGS[where]
    made = box(
        b"moof", full(b"mfhd", 0, 1), box(b"traf", numbered(b"tfhd", *(tfhd or (0, 1))), numbered(b"trun", *trun))
    )
    assert begins_with_key_frame(made) is key


def test_fragment_that_says_nothing_of_its_samples_can_be_decoded_by_itself() -> None:
    assert begins_with_key_frame(box(b"moof", box(b"traf", full(b"tfhd", 0, 1), full(b"trun", 0, 1))))
    unsaid = box(b"traf", full(b"tfhd", 0, 1, NO_KEY), full(b"trun", 0, 1, NO_KEY))
    assert begins_with_key_frame(box(b"moof", unsaid)), "what stands where no flags are said to stand is none"
    assert begins_with_key_frame(box(b"moof"))
    assert begins_with_key_frame(b"")
    assert begins_with_key_frame(box(b"moof", b"\0\0\0\1trafxxxxxxxx")), "a box that cannot be walked"
