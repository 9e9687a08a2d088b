"""An institution with an endpoint, asked through its real program."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from app.institution.__main__ import program

SETTINGS = {"start_url": "https://exams.example.edu/quiz", "allowed": ["https://exams.example.edu/quiz/"]}


def authority(ends: datetime) -> str:
    """A certificate authority that ends at `ends`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=400))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def endpoint(**changes: str) -> dict[str, Any]:
    """An endpoint as the settings name it."""
    return {
        "region": "eu-test",
        "url": "https://endpoint.example.edu",
        "ca_pem": authority(datetime.now(UTC) + timedelta(days=365)),
        "receipt_key": base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode(),
        "endpoint_id": "eu-test-1",
        **changes,
    }


@dataclass(frozen=True)
class Office:
    """The institution's folder, and its program."""

    folder: Path
    passphrase: Path

    def __call__(self, *arguments: object) -> Result:
        """Run one command with the passphrase."""
        return CliRunner().invoke(
            program,
            ["--dir", str(self.folder), *map(str, arguments), "--passphrase-file", str(self.passphrase)],
        )

    def draft(self, exam: str, settings: dict[str, Any] | str, title: str = "Algebra I") -> Result:
        """`exam new`, with `settings` in a file beside the institution."""
        file = self.folder.parent / "settings.json"
        file.write_text(settings if isinstance(settings, str) else json.dumps(settings, indent=2), "utf-8")
        return self("exam", "new", exam, "--title", title, "--settings", file)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    base = tmp_path_factory.mktemp("office")
    passphrase = base / "passphrase.txt"
    passphrase.write_text("six plain words for a test\n")
    made = Office(base / "institution", passphrase)
    assert made("init", "--id", "example-u", "--name", "Example", "--iterations", 210_000).exit_code == 0
    assert made("representative", "add", "Bo Chen").exit_code == 0
    return made


@pytest.fixture
def whole() -> Callable[..., dict[str, Any]]:
    """Settings in which nothing is wrong, with `changes` over them by their dotted keys."""

    def settings(changes: dict[str, Any] | None = None) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(json.dumps({**SETTINGS, "delivery": {"endpoints": [endpoint()]}}))
        for key, value in (changes or {}).items():
            *parents, last = key.split(".")
            at = document
            for parent in parents:
                at = at[int(parent)] if isinstance(at, list) else at.setdefault(parent, {})
            at[last] = value
        return document

    return settings
