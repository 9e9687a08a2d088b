"""Receipts: the endpoint's signed word that it holds an object, and the only thing that counts as delivery.

A status code proves nothing (captive portals and proxies answer 200 too). A receipt is two lines of
text: the facts as JSON, and the base64 Ed25519 signature over `invigilo receipt 1`, a zero byte and
exactly the bytes of the first line. It is verified before it is parsed. Signing is deterministic, so a
repeated PUT of a stored object is answered with the same receipt.
"""

import base64
from dataclasses import asdict, dataclass
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.wire.errors import ObjectNameRefused, ReceiptRefused
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId
from app.wire.signed_lines import StatedTime, sign_line, signed_line
from crypto.ed25519 import is_strict

RECEIPT_TYPE = "application/vnd.invigilo.receipt"
MAX_RECEIPT_BYTES = 2048

_KIND = "invigilo receipt 1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an endpoint signs once an object is durable in its storage and its records.

    Attributes:
        sid: session, `<attempt>.<take>`.
        track: see `ObjectId.track`.
        seq: running number within the track.
        sha256: digest of the stored bytes, 64 lower-case hexadecimal digits.
        size: stored bytes.
        stored_at: when the object became durable first, RFC 3339 with offset.
        endpoint_id: who signs.
    """

    sid: str
    track: str
    seq: int
    sha256: str
    size: int
    stored_at: str
    endpoint_id: str

    @property
    def object_id(self) -> ObjectId:
        """The object this receipt speaks of."""
        return ObjectId(self.sid, self.track, self.seq)


class _ReceiptLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sid: Annotated[str, Field(max_length=64)]
    track: Annotated[str, Field(max_length=8)]
    seq: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0, le=MAX_OBJECT_BYTES)]
    stored_at: StatedTime
    endpoint_id: Annotated[str, Field(min_length=1, max_length=128)]


def sign_receipt(receipt: Receipt, key: Ed25519PrivateKey) -> bytes:
    """Sign the facts; the same facts and key always give the same bytes."""
    return sign_line(_KIND, asdict(receipt), key)


def verify_receipt(data: bytes, key: Ed25519PublicKey) -> Receipt:
    """Check the signature, then read the facts; the caller compares them with what it sent.

    Raises:
        ReceiptRefused: not two lines, not signed by `key`, or facts out of bounds.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise ReceiptRefused(f"The receipt has {len(data)} bytes; at most {MAX_RECEIPT_BYTES} are allowed.")
    line = signed_line(_KIND, data, key)
    if line is None:
        raise ReceiptRefused("This is no receipt, or not one of the endpoint of the exam settings.")
    try:
        facts = _ReceiptLine.model_validate_json(line)
        receipt = Receipt(**facts.model_dump())
        _ = receipt.object_id
    except (ValidationError, ObjectNameRefused) as error:
        raise ReceiptRefused("The receipt is signed, but its facts are out of bounds.") from error
    return receipt


def receipt_key(text: str) -> Ed25519PublicKey:
    """Read an endpoint's receipt key: 32 raw bytes of an Ed25519 public key in base64.

    Raises:
        ReceiptRefused: the text is no such key, or one under which a signature proves nothing.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ReceiptRefused("The receipt key in the exam settings is no Ed25519 public key in base64.") from error
    if not is_strict(key):
        raise ReceiptRefused(
            "The receipt key in the exam settings is no Ed25519 public key, or one that proves nothing."
        )
    return Ed25519PublicKey.from_public_bytes(key)
