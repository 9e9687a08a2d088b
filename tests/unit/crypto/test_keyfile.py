"""Key files: the passphrase, the bounds, and every field bound to the box."""

import base64
import json

import pytest

from crypto.errors import FormatError, KeyMismatchError
from crypto.keyfile import FEWEST_ITERATIONS, MOST_ITERATIONS, lock, unlock

SECRET = bytes(range(32))
PASSPHRASE = "Cafe\u0301 \u00e0 la cl\u00e9"


@pytest.fixture(scope="module")
def locked():
    return lock(
        SECRET, kind="exam", kid="exam-1", public=b"public", passphrase=PASSPHRASE, iterations=FEWEST_ITERATIONS
    )


def edited(data, **changes):
    return json.dumps({**json.loads(data), **changes}).encode()


def test_the_passphrase_unlocks_however_it_was_typed(locked):
    key = unlock(locked, "Caf\u00e9 a\u0300 la cle\u0301")
    assert (key.kind, key.kid, key.public, bytes(key.secret)) == ("exam", "exam-1", b"public", SECRET)
    assert SECRET.hex() not in repr(key)
    assert "secret" not in repr(key)


def test_the_file_shows_no_secret_and_is_new_each_time(locked):
    file = json.loads(locked)
    assert SECRET not in base64.b64decode(file["box"])
    assert (file["kdf"], file["iterations"]) == ("PBKDF2-HMAC-SHA512", 210_000)
    other = lock(SECRET, kind="exam", kid="exam-1", public=b"public", passphrase=PASSPHRASE, iterations=210_000)
    assert json.loads(other)["salt"] != file["salt"]


@pytest.mark.parametrize(
    ("change", "passphrase"),
    [
        ({}, "wrong"),
        ({}, PASSPHRASE + " "),
        ({"kid": "exam-2"}, PASSPHRASE),
        ({"kind": "root"}, PASSPHRASE),
        ({"public": "b3RoZXI="}, PASSPHRASE),
        ({"iterations": FEWEST_ITERATIONS + 1}, PASSPHRASE),
        ({"salt": base64.b64encode(bytes(32)).decode()}, PASSPHRASE),
        ({"box": base64.b64encode(bytes(104)).decode()}, PASSPHRASE),
        ({"box": ""}, PASSPHRASE),
    ],
    ids=repr,
)
def test_a_wrong_passphrase_and_an_edited_file_are_one_error(locked, change, passphrase):
    with pytest.raises(KeyMismatchError, match="the passphrase is wrong, or the file was changed"):
        unlock(edited(locked, **change), passphrase)


@pytest.mark.parametrize(
    "change",
    [
        {"iterations": 1},
        {"iterations": FEWEST_ITERATIONS - 1},
        {"iterations": MOST_ITERATIONS + 1},
        {"iterations": 10**12},
        {"iterations": "210000"},
        {"iterations": 210000.0},
        {"kdf": "PBKDF2-HMAC-SHA1"},
        {"cipher": "none"},
        {"version": 2},
        {"format": "other"},
        {"salt": "AAAA"},
        {"salt": "!" * 44},
        {"box": "A"},
        {"kid": "not a name"},
        {"kind": "Not A Kind"},
        {"extra": 1},
        {"public": "A" * 9000},
    ],
    ids=repr,
)
def test_parameters_out_of_bounds_are_refused_before_any_work(locked, change):
    with pytest.raises(FormatError):
        unlock(edited(locked, **change), PASSPHRASE)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"[" * 60_000, b" " * 70_000, b'{"kdf":NaN}'])
def test_what_is_no_key_file_is_refused(data):
    with pytest.raises(FormatError):
        unlock(data, PASSPHRASE)


def test_a_field_left_out_is_refused(locked):
    file = json.loads(locked)
    del file["salt"]
    with pytest.raises(FormatError, match="salt"):
        unlock(json.dumps(file).encode(), PASSPHRASE)


def test_a_refusal_does_not_repeat_what_the_file_holds(locked):
    with pytest.raises(FormatError) as error:
        unlock(edited(locked, kind="S3CRET VALUE"), PASSPHRASE)
    assert "S3CRET" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        {"iterations": 209_999},
        {"iterations": 10_000_001},
        {"secret": b""},
        {"secret": bytes(4097)},
        {"kid": "a b"},
        {"kind": ""},
        {"passphrase": ""},
        {"passphrase": "x" * 1025},
        {"public": bytes(8192)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_is_locked_that_could_not_be_unlocked(change):
    values = {"secret": SECRET, "kind": "exam", "kid": "e", "public": b"", "passphrase": "p", "iterations": 210_000}
    values.update(change)
    with pytest.raises(FormatError):
        lock(values.pop("secret"), **values)
