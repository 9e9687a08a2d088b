"""Key files: a private key locked by a passphrase, for a representative to keep.

PBKDF2-HMAC-SHA512 makes 64 bytes of the passphrase, the first 32 of which seal the key with
Cobblestone-256. All other fields of the file are the context of that sealing: anyone who edits the
iteration count, the name or the public key only gets a file that no longer opens.
"""

import base64
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crypto.derivation import wipe
from crypto.errors import FormatError, KeyMismatchError
from crypto.header import canonical_json
from crypto.keys import require_kid

DEFAULT_ITERATIONS = 1_000_000
FEWEST_ITERATIONS = 210_000
"""OWASP's figure for PBKDF2-HMAC-SHA512."""
MOST_ITERATIONS = 10_000_000
"""Beyond this a file only keeps the machine busy."""
MAX_FILE_BYTES = 64 * 1024
MAX_SECRET_BYTES = 4096
MAX_PASSPHRASE_BYTES = 1024

_SALT_BYTES = 32
# One block of HMAC-SHA512. Asking for more would cost us, and not an attacker, another run.
_DERIVED_BYTES = 64
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """The content of a key file; wipe `secret` when done."""

    kind: str
    kid: str
    public: bytes
    secret: bytearray

    def __repr__(self) -> str:
        return f"UnlockedKey(kind={self.kind!r}, kid={self.kid!r})"


class _KeyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["invigilo-key-file"] = "invigilo-key-file"
    version: Literal[1] = 1
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    kid: Annotated[str, Field(max_length=64)]
    public: Annotated[str, Field(max_length=8192)]
    kdf: Literal["PBKDF2-HMAC-SHA512"] = "PBKDF2-HMAC-SHA512"
    iterations: Annotated[int, Field(ge=FEWEST_ITERATIONS, le=MOST_ITERATIONS)]
    salt: Annotated[str, Field(max_length=64)]
    cipher: Literal["Cobblestone-256"] = "Cobblestone-256"
    box: Annotated[str, Field(max_length=8192)]

    def context(self) -> bytes:
        return canonical_json(self.model_dump(exclude={"box"}))


def lock(
    secret: bytes | bytearray,
    *,
    kind: str,
    kid: str,
    public: bytes,
    passphrase: str,
    iterations: int = DEFAULT_ITERATIONS,
) -> bytes:
    """Lock `secret` under `passphrase`; give the bytes of the key file.

    `kind` says what the key is for (such as `exam` or `root`), `public` is its public half. Raises
    `FormatError` for a value that `unlock` would refuse.
    """
    require_kid(kid)
    if not 0 < len(secret) <= MAX_SECRET_BYTES:
        raise FormatError(f"Key file {kid}: {len(secret)} bytes of secret, where 1 to {MAX_SECRET_BYTES} are allowed.")
    salt = secrets.token_bytes(_SALT_BYTES)
    try:
        unsealed = _KeyFile(
            kind=kind, kid=kid, public=_to_base64(public), iterations=iterations, salt=_to_base64(salt), box=""
        )
    except ValidationError as error:
        raise _refusal(error) from error
    key = _stretch(passphrase, salt, iterations)
    try:
        encryptor = Cobblestone256Encryptor(key, unsealed.context())
        box = encryptor.update(secret) + encryptor.finalize()
    finally:
        wipe(key)
    return unsealed.model_copy(update={"box": _to_base64(box)}).model_dump_json(indent=2).encode("utf-8") + b"\n"


def unlock(data: bytes, passphrase: str) -> UnlockedKey:
    """Unlock a key file.

    Raises `FormatError` for a file that is malformed or asks for too few or too many iterations,
    before any are spent, and `KeyMismatchError` for a wrong passphrase or an edited file alike.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FormatError(f"Key file: {len(data)} bytes, where {MAX_FILE_BYTES} are the most.")
    try:
        file = _KeyFile.model_validate_json(data)
    except ValidationError as error:
        raise _refusal(error) from error
    require_kid(file.kid)
    public, salt, box = (_from_base64(field) for field in (file.public, file.salt, file.box))
    if len(salt) != _SALT_BYTES:
        raise FormatError(f"Key file {file.kid}: its salt has {len(salt)} bytes, where {_SALT_BYTES} are needed.")
    key = _stretch(passphrase, salt, file.iterations)
    try:
        decryptor = Cobblestone256Decryptor(key, file.context())
        secret = bytearray(decryptor.update(box))
        secret += decryptor.finalize()
    except InvalidTag as error:
        raise KeyMismatchError(f"Key file {file.kid}: the passphrase is wrong, or the file was changed.") from error
    finally:
        wipe(key)
    return UnlockedKey(file.kind, file.kid, public, secret)


def _stretch(passphrase: str, salt: bytes, iterations: int) -> bytearray:
    # NFC, not NFKC: the same typed text from every keyboard, without folding different texts together.
    typed = bytearray(unicodedata.normalize("NFC", passphrase), "utf-8", "surrogatepass")
    derived = bytearray(_DERIVED_BYTES)
    try:
        if not 0 < len(typed) <= MAX_PASSPHRASE_BYTES:
            raise FormatError(f"Passphrase: it must have 1 to {MAX_PASSPHRASE_BYTES} bytes.")
        PBKDF2HMAC(SHA512(), _DERIVED_BYTES, salt, iterations).derive_into(typed, derived)
        return derived[:_KEY_BYTES]
    finally:
        wipe(typed)
        wipe(derived)


def _refusal(error: ValidationError) -> FormatError:
    # The field and the rule, never the value: it may be a piece of somebody's secret.
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "content"
    return FormatError(f"Key file: {where}: {first['msg']}")


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise FormatError("Key file: a field is not base64.") from error
