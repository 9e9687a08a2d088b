"""Two lines of text that somebody signs: facts as JSON, and an Ed25519 signature over what they are and the line.

The signature is over a word for the kind of facts, a zero byte, and exactly the bytes of the first line, in base64. So
one kind is never taken for another. It is verified before anything is parsed. Signing is deterministic.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, Field

from crypto.ed25519 import holds


def _with_offset(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a time without an offset")
    return text


StatedTime = Annotated[str, Field(max_length=40), AfterValidator(_with_offset)]
"""A time among facts: RFC 3339 with an offset, kept as it was written."""


def sign_line(kind: str, facts: Mapping[str, int | str], key: Ed25519PrivateKey) -> bytes:
    """Sign `facts` as of this `kind`; the same facts and key always give the same bytes."""
    line = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return line + b"\n" + base64.b64encode(key.sign(_signed(kind, line))) + b"\n"


def signed_line(kind: str, data: bytes, key: Ed25519PublicKey) -> bytes | None:
    """The line of facts in `data`; `None` where that is not two lines that `key` has signed as of this `kind`."""
    lines = data.split(b"\n")
    if len(lines) != 3 or lines[2]:
        return None
    try:
        signature = base64.b64decode(lines[1], validate=True)
    except binascii.Error:
        return None
    return lines[0] if holds(key.public_bytes_raw(), signature, _signed(kind, lines[0])) else None


def _signed(kind: str, line: bytes) -> bytes:
    return kind.encode("ascii") + b"\0" + line
