"""A representative's key on a hardware token, asked through PKCS#11.

The private key never leaves the token: it agrees on a secret with the key a box was sealed with, and
`crypto.token_keys` does the rest. What the token does is P-256 only, so it does not withstand a quantum computer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from app.institution.errors import TokenFailure, UsageError
from crypto.errors import FormatError
from crypto.token_keys import POINT_BYTES, TokenPrivate, TokenPublic
from resources.language import _, isolate

# DER: an octet string of 65 bytes, and the object identifier of P-256.
_POINT_HEAD = b"\x04\x41"
_P256 = bytes.fromhex("06082a8648ce3d030107")
_MAX_KEY_FILE_BYTES = 16 * 1024


@dataclass(frozen=True)
class TokenPlace:
    """Where a token is found: the PKCS#11 library of its maker, and the token's label."""

    module: Path
    label: str


def read_public(path: Path, kid: str) -> TokenPublic:
    """Read a token's P-256 public key from a PEM or DER file, as the token's own program exports it."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_KEY_FILE_BYTES)
    except OSError as error:
        raise UsageError(
            _("the public key “{file}” cannot be read: {reason}").format(
                file=isolate(path), reason=isolate(error.strerror)
            )
        ) from error
    try:
        load = load_pem_public_key if data.lstrip().startswith(b"-----BEGIN PUBLIC KEY-----") else load_der_public_key
        key = load(data)
    except ValueError as error:
        raise UsageError(
            _("“{file}” holds no public key in PEM or DER (“BEGIN PUBLIC KEY”)").format(file=isolate(path))
        ) from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise UsageError(
            _("the public key “{file}” is not of the curve P-256; make the token's key on that curve").format(
                file=isolate(path)
            )
        )
    return TokenPublic(kid, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def public_on_token(place: TokenPlace, pin: str, kid: str, key_label: str | None = None) -> TokenPublic:
    """The one P-256 public key on the token, or the one labelled `key_label`; raises `TokenFailure`."""
    with _session(place, pin) as (pkcs11, session):
        found = {}
        for each in _objects(pkcs11, session, pkcs11.ObjectClass.PUBLIC_KEY):
            label = str(each[pkcs11.Attribute.LABEL])
            point = _point(pkcs11, each)
            if point is not None and key_label in {None, label}:
                found[point] = label
    if len(found) != 1:
        labels = ", ".join(sorted(found.values())) or _("none")
        raise TokenFailure(
            _("say which P-256 key of the token “{token}” is meant with --token-key; there are: {labels}").format(
                token=isolate(place.label), labels=labels
            )
        )
    try:
        return TokenPublic(kid, next(iter(found)))
    except FormatError as error:
        raise TokenFailure(
            _("the key on the token “{token}” cannot be used: {reason}").format(
                token=isolate(place.label), reason=isolate(error)
            )
        ) from error


@contextmanager
def opened(place: TokenPlace, pin: str, enrolled: tuple[TokenPublic, ...]) -> Iterator[TokenPrivate]:
    """The key on the token that belongs to one of the `enrolled`; raises `TokenFailure` when it holds none of them."""
    with _session(place, pin) as (pkcs11, session):
        by_point = {public.encoded: public for public in enrolled}
        for each in _objects(pkcs11, session, pkcs11.ObjectClass.PUBLIC_KEY):
            public = by_point.get(_point(pkcs11, each) or b"")
            if public is None:
                continue
            for private in _objects(pkcs11, session, pkcs11.ObjectClass.PRIVATE_KEY):
                same_id = private[pkcs11.Attribute.ID] == each[pkcs11.Attribute.ID]
                if same_id and private[pkcs11.Attribute.LABEL] == each[pkcs11.Attribute.LABEL]:
                    yield TokenPrivate(public, partial(_agree, pkcs11, private))
                    return
    raise TokenFailure(
        _("the token “{token}” holds no key of a representative of this institution").format(token=isolate(place.label))
    )


def _agree(pkcs11: Any, private: Any, peer: bytes) -> bytes:
    shared = private.derive_key(
        pkcs11.KeyType.GENERIC_SECRET,
        256,
        mechanism=pkcs11.Mechanism.ECDH1_DERIVE,
        mechanism_param=(pkcs11.KDF.NULL, None, peer),
        template={pkcs11.Attribute.SENSITIVE: False, pkcs11.Attribute.EXTRACTABLE: True},
    )
    return bytes(shared[pkcs11.Attribute.VALUE])


def _objects(pkcs11: Any, session: Any, kind: Any) -> list[Any]:
    wanted = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC}
    return list(session.get_objects(wanted))


def _point(pkcs11: Any, public: Any) -> bytes | None:
    if bytes(public[pkcs11.Attribute.EC_PARAMS]) != _P256:
        return None
    encoded = bytes(public[pkcs11.Attribute.EC_POINT])
    if encoded[:2] != _POINT_HEAD or len(encoded) != len(_POINT_HEAD) + POINT_BYTES:
        return None
    return encoded[2:]


@contextmanager
def _session(place: TokenPlace, pin: str) -> Iterator[tuple[Any, Any]]:
    import pkcs11  # noqa: PLC0415  # only those with a token need it

    try:
        token = pkcs11.lib(str(place.module)).get_token(token_label=place.label)
        with token.open(user_pin=pin) as session:
            yield pkcs11, session
    except pkcs11.exceptions.PinIncorrect as error:
        raise TokenFailure(
            _("the PIN of the token “{token}” is wrong; a few tries lock it").format(token=isolate(place.label))
        ) from error
    except pkcs11.exceptions.NoSuchToken as error:
        raise TokenFailure(
            _("there is no token “{token}”; put it in, or look at its label").format(token=isolate(place.label))
        ) from error
    except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
        reason = str(error) or type(error).__name__
        raise TokenFailure(
            _("the token “{token}” could not be used through “{module}”: {reason}").format(
                token=isolate(place.label), module=isolate(place.module), reason=isolate(reason)
            )
        ) from error
