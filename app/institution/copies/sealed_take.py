"""A take of an attempt, as it was found: sealed, with what the endpoint said of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.institution.copies.countersignature import Countersignature
from app.institution.copies.endpoint_listing import ListedSession
from crypto.folder import SealedSource
from crypto.verdict import VerificationFinding


@dataclass(frozen=True)
class SealedTake:
    """A take as it was found: its name, its objects, and what the endpoint witnessed of it while it was recorded.

    `pk0` is the 32-byte key the session was begun with, `log_records` how many log records had arrived, `signed` what
    of this the endpoint has countersigned, `listed` what its operator says beside it, unsigned, `other_attempts` what
    else it had of the candidate. `operators` are findings of fetching it: where what the endpoint gives contradicts
    what it gave before. `fetched_from` is the endpoint's address, `fetched` tells whether it was asked now.
    """

    label: str
    source: SealedSource
    pk0: bytes | None = None
    log_records: int | None = None
    signed: Countersignature | None = None
    listed: ListedSession | None = None
    other_attempts: tuple[str, ...] | None = None
    operators: tuple[VerificationFinding, ...] = ()
    fetched_from: str | None = None
    fetched: bool = False
