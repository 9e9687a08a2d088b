"""An attempt opened with its exam key: what can be read of it, and the verdict that follows from opening it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from app.institution.comparison_codes import Check, Compared
from app.institution.errors import CannotOpen
from app.institution.finding_codes import AttemptFinding, AttemptVerdict
from app.institution.recordings.attempt import AttemptReport
from app.institution.recordings.fragments import Fragment, FragmentWalk
from app.institution.recordings.takes import Take
from app.institution.wording.findings import finding_sentence
from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME
from crypto.opening import OpenedSession, open_examined
from crypto.verdict import Examination, Verdict, VerificationFinding
from resources.language import _

EVENTS = "events"
MEDIA = ("webcam", "microphone", "screen")


@dataclass(frozen=True)
class OpenedTakes:
    """The takes that open with the key `kid`, and a finding for each that does not."""

    sessions: tuple[OpenedSession, ...]
    closed: tuple[VerificationFinding, ...]
    kid: str

    def verdict(self, report: AttemptReport) -> AttemptVerdict:
        """The verdict of `report`, and TAMPERED where a take is refused by its key or locks it out."""
        refused = any(session.report.verdict is Verdict.TAMPERED for session in self.sessions)
        return AttemptVerdict.TAMPERED if refused or self.compared(report).findings else report.verdict

    def compared(self, report: AttemptReport) -> Compared:
        """What came of opening the slot files."""
        holding = {take.label for take in report.takes if take.holds_anything}
        locked_out = tuple(finding for finding in self.closed if finding.where in holding)
        return Compared(Check.OPENS, locked_out, facts={"key": self.kid})

    def findings(self, report: AttemptReport) -> tuple[VerificationFinding, ...]:
        """What speaks against the attempt, each once."""
        closed = {finding.where for finding in self.closed}
        found = [
            *report.findings,
            *self.closed,
            *(finding for session in self.sessions for finding in session.report.findings),
            *(finding for take in report.takes if take.label in closed for finding in take.report.findings),
        ]
        return tuple(dict.fromkeys(found))

    def event_lines(self) -> Iterator[bytes]:
        """The authentic lines of the events stream, take after take."""
        for session in self.sessions:
            if EVENTS in session.description.streams:
                for segment in session.segments(EVENTS):
                    if segment.sealed:
                        yield from segment.data.splitlines()

    def fragments(self, stream: str, walk: FragmentWalk) -> Iterator[tuple[int, Fragment]]:
        """The whole, authentic fragments of one media stream, take after take, each with the place of its session."""
        for place, session in enumerate(self.sessions):
            if stream in session.description.streams:
                for fragment in walk.take(session.segments(stream)):
                    yield place, fragment


def open_takes(takes: Sequence[Take], key: RecipientPrivate, stack: ExitStack) -> OpenedTakes:
    """Open every take that opens with `key`. Raises `CannotOpen` when none does."""
    opened = try_takes(takes, key, stack)
    if not opened.sessions:
        raise CannotOpen("; ".join(map(finding_sentence, opened.closed)) or _("there is no take to open"))
    return opened


def try_takes(takes: Sequence[Take], key: RecipientPrivate, stack: ExitStack) -> OpenedTakes:
    """Open every take that opens with `key`, be it none."""
    opened: list[OpenedSession] = []
    closed: list[VerificationFinding] = []
    for take in takes:
        if not isinstance(take.examined, Examination):
            (unreadable,) = take.examined.findings
            damaged = {"object": HEADER_NAME, **unreadable.facts}
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, unreadable.fault, damaged))
            continue
        try:
            opened.append(stack.enter_context(open_examined(take.examined, key)))
        except FormatError as error:
            damaged = {"object": KEYS_NAME, **error.facts}
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, error.fault, damaged))
        except KeyMismatchError:
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, None, {"key": key.kid}))
    return OpenedTakes(tuple(opened), tuple(closed), key.kid)
