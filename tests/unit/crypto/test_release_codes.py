"""Release codes: one hold, one answer, and nothing that somebody with the exam file alone could work out."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import release
from crypto.errors import FormatError

SECRET = release.new_secret()
STAFF = release.public_of(SECRET)


@pytest.mark.parametrize("reason", [0, 1, 17, 31])
def test_staff_answer_a_hold_and_say_why(reason):
    hold = release.Challenge()
    answer = release.answer(hold.code, SECRET, reason)
    assert len(answer.replace("-", "")) == 12
    assert hold.answered(answer, [release.public_of(release.new_secret()), STAFF]) == (1, reason)


def test_codes_are_read_however_they_are_typed():
    hold = release.Challenge()
    spoken = hold.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = release.answer(spoken, SECRET, 2)
    assert hold.answered(answer.lower().replace("-", "").replace("0", "O").replace("1", "i"), [STAFF]) == (0, 2)


def test_an_answer_fits_its_own_hold_alone():
    hold, other = release.Challenge(), release.Challenge()
    assert hold.code != other.code
    answer = release.answer(hold.code, SECRET, 0)
    assert other.answered(answer, [STAFF]) is None
    assert hold.answered(answer, [release.public_of(release.new_secret())]) is None
    assert hold.answered(release.answer(hold.code, release.new_secret(), 0), [STAFF]) is None
    assert hold.answered(answer, []) is None


def test_the_exams_own_computer_can_work_the_answer_out():
    """What the documents say it can: the code proves nothing about who gave it."""
    hold = release.Challenge()
    shared = hold._key.exchange(X25519PublicKey.from_public_bytes(STAFF))
    forged = release._answer(shared, hold._public, STAFF, 3)
    assert hold.answered(forged, [STAFF]) == (0, 3)


def test_the_reason_cannot_be_changed_on_the_way():
    hold = release.Challenge()
    answer = release.answer(hold.code, SECRET, 3)
    for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
        changed = letter + answer[1:]
        assert hold.answered(changed, [STAFF]) == ((0, 3) if changed == answer else None)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 55), letter=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_misread_letter_is_told_to_staff_before_anybody_types_a_useless_answer(place, letter):
    letters = release.Challenge().code.replace("-", "")
    misread = letters[:place] + letter + letters[place + 1 :]
    if misread != letters:
        with pytest.raises(FormatError, match="Release code"):
            release.answer(misread, SECRET, 0)


@settings(max_examples=80, deadline=None)
@given(typed=st.text(max_size=60))
def test_anything_typed_is_simply_wrong(typed):
    assert release.Challenge().answered(typed, [STAFF]) is None


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32), b"\x01" + bytes(31)])
def test_keys_that_share_no_secret_are_refused(public):
    with pytest.raises(FormatError, match="Release key"):
        release.require_public(public)
    release.require_public(STAFF)


def test_other_letters_lengths_and_reasons_are_refused():
    code = release.Challenge().code
    for wrong, said in ((code[:-1], "letters"), ("", "letters"), ("U" + code[1:], "“U”")):
        with pytest.raises(FormatError, match=said):
            release.answer(wrong, SECRET, 0)
    with pytest.raises(ValueError, match="reason 32"):
        release.answer(code, SECRET, 32)


def test_a_well_spelt_code_that_shares_no_secret_is_refused():
    made_up = release._to_letters(bytes(32) + release._check(bytes(32)))
    with pytest.raises(FormatError, match="no exam program"):
        release.answer(made_up, SECRET, 0)
