"""Recovery by k of n: what comes back, and what does not."""

import itertools
import random
from dataclasses import replace

import pytest
from shamir_mnemonic import generate_mnemonics

from crypto.errors import FormatError, KeyMismatchError
from crypto.shares import combine, read_share, split

SECRET = bytes(range(32))


def test_any_three_of_five_give_the_secret_back_and_no_two_do():
    shares = split(SECRET, 3, 5)
    assert [share.number for share in shares] == [1, 2, 3, 4, 5]
    assert {len(share.words) for share in shares} == {33}
    for chosen in itertools.permutations(shares, 3):
        assert combine(chosen) == SECRET
    for chosen in itertools.combinations(shares, 2):
        with pytest.raises(KeyMismatchError, match="2 different shares, where 3 are needed"):
            combine(chosen)


def test_more_than_needed_and_the_same_one_twice_do_no_harm():
    shares = split(SECRET, 2, 4)
    assert combine(shares) == SECRET
    assert combine([shares[3], shares[3], shares[1]]) == SECRET
    with pytest.raises(KeyMismatchError, match="1 different"):
        combine([shares[3], shares[3]])


def test_the_largest_set_there_can_be():
    shares = split(SECRET, 16, 16)
    assert combine(shares[::-1]) == SECRET


def test_a_share_is_read_as_people_type_it():
    share = split(SECRET, 2, 2)[0]
    typed = "  " + "\n".join(word.upper() for word in share.words) + "\t"
    assert read_share(typed) == share


def test_a_mistake_in_typing_is_found_at_once():
    words = split(SECRET, 2, 3)[1].words
    draw = random.Random(7)
    for position in range(33):
        other = draw.choice([word for word in words if word != words[position]])
        with pytest.raises(FormatError, match="word by word"):
            read_share(" ".join((*words[:position], other, *words[position + 1 :])))
    with pytest.raises(FormatError, match="32 words"):
        read_share(" ".join(words[1:]))
    with pytest.raises(FormatError, match="word by word"):
        read_share(" ".join((*words[:32], "notaword")))
    with pytest.raises(FormatError):
        read_share("academic " * 1000)


def test_sets_are_not_mixed_and_a_forged_share_is_noticed():
    first, second = split(SECRET, 2, 3), split(SECRET, 2, 3)
    with pytest.raises(KeyMismatchError, match="one set"):
        combine([first[0], second[1]])
    with pytest.raises(KeyMismatchError, match="one set"):
        combine([])
    forged = replace(second[1], set_id=first[0].set_id)
    with pytest.raises(KeyMismatchError, match="do not belong together"):
        combine([first[0], forged])


def test_two_shares_of_one_number_do_not_pass_for_two():
    shares = split(SECRET, 2, 3)
    twin = replace(split(SECRET, 2, 3)[0], set_id=shares[0].set_id)
    with pytest.raises(KeyMismatchError, match="1 different"):
        combine([shares[0], twin])


@pytest.mark.parametrize(("needed", "count"), [(1, 1), (1, 3), (4, 3), (2, 17), (0, 0)])
def test_sets_that_make_no_sense_are_refused(needed, count):
    with pytest.raises(FormatError, match="cannot be"):
        split(SECRET, needed, count)


def test_only_whole_secrets_are_split():
    with pytest.raises(FormatError, match="31 bytes"):
        split(SECRET[1:], 2, 3)


OTHER_KINDS = {
    "costly": {"iteration_exponent": 15},
    "older": {"extendable": False},
    "in groups": {"groups": [(2, 2), (2, 2)]},
}


@pytest.mark.parametrize("kind", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_shares_of_other_kinds_are_refused_before_they_cost_time(kind, monkeypatch):
    from shamir_mnemonic import cipher

    monkeypatch.setattr(cipher, "BASE_ITERATION_COUNT", 4)
    chosen = {"groups": [(2, 2)], "iteration_exponent": 0, **kind}
    text = generate_mnemonics(1, chosen.pop("groups"), SECRET, **chosen)[0][0]
    with pytest.raises(FormatError, match="does not make"):
        read_share(text)


def test_a_share_does_not_show_its_words_by_accident():
    share = split(SECRET, 2, 2)[0]
    assert share.words[8] not in repr(share)
