"""Minisign signatures, ours and the real program's."""

import base64
import hashlib
import shutil
import subprocess

import pytest

from crypto.errors import FormatError, SignatureError
from crypto.signing import SigningKey, VerifyKey, verify, verify_prehashed

DATA = b'{"exam":"anatomy-1"}\n'
COMMENT = "invigilo inst:uni exam:anatomy-1 seq:3"
KEY = SigningKey.from_secret(bytes(range(40)))

needs_minisign = pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")


def run(*arguments, **options):
    return subprocess.run(["minisign", *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def test_a_signature_holds_for_its_document_comment_and_key():
    text = KEY.sign(DATA, COMMENT)
    assert verify(DATA, text, KEY.verify_key) == COMMENT
    assert verify_prehashed(hashlib.blake2b(DATA).digest(), text, KEY.verify_key) == COMMENT
    assert verify(DATA, text.removesuffix("\n"), KEY.verify_key) == COMMENT
    assert verify(DATA, KEY.sign(DATA, ""), KEY.verify_key) == ""


def test_keys_read_back():
    assert SigningKey.from_secret(KEY.secret).verify_key == KEY.verify_key
    assert VerifyKey.from_text(KEY.verify_key.to_text()) == KEY.verify_key
    assert SigningKey.generate().verify_key != SigningKey.generate().verify_key
    assert len(KEY.verify_key.fingerprint) == 32
    assert KEY.verify_key.key_id == bytes(range(8))


def lines(**changes):
    parts = KEY.sign(DATA, COMMENT).split("\n")
    for number, line in changes.items():
        parts[int(number[1:])] = line
    return "\n".join(parts)


# The last letter before the padding carries two bits only; the next letter spells the same bytes.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
SIGNATURE_LINE, GLOBAL_LINE = KEY.sign(DATA, COMMENT).split("\n")[1:4:2]


def altered(line, position, value):
    data = bytearray(base64.b64decode(line))
    data[position : position + len(value)] = value
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "text",
    [
        lines(l2="trusted comment: " + COMMENT + "0"),
        lines(l1=altered(SIGNATURE_LINE, 20, b"xx")),
        lines(l3=altered(GLOBAL_LINE, 20, b"xx")),
        lines(l1=altered(SIGNATURE_LINE, 0, b"Ed")),
        lines(l1=altered(SIGNATURE_LINE, 2, b"otherkey")),
        lines(l1=SIGNATURE_LINE[:-4]),
        lines(l1=SIGNATURE_LINE + "===="),
        lines(l1=SIGNATURE_LINE.replace(SIGNATURE_LINE[5], "é", 1)),
        lines(l1="!" + SIGNATURE_LINE[1:]),
        lines(l3=GLOBAL_LINE[:-3] + ALPHABET[ALPHABET.index(GLOBAL_LINE[-3]) + 1] + "=="),
        lines(l0="comment: x"),
        lines(l2="comment: " + COMMENT),
        lines().replace("\n", "\r\n"),
        lines() + "\n",
        lines() + "more\n",
        lines() * 2,
        lines().replace("exam", "\x0bexam"),
        lines(l0="untrusted comment: " + "x" * 20_000),
        "",
        "\n\n\n\n",
    ],
    ids=range(20),
)
def test_anything_else_is_refused(text):
    with pytest.raises(SignatureError):
        verify(DATA, text, KEY.verify_key)


def test_other_data_another_key_and_a_wrong_digest_are_refused():
    text = KEY.sign(DATA, COMMENT)
    same_id = VerifyKey(KEY.verify_key.key_id, SigningKey.generate().verify_key.encoded)
    for data, key in ((DATA + b"\n", KEY.verify_key), (DATA, SigningKey.generate().verify_key), (DATA, same_id)):
        with pytest.raises(SignatureError):
            verify(data, text, key)
    with pytest.raises(SignatureError):
        verify_prehashed(b"short", text, KEY.verify_key)


@pytest.mark.parametrize("comment", ["two\nlines", "tab\there", "x" * 4097, "\u2028"])
def test_a_comment_is_one_printable_line(comment):
    with pytest.raises(SignatureError):
        KEY.sign(DATA, comment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x\ny\n",
        "untrusted comment: x\nAAAA\n",
        KEY.verify_key.to_text() + "x\n",
        "untrusted comment: x\n\n",
        "x" * 20_000,
    ],
)
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(FormatError):
        VerifyKey.from_text(text)


def test_keys_have_their_lengths():
    with pytest.raises(FormatError):
        SigningKey.from_secret(bytes(39))
    with pytest.raises(FormatError):
        VerifyKey(bytes(8), bytes(31))


@needs_minisign
def test_minisign_accepts_ours_and_refuses_it_for_other_data(tmp_path):
    (tmp_path / "exam").write_bytes(DATA)
    (tmp_path / "exam.minisig").write_text(KEY.sign(DATA, COMMENT))
    (tmp_path / "root.pub").write_text(KEY.verify_key.to_text())
    accepted = run("-V", "-m", str(tmp_path / "exam"), "-p", str(tmp_path / "root.pub"))
    assert accepted.returncode == 0, accepted.stderr
    assert COMMENT in accepted.stdout
    (tmp_path / "exam").write_bytes(DATA + b"x")
    assert run("-V", "-m", str(tmp_path / "exam"), "-p", str(tmp_path / "root.pub")).returncode != 0


@needs_minisign
def test_we_accept_minisign_and_refuse_it_for_other_data(tmp_path):
    made = run("-G", "-W", "-p", str(tmp_path / "k.pub"), "-s", str(tmp_path / "k.sec"))
    assert made.returncode == 0, made.stderr
    (tmp_path / "exam").write_bytes(DATA)
    signed = run("-S", "-s", str(tmp_path / "k.sec"), "-m", str(tmp_path / "exam"), "-t", COMMENT, input="")
    assert signed.returncode == 0, signed.stderr
    key = VerifyKey.from_text((tmp_path / "k.pub").read_text())
    assert key.to_text() == (tmp_path / "k.pub").read_text()
    text = (tmp_path / "exam.minisig").read_text()
    assert verify(DATA, text, key) == COMMENT
    with pytest.raises(SignatureError):
        verify(DATA + b"x", text, key)
