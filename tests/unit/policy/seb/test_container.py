"""The layers of a `.seb` file come off whoever wrote it, and what cannot be opened says why."""

import gzip
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.policy.seb.container import MAX_FILE_BYTES, Purpose, open_container
from app.policy.seb.errors import SebFault, SebUnreadable
from tests.fixtures.recording import TESTDATA
from tests.fixtures.seb_file import as_windows_writes, blob, plist, to_certificate, to_certificate_by_password

XML = plist("<key>startURL</key><string>https://exams.example.edu/</string>")
REAL = TESTDATA / "seb"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


PLAIN = [XML, b"plnd" + XML, gzip.compress(b"plnd" + gzip.compress(XML)), b"\xef\xbb\xbf" + XML]


@pytest.mark.parametrize("data", PLAIN, ids=["bare", "named", "packed twice", "marked"])
def test_what_is_not_encrypted_is_an_exam(data):
    opened = open_container(data)
    assert opened.xml.removeprefix(b"\xef\xbb\xbf") == XML
    assert (opened.purpose, opened.encrypted) == (Purpose.EXAM, False)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("password", ["test", "päßwörd"])
def test_a_password_opens_every_version(version, password):
    data = b"pswd" + blob(gzip.compress(XML), password.encode(), version)
    assert open_container(data, password).xml == XML
    with pytest.raises(SebUnreadable) as refused:
        open_container(data, password + "x")
    assert refused.value.fault is SebFault.PASSWORD_WRONG


def test_a_password_that_its_writer_cut_opens_all_the_same():
    assert open_container(b"pswd" + blob(XML, "päßwörd".encode()[:7], 2), "päßwörd").xml == XML


def test_a_file_of_the_windows_program_opens():
    assert open_container(as_windows_writes(XML, "test"), "test").encrypted


def test_client_settings_open_by_no_password_or_the_administrators():
    assert open_container(b"pwcc" + blob(XML, b"")).purpose is Purpose.CLIENT
    locked = b"pwcc" + blob(XML, hashlib.sha256(b"admin").hexdigest().encode())
    assert open_container(locked, "admin").xml == XML
    for password, fault in ((None, SebFault.PASSWORD_NEEDED), ("other", SebFault.PASSWORD_WRONG)):
        with pytest.raises(SebUnreadable) as refused:
            open_container(locked, password)
        assert refused.value.fault is fault


@pytest.mark.parametrize("write", [to_certificate, to_certificate_by_password])
def test_the_key_of_the_certificate_opens_and_its_hash_is_named_where_it_is_missing(write, key):
    data = gzip.compress(write(b"plnd" + gzip.compress(XML), key))
    assert open_container(data, keys=[rsa.generate_private_key(65537, 1024), key]).xml == XML
    with pytest.raises(SebUnreadable) as refused:
        open_container(data)
    assert refused.value.fault is SebFault.KEY_NEEDED
    assert len(str(refused.value.facts["key"])) == 40


def test_what_is_damaged_inside_a_certificates_file_is_said(key):
    whole = to_certificate(XML, key)
    for data in (whole[:-1], whole[:24]):
        with pytest.raises(SebUnreadable) as refused:
            open_container(data, keys=[key])
        assert refused.value.fault is SebFault.TRUNCATED
    with pytest.raises(SebUnreadable) as refused:
        open_container(to_certificate_by_password(XML, key)[:60], keys=[key])
    assert refused.value.fault is SebFault.TRUNCATED


def nested(times: int) -> bytes:
    data = XML
    for _ in range(times):
        data = gzip.compress(data)
    return data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", SebFault.ANOTHER_KIND),
        (b"%PDF-1.7", SebFault.ANOTHER_KIND),
        (b"<html>", SebFault.ANOTHER_KIND),
        (b"PK\x03\x04...", SebFault.ZIP),
        (gzip.compress(XML)[:-20], SebFault.TRUNCATED),
        (b"\x1f\x8b\x08garbage", SebFault.TRUNCATED),
        (b"pswd" + blob(XML, b"test")[:60], SebFault.TRUNCATED),
        (b"pswd\x09" + blob(XML, b"test")[1:], SebFault.ENCRYPTION),
        (gzip.compress(b"a" * (MAX_FILE_BYTES + 1)), SebFault.TOO_LARGE),
        (nested(9), SebFault.TOO_MANY_LAYERS),
    ],
    ids=["empty", "pdf", "page", "zip", "cut", "garbage", "cut blob", "version", "bomb", "layers"],
)
def test_what_is_none_says_what_it_is(data, fault):
    with pytest.raises(SebUnreadable) as refused:
        open_container(data, "test")
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("name", "password", "fault"),
    [
        ("seb-website/grundeinstellungen.seb", None, SebFault.PASSWORD_NEEDED),
        ("seb-website/grundeinstellungen.seb", "guess", SebFault.PASSWORD_WRONG),
        ("seb-website/check.seb", None, SebFault.KEY_NEEDED),
        ("seb-website/SEB_Home_NoPrefs_zipped.seb", None, SebFault.ZIP),
    ],
)
def test_real_files_that_cannot_be_opened_here_say_what_is_missing(name, password, fault):
    if not REAL.exists():
        pytest.skip("needs ../shared/testdata/seb")
    with pytest.raises(SebUnreadable) as refused:
        open_container((REAL / name).read_bytes(), password)
    assert refused.value.fault is fault
