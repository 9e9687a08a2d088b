"""A take of an attempt, as verifying it finds it."""

from __future__ import annotations

from dataclasses import dataclass

from app.institution.copies.endpoint_listing import ListedSession
from crypto.folder import SealedSource
from crypto.header import SessionDescription
from crypto.verdict import Examination, Fault, FindingCode, VerificationReport


@dataclass(frozen=True)
class Take:
    """One sealed session of the attempt, and what verifying it finds. `label` is its folder's or session's name.

    `examined` is the examination, of which header and log are done, or the report where there is no header.

    `witnessed` is how many log records the endpoint had seen; what is here can only have grown since. None: not known.
    `countersigned_by` is the endpoint whose countersignature says so; None where none was checked. `listed` is what the
    operator says of it, unsigned. `header_stored_at` is when the endpoint signs to have had its header first.
    """

    label: str
    source: SealedSource
    examined: Examination | VerificationReport
    enrolled_pk0: bytes | None = None
    witnessed: int | None = None
    countersigned_by: str | None = None
    listed: ListedSession | None = None
    header_stored_at: str | None = None

    @property
    def report(self) -> VerificationReport:
        """What verifying it has found; what was not read so far is read for it."""
        return self.examined.report if isinstance(self.examined, Examination) else self.examined

    @property
    def log_records(self) -> int:
        """Log records here that hold; the final one counts too."""
        return len(self.report.segments) + self._has_ended

    @property
    def _has_ended(self) -> bool:
        """Whether the final record holds, whatever became of the pieces, or of what follows it."""
        return self.description is not None and all(
            finding.code != FindingCode.NOT_FINISHED
            and (finding.code != FindingCode.LOG or finding.fault is Fault.AFTER_END)
            for finding in self.report.findings
        )

    @property
    def number(self) -> int:
        """Which take it is, from 0; -1 when the header cannot be read."""
        return -1 if self.description is None else self.description.take

    @property
    def description(self) -> SessionDescription | None:
        """What its header says; None when it cannot be read."""
        return self.examined.header.description if isinstance(self.examined, Examination) else None

    @property
    def holds_anything(self) -> bool:
        """Whether there is a piece in it, be it one that no log record vouches for.

        A recorder may die between header and slot file: such a take holds nothing that could be kept from anyone.
        """
        return bool(self.report.segments or self.report.unsealed)
