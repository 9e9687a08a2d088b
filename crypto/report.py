"""What is said of a sealed session: the verdict, what it rests on, and each thing found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from crypto.faults import Fault
from crypto.header import SessionDescription


class Verdict(Enum):
    """What can be said about a session as a whole."""

    COMPLETE = "COMPLETE"
    """Every byte is as it was sealed, from the first segment to the final record."""
    INTERRUPTED = "INTERRUPTED"
    """Every record there is holds, but the final one is missing: a crash, or a tail cut off."""
    TAMPERED = "TAMPERED"
    """Something was changed, moved, added or taken away; the findings say where."""


class FindingCode(StrEnum):
    """What a finding is about; FORMAT.md says what each means for the verdict."""

    HEADER = "header"
    NOT_ENROLLED = "not-enrolled"
    LOG = "log"
    """`record` is the log record that does not hold, where it is one."""
    NOT_FINISHED = "not-finished"
    """The log ends after `segments`; `inside` is 1 where that is within a record."""
    SEGMENT_MISSING = "segment-missing"
    SEGMENT_CHANGED = "segment-changed"
    SEGMENT_FOREIGN = "segment-foreign"
    SEGMENT_UNOPENED = "segment-unopened"
    STRAY = "stray"
    DESKTOP_FILE = "desktop-file"
    """Left by a desktop that somebody opened the folder with; nothing rests on it."""
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """One thing a person should know about a session, as codes and facts; whoever shows it makes the sentence."""

    code: str
    """A `FindingCode`, or a code of the program that looks at several sessions together."""
    where: str
    """Object name or log record it is about."""
    fault: Fault | None = None
    """What is wrong there, where `code` does not say it."""
    facts: Mapping[str, int | str] = field(default_factory=dict, hash=False)
    """What `code` and `fault` name: numbers and names, never a sentence."""


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
    """Empty for a COMPLETE session, except for what changes no verdict: damage to `keys.isf`, and desktop files."""
    description: SessionDescription | None
    """`None` when the header is missing or damaged."""
    segments: tuple[SegmentRecord, ...]
    """What the log vouches for, in its order."""
    unsealed: tuple[str, ...]
    """Segments that follow those of the log without a record of their own: sealed just before a crash."""
