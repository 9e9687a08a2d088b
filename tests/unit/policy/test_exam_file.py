import base64
import dataclasses
import json
import shutil
import subprocess
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.policy import exam_file
from app.policy.errors import (
    ExamExpired,
    ExamFileUnreadable,
    ExamNotYetValid,
    OlderSequence,
    PolicyError,
    SequenceReused,
    SettingsInvalid,
    SignatureRefused,
    TermsUnreadable,
    UnknownInstitution,
    WrongInstitution,
)
from app.policy.exam_file import read_exam_file, write_exam_file
from app.policy.pins import InstitutionPins
from crypto.signing import SigningKey


@pytest.fixture
def never_parsed(monkeypatch):
    """Fails the test when the settings are looked at although the file had to be refused before."""

    def parse(data):
        raise AssertionError("the settings were parsed")

    monkeypatch.setattr(exam_file, "parse_settings", parse)


def test_a_signed_current_file_is_read(settings_bytes, terms, root, pins, now):
    data = write_exam_file(settings_bytes, terms, root)
    exam = read_exam_file(data, pins, now)
    assert exam.settings.exam.title == "Algebra I"
    assert exam.settings_bytes == settings_bytes
    assert exam.terms == dataclasses.replace(terms, settings_sha256=exam.settings_sha256)
    assert exam.root_key == root.verify_key
    assert exam.first_seen
    assert not read_exam_file(data, pins, now).first_seen


def test_minisign_itself_verifies_the_parts(settings_bytes, terms, root, tmp_path):
    minisign = shutil.which("minisign")
    if minisign is None:
        pytest.skip("the minisign program is not installed")
    lines = write_exam_file(settings_bytes, terms, root).split(b"\n")
    (tmp_path / "root.pub").write_bytes(b"\n".join(lines[1:3]) + b"\n")
    (tmp_path / "settings.json").write_bytes(b"\n".join(lines[8:]))
    (tmp_path / "settings.json.minisig").write_bytes(b"\n".join(lines[3:7]) + b"\n")
    run = subprocess.run(
        [minisign, "-V", "-p", tmp_path / "root.pub", "-m", tmp_path / "settings.json"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert terms.text() in run.stdout


def test_the_first_file_of_an_institution_asks_and_shows_the_words(settings_bytes, terms, root, tmp_path, now):
    pins = InstitutionPins(tmp_path / "pins.json")
    data = write_exam_file(settings_bytes, terms, root)
    with pytest.raises(UnknownInstitution) as asked:
        read_exam_file(data, pins, now)
    assert asked.value.institution == "example-u"
    assert len(asked.value.words) == 8
    with pytest.raises(UnknownInstitution):
        read_exam_file(data, pins, now)
    pins.trust(asked.value.institution, asked.value.root_key)
    assert read_exam_file(data, pins, now).first_seen


def test_a_forged_first_file_never_asks_for_trust(settings_bytes, terms, root, tmp_path, now, never_parsed):
    data = write_exam_file_unchecked(settings_bytes, terms.text(), root)
    with pytest.raises(SignatureRefused):
        read_exam_file(data + b" ", InstitutionPins(tmp_path / "pins.json"), now)


def write_exam_file_unchecked(settings_bytes: bytes, comment: str, key: SigningKey) -> bytes:
    head = key.verify_key.to_text() + key.sign(settings_bytes, comment)
    return b"invigilo exam file 1\n" + head.encode() + b"---\n" + settings_bytes


def flipped(signature: bytes) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1])


def altered(data: bytes, settings_bytes: bytes) -> dict[str, bytes]:
    head, _, _ = data.partition(b"---\n")
    lines = head.split(b"\n")
    return {
        "one letter": data.replace(b"Algebra I", b"Algebra J"),
        "trailing byte": data + b"\n",
        "trailing document": data + settings_bytes,
        "cut": data[:-1],
        "no settings": head + b"---\n",
        "comment": data.replace(b"seq:3", b"seq:4"),
        "later end": data.replace(b"until:2026-11-22T12", b"until:2026-11-22T18"),
        "signature": data.replace(lines[4], base64.b64encode(flipped(base64.b64decode(lines[4])))),
        "comment signature": data.replace(lines[6], base64.b64encode(bytes(64))),
        "line end in settings": head + b"---\n" + settings_bytes.replace(b"\n", b"\r\n"),
    }


