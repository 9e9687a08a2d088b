"""What an endpoint says of the sessions it has: an operator's word, not signed, kept beside a copy as it was given.

Beside it stand the countersignatures, which are signed. What the two say of one session must agree with each other,
with the header, and with what the test taker's receipts say; where they do not, somebody has changed something since.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.wire.heads import MAX_ENTRY_CHARACTERS, MAX_HEAD_BYTES, MOST_ENTRIES
from app.wire.tickets import MAX_TICKET_CHARACTERS


class ListedAlarm(BaseModel):
    """Something that no truthful client sends and that the endpoint refused: which object, why, and when (RFC 3339).

    `kind` is the endpoint's word (`app.wire.refusals`); a newer endpoint may have words that are not known here.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(pattern=r"^[a-z0-9/.-]{1,64}$")]
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")]
    at: Annotated[str, Field(max_length=40)]


class ListedSession(BaseModel):
    """What the endpoint knows of a session; it cannot know more. None is what an older endpoint did not say.

    `state` is ``open`` until the endpoint has the end of its log, then ``finished``; later ``deleting``, ``deleted``.
    `ticket` is the one that the attempt was admitted with, empty where none was shown.
    `settings_sha256`, `candidate` and `nonce` are those of the admission: the session's header is checked against them.
    Times are RFC 3339, by the endpoint's clock: the attempt was admitted at `admitted_at`, the session's first object
    came at `opened_at`, its newest at `last_stored_at`, its final record at `finished_at`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    sid: str
    attempt: str
    exam: str | None = None
    candidate: str | None = None
    settings_sha256: str | None = None
    nonce: str | None = None
    ticket: Annotated[str | None, Field(max_length=MAX_TICKET_CHARACTERS)] = None
    state: str | None = None
    pk0: str | None = None
    admitted_at: str | None = None
    opened_at: str | None = None
    last_stored_at: str | None = None
    finished_at: str | None = None
    deleted_at: str | None = None
    objects: int = 0
    bytes: int = 0
    log_records: int | None = None
    alarms: tuple[ListedAlarm, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _finished(cls, facts: object) -> object:
        """To the endpoint a session is open until it is deleted; to who reads of it, until it has its end."""
        if isinstance(facts, dict) and facts.get("state") == "open" and facts.get("finished_at"):
            return {**facts, "state": "finished"}
        return facts


class ListedObject(BaseModel):
    """One stored object: its name, size and digest as the endpoint states them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    track: str
    seq: int
    size: int
    sha256: str


class ListedHead(BaseModel):
    """The endpoint's signed head, and entries that lead to it (`app.wire.heads`); nothing is checked here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    head: Annotated[str, Field(max_length=MAX_HEAD_BYTES)]
    entries: Annotated[
        tuple[Annotated[str, Field(max_length=MAX_ENTRY_CHARACTERS)], ...], Field(max_length=MOST_ENTRIES)
    ]


class ListedContent(BaseModel):
    """The objects of a session, and the endpoint's receipts of its header and newest log record.

    An older endpoint gives no receipts.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    objects: tuple[ListedObject, ...]
    receipts: tuple[str, ...] = ()
