"""What the delivery tests share: a real authority, institution, endpoint process and sealed sessions."""

import contextlib
import datetime as dt
import hashlib
import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from app.client.delivery.transport import EndpointTransport
from app.endpoint.__main__ import cli
from app.policy.terms import SignedTerms
from app.wire.admissions import Admission
from crypto.header import SessionDescription
from crypto.keys import RecipientPrivate
from crypto.sealing import SessionSealer
from crypto.signing import SigningKey
from tests.fixtures.forked_endpoint import ForkedEndpoint

REGION = "local-test"
SETTINGS = b'{"demonstration": "settings are never sent to an endpoint"}'


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


class Authority:
    """A certificate authority and what it certifies, written below a folder."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        key_usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = (
            self._certificate(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(key_usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _certificate(self, subject, public_key):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - dt.timedelta(days=1))
            .not_valid_after(now() + dt.timedelta(days=30))
        )

    def server(self, kind: str = "ec") -> tuple[Path, Path]:
        """Certificate and key files for 127.0.0.1."""
        key = (
            ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, key_size=2048)
        )
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "endpoint")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            self._certificate(subject, key.public_key())
            .add_extension(names, critical=False)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        cert_file, key_file = self._folder / f"{kind}.pem", self._folder / f"{kind}.key"
        cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return cert_file, key_file


@dataclass(frozen=True)
class Address:
    """What signed settings say of an endpoint."""

    region: str
    url: str
    ca_pem: str
    receipt_key: str
    endpoint_id: str


@dataclass
class Institution:
    """A root key and settings signed with it."""

    key: SigningKey = field(default_factory=SigningKey.generate)
    id: str = "example-u"

    def signature(
        self,
        *,
        exam: str = "algebra-1",
        begins: float = -1,
        ends: float = 1,
        deliver: float = 2,
        digest: str | None = None,
        tickets: str | None = None,
    ) -> str:
        """Days from now; the four lines of a minisign signature over SETTINGS."""
        terms = SignedTerms(
            institution=self.id,
            exam=exam,
            sequence=1,
            valid_from=now() + dt.timedelta(days=begins),
            valid_until=now() + dt.timedelta(days=ends),
            deliver_until=now() + dt.timedelta(days=deliver),
            settings_sha256=digest,
            ticket_key=tickets,
        )
        return self.key.sign(SETTINGS, terms.text())

    def admit(self, transport: EndpointTransport, attempt: str | None = None, candidate: str = "candidate-7", **days):
        return transport.admit(
            self.signature(**days),
            settings_sha256=hashlib.sha256(SETTINGS).hexdigest(),
            settings_blake2b512=hashlib.blake2b(SETTINGS).hexdigest(),
            candidate=candidate,
            attempt=attempt,
        )


class EndpointProcess:
    """`invigilo-endpoint serve` as a process of its own; started, killed and started again on one port.

    It is forked, or a fresh interpreter below `prefix`, such as a tracer.
    """

    def __init__(self, folder: Path, authority: Authority, institution: Institution, region: str = REGION) -> None:
        self.data = folder / "endpoint"
        self.log = folder / "endpoint.log"
        self._ready = folder / "ready.json"
        self._folder = folder
        self._authority = authority
        self._region = region
        folder.mkdir(parents=True, exist_ok=True)
        self._root = folder / "root.pub"
        self._root.write_text(institution.key.verify_key.to_text())
        self._tls = authority.server()
        self.port = 0
        self._tokens: dict[tuple[str, str], str] = {}
        self.process: ForkedEndpoint | subprocess.Popen[bytes] | None = None

    def start(self, *prefix: str, timeout_s: float = 60.0) -> "EndpointProcess":
        self._ready.unlink(missing_ok=True)
        words = ["serve", "--data", str(self.data)]
        words += ["--port", str(self.port), "--region", self._region, "--institution", str(self._root)]
        words += ["--tls-cert", str(self._tls[0]), "--tls-key", str(self._tls[1]), "--ready-file", str(self._ready)]
        if prefix:
            command = [*prefix, sys.executable, "-m", "app.endpoint", *words]
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        else:
            self.process = ForkedEndpoint(words, self.log)
        until = time.monotonic() + timeout_s
        while not self._ready.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise AssertionError(f"the endpoint did not start:\n{self.log.read_text()}")
            time.sleep(0.02)
        self.facts = json.loads(self._ready.read_text())
        self.port = self.facts["port"]
        return self

    @property
    def address(self) -> Address:
        url = f"https://127.0.0.1:{self.port}"
        facts = self.facts
        return Address(self._region, url, self._authority.pem, facts["receipt_key"], facts["endpoint_id"])

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, timeout_s: float = 60.0) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout_s)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program, in this process."""
        done = CliRunner().invoke(cli, [*arguments, "--data", str(self.data)])
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    def differences(self) -> list[dict[str, str]]:
        found = json.loads(self.run("fsck", "--json").stdout)
        return found["differences"]

    def review_token(self, institution: str, region: str | None = None) -> str:
        asked = (institution, region or self._region)
        if asked not in self._tokens:
            issued = self.run("issue-token", "--institution", asked[0], "--region", asked[1])
            self._tokens[asked] = issued.stdout.strip()
        return self._tokens[asked]

    def review(self, path: str, institution: str = "example-u", token: str | None = None) -> requests.Response:
        if token is None:
            token = self.review_token(institution)
        ca_file = self._folder / "ca.pem"
        ca_file.write_text(self._authority.pem)
        url, headers = self.address.url + path, {"Authorization": f"Bearer {token}"}
        return requests.get(url, headers=headers, verify=str(ca_file), timeout=20)


class Collected:
    """A sink that keeps a session's objects in memory, in the order they were put."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, name: str, data: bytes) -> None:
        self.objects[name] = data


def description(attempt: str, take: int = 0, nonce: str = "", **changes) -> SessionDescription:
    values = {
        "institution": "example-u",
        "exam": "algebra-1",
        "config_sha256": hashlib.sha256(SETTINGS).hexdigest(),
        "attempt": attempt,
        "take": take,
        "candidate": "candidate-7",
        "started_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "t0_ns": 1,
        "client": "test",
        "nonce": nonce,
        "streams": ("events", "webcam"),
    } | changes
    return SessionDescription(**values)


RECIPIENT = RecipientPrivate.generate("exam-1")


def sealed(admission: Admission | str, segments: int = 3, take: int = 0, **changes) -> dict[str, bytes]:
    """A whole sealed session of real objects: header, keys, segments, log records, final record."""
    sink = Collected()
    attempt, nonce = (admission, "") if isinstance(admission, str) else (admission.attempt, admission.nonce)
    sealer = SessionSealer(description(attempt, take, nonce, **changes), [RECIPIENT.public], sink)
    for number in range(segments):
        sealer.seal("webcam" if number % 2 else "events", number * 1000, b"plaintext marker " * (number + 1))
    sealer.finish()
    return sink.objects


def new_attempt() -> str:
    return str(uuid.uuid4())


def wait_until(condition, timeout_s: float = 10.0, every_s: float = 0.01) -> None:
    until = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(every_s)