@pytest.mark.parametrize("how", altered(b"a\nb\nc\nd\nZQ==\nf\nZw==---\n", b"").keys())
def test_altered_files_are_refused_before_parsing(how, settings_bytes, terms, root, pins, now, monkeypatch):
    data = write_exam_file(settings_bytes, terms, root)
    changed = altered(data, settings_bytes)[how]
    assert changed != data
    monkeypatch.setattr(exam_file, "parse_settings", None)
    with pytest.raises(SignatureRefused, match="Download it again"):
        read_exam_file(changed, pins, now)


def unframed(data: bytes) -> dict[str, bytes]:
    head, _, body = data.partition(b"---\n")
    lines = head.split(b"\n")
    return {
        "empty": b"",
        "other file": b"%PDF-1.7\n",
        "newer version": data.replace(b"exam file 1", b"exam file 2"),
        "unsigned": b"\n".join(lines[:3]) + b"\n---\n" + body,
        "bare settings": body,
        "two signatures": b"\n".join([*lines[:7], *lines[3:7]]) + b"\n---\n" + body,
        "two keys": b"\n".join([*lines[:3], *lines[1:7]]) + b"\n---\n" + body,
        "crlf": data.replace(b"\n", b"\r\n"),
        "crlf head": head.replace(b"\n", b"\r\n") + b"---\n" + body,
        "no separator": head + body,
        "key damaged": data.replace(lines[2], b"RWQ="),
        # Nobody has to own this one, the neutral point, to sign with it.
        "key that proves nothing": data.replace(lines[2], base64.b64encode(b"Ed" + bytes(8) + b"\x01" + bytes(31))),
        "key not text": data.replace(lines[1], b"untrusted comment: \xff"),
        "byte order mark": b"\xef\xbb\xbf" + data,
        "too large": data + b" " * exam_file.MAX_EXAM_FILE_BYTES,
        "long head": data.replace(b"comment: minisign", b"comment: " + b"x" * 5000),
    }


@pytest.mark.parametrize("how", unframed(b"a\nb\nc\nd\ne\nf\ng\n---\n").keys())
def test_what_is_no_exam_file_is_refused_before_parsing(how, settings_bytes, terms, root, pins, now, monkeypatch):
    changed = unframed(write_exam_file(settings_bytes, terms, root))[how]
    monkeypatch.setattr(exam_file, "parse_settings", None)
    with pytest.raises(ExamFileUnreadable):
        read_exam_file(changed, pins, now)


def test_the_crlf_refusal_says_what_happened(settings_bytes, terms, root, pins, now):
    data = write_exam_file(settings_bytes, terms, root).replace(b"\n", b"\r\n")
    with pytest.raises(ExamFileUnreadable, match="line ends"):
        read_exam_file(data, pins, now)


def test_another_key_for_a_known_institution_is_refused(settings_bytes, terms, pins, now, never_parsed):
    data = write_exam_file_unchecked(settings_bytes, terms.text(), SigningKey.generate())
    with pytest.raises(WrongInstitution, match="Do not use it"):
        read_exam_file(data, pins, now)


def test_a_known_key_cannot_speak_for_another_institution(settings_bytes, terms, root, pins, now, never_parsed):
    elsewhere = dataclasses.replace(terms, institution="other-u")
    data = write_exam_file_unchecked(settings_bytes, elsewhere.text(), root)
    with pytest.raises(WrongInstitution):
        read_exam_file(data, pins, now)


def test_another_institutions_key_in_place_of_the_right_one(settings_bytes, terms, root, pins, now):
    data = write_exam_file(settings_bytes, terms, root)
    other = SigningKey.generate().verify_key.to_text().encode()
    with pytest.raises(SignatureRefused):
        read_exam_file(data.replace(root.verify_key.to_text().encode(), other), pins, now)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"valid_from": timedelta(minutes=1)}, ExamNotYetValid),
        ({"valid_until": timedelta(seconds=-1)}, ExamExpired),
    ],
)
def test_validity_is_checked_before_parsing(change, error, settings_bytes, terms, root, pins, now, never_parsed):
    moved = dataclasses.replace(terms, **{name: now + by for name, by in change.items()})
    data = write_exam_file_unchecked(settings_bytes, moved.text(), root)
    with pytest.raises(error, match="22 November 2026, 0"):
        read_exam_file(data, pins, now)


