import base64
import datetime as dt
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from app.policy.document import ExamSettings
from app.policy.pins import InstitutionPins
from app.policy.terms import SignedTerms
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def ca_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="session")
def document(ca_pem: str) -> dict:
    exam_key = RecipientPrivate.generate("algebra-1.1")
    receipt_key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return {
        "schema_version": 1,
        "institution": {"id": "example-u", "name": "Example University"},
        "exam": {"id": "algebra-1", "title": "Algebra I"},
        "start_url": "https://exams.example.edu/quiz/7?attempt=1",
        "allowed": ["https://exams.example.edu/quiz/", "https://*.cdn.example.edu/"],
        "hand_in": "https://exams.example.edu/done",
        "delivery": {
            "endpoints": [
                {
                    "region": "eu-test",
                    "url": "https://127.0.0.1:8443",
                    "ca_pem": ca_pem,
                    "receipt_key": base64.b64encode(receipt_key).decode(),
                    "endpoint_id": "eu-test-1",
                }
            ]
        },
        "retention": {"days": 30},
        "recipients": [{"kid": "algebra-1.1", "public_b64": base64.b64encode(exam_key.public.encoded).decode()}],
    }


@pytest.fixture(scope="session")
def settings_bytes(document: dict) -> bytes:
    return ExamSettings.model_validate(document).to_bytes()


@pytest.fixture(scope="session")
def root() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def terms() -> SignedTerms:
    return SignedTerms(
        institution="example-u",
        exam="algebra-1",
        sequence=3,
        valid_from=NOW - timedelta(hours=1),
        valid_until=NOW + timedelta(hours=3),
        deliver_until=NOW + timedelta(days=14),
    )


@pytest.fixture
def pins(tmp_path, root: SigningKey) -> InstitutionPins:
    pins = InstitutionPins(tmp_path / "pins.json")
    pins.trust("example-u", root.verify_key)
    return pins


@pytest.fixture
def now() -> datetime:
    return NOW
