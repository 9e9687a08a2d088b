"""Tokens: what an endpoint lets the bearer do, as EdDSA-signed JSON Web Tokens (RFC 8037).

An *upload* token is given to one attempt at admission and stays valid until the settings'
`deliver-until`, so that hours offline cost nothing; it can only add objects to that attempt's
sessions. A *review* token lets an institution list and fetch its own sessions. Either is valid at one
endpoint in one region. The endpoint is both issuer and reader: there is one key and one algorithm.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.wire.errors import RegionRefused, TokenRefused
from app.wire.objects import is_attempt
from app.wire.regions import Region, region

MAX_TOKEN_CHARACTERS = 2048

_ALGORITHM = "EdDSA"


@dataclass(frozen=True, slots=True)
class UploadToken:
    """Leave to add objects to the sessions of one attempt."""

    attempt: str
    region: Region
    institution: str
    exam: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewToken:
    """Leave to list and fetch the sessions of one institution."""

    institution: str
    region: Region
    expires_at: datetime


Token = UploadToken | ReviewToken


def issue_token(token: Token, key: Ed25519PrivateKey, endpoint_id: str) -> str:
    """Sign a token; `expires_at` is kept in whole seconds, rounded down."""
    claims: dict[str, Any] = {
        "iss": endpoint_id,
        "rgn": token.region,
        "inst": token.institution,
        "exp": int(token.expires_at.timestamp()),
    }
    match token:
        case UploadToken():
            claims |= {"scope": "upload", "sub": token.attempt, "exam": token.exam}
        case ReviewToken():
            claims |= {"scope": "review"}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_token(text: str, key: Ed25519PublicKey, endpoint_id: str, now: datetime) -> Token:
    """Check signature, issuer and time, then read the scope.

    The region is *not* compared here: a token of another region is a true token at the wrong place,
    which the endpoint answers differently (421).

    Raises:
        TokenRefused: anything about the token is wrong; the message never contains the token.
    """
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise TokenRefused("The token is too long.")
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[_ALGORITHM],
            issuer=endpoint_id,
            options={"require": ["exp", "iss", "rgn", "inst", "scope"], "verify_exp": False},
        )
    except jwt.InvalidTokenError as error:
        raise TokenRefused("The token is not one of this endpoint's.") from error
    try:
        expires_at = datetime.fromtimestamp(int(claims["exp"]), tz=now.tzinfo)
        where, institution = region(str(claims["rgn"])), str(claims["inst"])
    except (ValueError, TypeError, OverflowError, OSError, RegionRefused) as error:
        raise TokenRefused("The token's claims cannot be read.") from error
    if expires_at <= now:
        raise TokenRefused("The token is out of date.")
    match claims["scope"]:
        case "upload" if is_attempt(attempt := str(claims.get("sub", ""))):
            return UploadToken(attempt, where, institution, str(claims.get("exam", "")), expires_at)
        case "review":
            return ReviewToken(institution, where, expires_at)
        case _:
            raise TokenRefused("The token's scope is unknown.")