def test_an_older_sequence_is_refused_and_an_equal_one_only_with_the_same_content(
    settings_bytes, terms, root, pins, now, monkeypatch
):
    data = write_exam_file(settings_bytes, terms, root)
    read_exam_file(data, pins, now)
    read_exam_file(data, pins, now)
    older = write_exam_file(settings_bytes, dataclasses.replace(terms, sequence=2), root)
    other = write_exam_file(settings_bytes.replace(b"Algebra I", b"Algebra J"), terms, root)
    longer = write_exam_file(
        settings_bytes, dataclasses.replace(terms, valid_until=terms.valid_until + timedelta(hours=1)), root
    )
    newer = write_exam_file(settings_bytes, dataclasses.replace(terms, sequence=4), root)
    with monkeypatch.context() as patched:
        patched.setattr(exam_file, "parse_settings", None)
        with pytest.raises(OlderSequence, match="version 2, but version 3"):
            read_exam_file(older, pins, now)
        for changed in (other, longer):
            with pytest.raises(SequenceReused):
                read_exam_file(changed, pins, now)
    read_exam_file(newer, pins, now)
    with pytest.raises(OlderSequence):
        read_exam_file(data, pins, now)


def test_refused_files_leave_no_trace_in_the_pins(settings_bytes, terms, root, pins, now):
    invalid = settings_bytes.replace(b'"schema_version": 1', b'"schema_version": 2')
    data = write_exam_file_unchecked(invalid, dataclasses.replace(terms, sequence=9).text(), root)
    with pytest.raises(SettingsInvalid, match="schema_version"):
        read_exam_file(data, pins, now)
    assert pins.seen("example-u", "algebra-1") is None


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "timestamp:1700000000 file:settings.json",
        "invigilo inst:example-u exam:algebra-1 seq:1",
        "invigilo inst:Example exam:algebra-1 seq:1 from:2026-01-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z",
        "invigilo inst:example-u exam:algebra-1 seq:0 from:2026-01-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z",
        "invigilo inst:example-u exam:algebra-1 seq:1 from:2026-13-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z",
        "invigilo inst:example-u exam:algebra-1 seq:1 from:2027-01-01T00:00:00Z until:2026-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z",
        "invigilo inst:example-u exam:algebra-1 seq:1 from:2026-01-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2026-12-01T00:00:00Z",
        "invigilo inst:example-u exam:algebra-1 seq:1 from:2026-01-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z more",
        "invigilo inst:example-u exam:algebra-1 seq:1 from:2026-01-01T00:00:00Z until:2027-01-01T00:00:00Z "
        "deliver-until:2027-01-01T00:00:00Z sha256:00",
    ],
)
def test_signed_lines_of_another_form_are_refused(comment, settings_bytes, root, pins, now, never_parsed):
    data = write_exam_file_unchecked(settings_bytes, comment, root)
    with pytest.raises((TermsUnreadable, SignatureRefused)):
        read_exam_file(data, pins, now)


def test_settings_for_another_exam_than_signed_are_refused(settings_bytes, terms, root, pins, now):
    data = write_exam_file_unchecked(settings_bytes, dataclasses.replace(terms, exam="biology").text(), root)
    with pytest.raises(SettingsInvalid, match="signed=example-u/biology"):
        read_exam_file(data, pins, now)


def test_invalid_settings_are_never_signed(document, terms, root):
    with pytest.raises(SettingsInvalid, match="start_url"):
        write_exam_file(json.dumps({**document, "start_url": "http://example.edu/"}).encode(), terms, root)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), cut=st.booleans())
def test_any_changed_byte_is_a_typed_refusal(place, flip, cut, settings_bytes, terms, root, pins, now):
    data = bytearray(write_exam_file_unchecked(settings_bytes, terms.text(), root))
    at = int(place * len(data))
    data[at] ^= flip
    changed = bytes(data[: at + 1] if cut else data)
    lines = changed.split(b"\n")
    try:
        read_exam_file(changed, pins, now)
    except PolicyError:
        return
    # Only the two untrusted comments are not covered by a signature.
    assert not cut
    original = write_exam_file_unchecked(settings_bytes, terms.text(), root).split(b"\n")
    assert [number for number, line in enumerate(lines) if line != original[number]] in ([1], [3])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"invigilo exam file 1\n" + tail))
def test_any_bytes_are_a_typed_refusal(pins, now, data):
    with pytest.raises(PolicyError):
        read_exam_file(data, pins, now)
