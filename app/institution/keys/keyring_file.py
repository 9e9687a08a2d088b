"""The keyring's file: signed by the root key, and never older than one that was seen on this machine."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.durable_files.writing import write_file
from app.institution.errors import FolderDamaged, KeyringRefused
from app.institution.keys.keyring import Keyring
from crypto.errors import SignatureError
from crypto.signing import SigningKey, VerifyKey, verify
from resources.language import _, isolate

MAX_KEYRING_BYTES = 16 * 1024 * 1024

_COMMENT = re.compile(r"invigilo keyring inst:(?P<institution>[a-z0-9._-]{1,40}) seq:(?P<sequence>[1-9][0-9]{0,8})")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Signed(_Entry):
    signed: str
    signature: str


class _Seen(_Entry):
    sequence: int
    sha256: str


class KeyringFile:
    """`path` with the keyring, and `memory` with the newest sequence number seen on this machine.

    The memory protects against an old keyring put in place of the new one on shared storage. Whoever can roll back
    both files together is not held up by it.
    """

    def __init__(self, path: Path, memory: Path, institution: str, root_key: VerifyKey) -> None:
        self._path = path
        self._memory = memory
        self._institution = institution
        self._root_key = root_key

    def load(self) -> Keyring:
        """Read the keyring; raises `KeyringRefused` unless it is signed by the root key and not older than seen."""
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_KEYRING_BYTES + 1)
        except OSError as error:
            raise FolderDamaged(
                _("the keyring “{file}” cannot be read: {reason}").format(
                    file=isolate(self._path), reason=isolate(error.strerror)
                )
            ) from error
        try:
            if len(data) > MAX_KEYRING_BYTES:
                raise KeyringRefused(
                    _("the keyring “{file}” is larger than {limit} bytes").format(
                        file=isolate(self._path), limit=isolate(MAX_KEYRING_BYTES)
                    )
                )
            envelope = _Signed.model_validate_json(data)
            comment = verify(envelope.signed.encode(), envelope.signature, self._root_key)
            keyring = Keyring.model_validate_json(envelope.signed)
        except SignatureError as error:
            raise KeyringRefused(
                _("the keyring “{file}” is not as the root key signed it. Restore it from a backup").format(
                    file=isolate(self._path)
                )
            ) from error
        except ValidationError as error:
            raise KeyringRefused(
                _("“{file}” is not a keyring of this program").format(file=isolate(self._path))
            ) from error
        named = _COMMENT.fullmatch(comment)
        if (
            named is None
            or named["institution"] != self._institution
            or keyring.institution != self._institution
            or int(named["sequence"]) != keyring.sequence
        ):
            raise KeyringRefused(
                _("“{file}” is not the keyring of “{institution}”").format(
                    file=isolate(self._path), institution=isolate(self._institution)
                )
            )
        self._refuse_older(keyring, hashlib.sha256(envelope.signed.encode()).hexdigest())
        return keyring

    def store(self, keyring: Keyring, key: SigningKey) -> None:
        """Sign and write the keyring; durable before it returns."""
        signed = json.dumps(keyring.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        comment = f"invigilo keyring inst:{keyring.institution} seq:{keyring.sequence}"
        envelope = _Signed(signed=signed, signature=key.sign(signed.encode(), comment))
        write_file(self._path, envelope.model_dump_json(indent=2).encode() + b"\n", private=False)
        self._remember(keyring.sequence, hashlib.sha256(signed.encode()).hexdigest())

    def _refuse_older(self, keyring: Keyring, digest: str) -> None:
        try:
            seen = _Seen.model_validate_json(self._memory.read_bytes())
        except FileNotFoundError:
            seen = _Seen(sequence=0, sha256="")
        except ValidationError as error:
            raise FolderDamaged(
                _("“{file}” cannot be read; restore it from a backup").format(file=isolate(self._memory))
            ) from error
        if keyring.sequence < seen.sequence or (keyring.sequence == seen.sequence and digest != seen.sha256):
            raise KeyringRefused(
                _(
                    "the keyring “{file}” is version {version}, but version {seen} with other content has "
                    "been used here. Somebody put an older keyring in its place; restore the newest one"
                ).format(file=isolate(self._path), version=isolate(keyring.sequence), seen=isolate(seen.sequence))
            )
        if keyring.sequence > seen.sequence:
            self._remember(keyring.sequence, digest)

    def _remember(self, sequence: int, digest: str) -> None:
        write_file(self._memory, _Seen(sequence=sequence, sha256=digest).model_dump_json().encode(), private=False)
