"""What is said of a sealed session: the verdict, what it rests on, and each thing found."""

from dataclasses import dataclass
from enum import Enum

from crypto.header import SessionDescription


class Verdict(Enum):
    """What can be said about a session as a whole."""

    COMPLETE = "COMPLETE"
    """Every byte is as it was sealed, from the first segment to the final record."""
    INTERRUPTED = "INTERRUPTED"
    """Every record there is holds, but the final one is missing: a crash, or a tail cut off."""
    TAMPERED = "TAMPERED"
    """Something was changed, moved, added or taken away; the findings say where."""


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """One thing a person should know about a session."""

    code: str
    """Stable name of the kind of finding, listed in FORMAT.md."""
    where: str
    """Object name or log record it is about."""
    sentence: str


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What the log says about one segment, and whether the segment is so."""

    stream: str
    index: int
    t0_us: int | None
    """Microseconds since the start of the attempt; `None` when the segment is not intact."""
    length: int
    """Bytes of the sealed object, as the log states."""
    name: str
    intact: bool
    sha256: bytes


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The verdict on one session and what it rests on."""

    verdict: Verdict
    findings: tuple[VerificationFinding, ...]
    """Empty for a COMPLETE session, except for damage to `keys.isf`, which only locks people out."""
    description: SessionDescription | None
    """`None` when the header is missing or damaged."""
    segments: tuple[SegmentRecord, ...]
    """What the log vouches for, in its order."""
    unsealed: tuple[str, ...]
    """Segments that follow those of the log without a record of their own: sealed just before a crash."""
