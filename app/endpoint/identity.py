"""Who an endpoint is: the keys that sign its receipts and its tokens, made once and kept in its data folder."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.durable_files.writing import create_file, make_folder
from app.endpoint.errors import DataFolderUnusable
from app.endpoint.tables import ObjectRow
from app.wire.receipts import Receipt, sign_receipt
from resources.language import _, isolate


@dataclass(frozen=True, slots=True)
class EndpointIdentity:
    """The endpoint's two signing keys; nothing here can open a recording."""

    receipts: Ed25519PrivateKey
    tokens: Ed25519PrivateKey

    @property
    def endpoint_id(self) -> str:
        """`ep-` and 16 hexadecimal digits that follow from the receipt key."""
        return f"ep-{hashlib.sha256(self.receipts.public_key().public_bytes_raw()).hexdigest()[:16]}"

    @property
    def receipt_key(self) -> str:
        """Public half of the receipt key in base64, as exam settings name it."""
        return base64.b64encode(self.receipts.public_key().public_bytes_raw()).decode()

    def receipt(self, row: ObjectRow) -> bytes:
        """Sign for a stored object, a log record included; the same row always gives the same bytes."""
        at = row.object_id
        return sign_receipt(
            Receipt(at.sid, at.track, at.seq, row.sha256, row.size, row.stored_at, self.endpoint_id), self.receipts
        )

    @classmethod
    def kept_in(cls, data: Path) -> "EndpointIdentity | None":
        """Read the keys below `DATA/keys` and make none; None where one is missing. Raises as `in_folder`."""
        there = all((data / "keys" / name).exists() for name in ("receipts.pem", "tokens.pem"))
        return cls.in_folder(data) if there else None

    @classmethod
    def in_folder(cls, data: Path) -> "EndpointIdentity":
        """Read the keys below `DATA/keys`, making those that are missing.

        Raises:
            DataFolderUnusable: a key cannot be read, made or understood.
        """
        folder = data / "keys"
        try:
            make_folder(folder)
            return cls(_key(folder / "receipts.pem"), _key(folder / "tokens.pem"))
        except (OSError, ValueError, TypeError) as error:
            raise DataFolderUnusable(
                _("The endpoint's keys in {folder} cannot be used: {reason}.").format(
                    folder=isolate(folder), reason=isolate(error)
                )
            ) from error


def _key(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # Never over one that is there: receipts may have been signed with it already.
        create_file(file, pem)
    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file.name} is no Ed25519 key")
    return key
