"""An exam platform with a certificate of the institution's own authority, and one nobody vouches for."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def certificates(folder: Path) -> tuple[bytes, Path]:
    """Make an authority and a certificate for 127.0.0.1; returns the authority's PEM and the server's file."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lakeside exam authority")])

    def begin(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )

    ca = (
        begin(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    server = (
        begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exam")]), key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        server.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ca.public_bytes(serialization.Encoding.PEM), file


@pytest.fixture
def authority(platform, tmp_path: Path) -> bytes:
    """Puts the platform behind TLS and returns its authority's PEM."""
    pem, server = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    platform.server.socket = context.wrap_socket(platform.server.socket, server_side=True)
    return pem


def open_over_tls(open_exam, platform, **chosen):
    url = f"https://127.0.0.1:{platform.port}"

    def allowed(asked: str) -> bool:
        return asked.startswith(url)

    return open_exam(start_url=url + "/", address_allowed=allowed, resource_allowed=allowed, **chosen)


def test_institutions_authority_is_trusted_and_nothing_stays(open_exam, platform, authority, tmp_path, qtbot):
    window = open_over_tls(open_exam, platform, extra_ca_pem=authority)
    assert ("GET", "/", b"") in platform.requests
    answers: list[object] = []
    window.page.runJavaScript(
        "localStorage.setItem('draft','marker-of-the-answer');document.cookie='a=b';1", 0, answers.append
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert (tmp_path / "engine" / "web").exists()
    window.close_for_good()
    qtbot.wait(1200)
    qtbot.waitUntil(lambda: not (tmp_path / "engine" / "web").exists(), timeout=10_000)


def test_unknown_authority_is_refused(open_exam, platform, authority, qtbot):
    seen: list[str] = []
    window = open_over_tls(open_exam, platform, wait=False)
    window.page_event.connect(seen.append)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=10_000)
    assert "certificate_refused" in seen
    assert platform.requests == []
