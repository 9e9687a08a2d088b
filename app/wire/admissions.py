"""Admission: how an attempt begins at the endpoint.

The client shows that it holds exam settings signed by an institution the operator serves; it sends the
signature and the two digests, never the settings. The endpoint answers with an upload token for the attempt
and a nonce that must come back inside the session's signed header.

The client names the attempt, so that an exam that begins without a network can be admitted hours later under
the identifier its recording already carries. Asking again for the same attempt is allowed and gives the same
nonce and a fresh token; the identifier is random and known to nobody else.
"""

from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.wire.tickets import MAX_TICKET_CHARACTERS

MAX_ADMISSION_BYTES = 32_768


class AdmissionRequest(BaseModel):
    """Body of `POST /v1/attempts`, as JSON.

    Attributes:
        signature: the whole text of the settings' minisign signature (four lines).
        settings_blake2b512: BLAKE2b-512 of the settings' exact bytes, the digest minisign signs.
        settings_sha256: SHA-256 of the same bytes, which the session's header repeats.
        candidate: the institution's pseudonym for the test taker; never a name.
        attempt: identifier the client chose for this attempt, a random UUID (version 4) in lower case;
            `None` lets the endpoint choose one.
        ticket: the candidate's ticket where the institution issues them (`app.wire.tickets`).
        region: the region that the signed settings name for this endpoint; one of another region answers 421.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    signature: Annotated[str, Field(max_length=16384)]
    settings_blake2b512: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    settings_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    candidate: Annotated[str, Field(min_length=1, max_length=256)]
    attempt: Annotated[
        str | None, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    ] = None
    ticket: Annotated[str | None, Field(max_length=MAX_TICKET_CHARACTERS)] = None
    region: Annotated[str | None, Field(max_length=64)] = None


class AdmissionResponse(BaseModel):
    """Body of the endpoint's 201 answer, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    attempt: Annotated[str, Field(max_length=64)]
    token: Annotated[str, Field(max_length=2048)]
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Admission:
    """What the client keeps of an admission.

    Attributes:
        attempt: uuid4 text.
        token: upload token, valid until the settings' `deliver-until`.
        nonce: 64 hexadecimal digits chosen by the endpoint, to go into every header of the attempt.
    """

    attempt: str
    token: str
    nonce: str

    def answer(self) -> AdmissionResponse:
        """The same as a message."""
        return AdmissionResponse(**asdict(self))
