"""Words for digests and passphrases."""

import re

import pytest

from crypto.errors import FormatError
from crypto.fingerprint import passphrase, word_list, words


def test_the_list_is_1024_short_distinct_plain_words():
    listed = word_list()
    assert len(listed) == len(set(listed)) == 1024
    assert listed == tuple(sorted(listed))
    assert all(re.fullmatch("[a-z]{3,8}", word) for word in listed)


def test_words_are_the_leading_bits():
    listed = word_list()
    assert words(bytes(32)) == (listed[0],) * 8
    assert words(b"\xff" * 10) == (listed[1023],) * 8
    assert words(b"\x00\x40\x00\x00", 2) == (listed[1], listed[0])
    assert words(bytes(range(32)), 3) == words(bytes(range(32)))[:3]
    assert words(b"\x80" + bytes(31))[0] == listed[512]


def test_every_leading_bit_counts():
    digest = int.from_bytes(bytes(range(32)), "big")
    seen = {words((digest ^ 1 << 255 - bit).to_bytes(32, "big")) for bit in range(80)}
    assert len(seen | {words(digest.to_bytes(32, "big"))}) == 81


@pytest.mark.parametrize(("digest", "count"), [(b"", 1), (bytes(9), 8), (bytes(32), 0), (bytes(32), 26)])
def test_a_digest_too_short_is_refused(digest, count):
    with pytest.raises(FormatError):
        words(digest, count)


def test_passphrases_are_random_words():
    made = passphrase().split("-")
    assert len(made) == 6
    assert set(made) <= set(word_list())
    assert len({passphrase(4) for _ in range(50)}) == 50
