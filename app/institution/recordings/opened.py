"""An attempt opened with its exam key: what can be read of it, and the verdict that follows from opening it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from app.institution.errors import CannotOpen
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.attempt import AttemptReport, Take
from app.institution.recordings.fragments import Fragment, FragmentWalk
from app.institution.wording.findings import finding_sentence
from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME
from crypto.opening import OpenedSession, open_session
from crypto.verdict import Verdict, VerificationFinding
from resources.language import _

EVENTS = "events"
MEDIA = ("webcam", "microphone", "screen")


@dataclass(frozen=True)
class OpenedTakes:
    """The takes that open with a key, and a finding for each that does not."""

    sessions: tuple[OpenedSession, ...]
    closed: tuple[VerificationFinding, ...]

    def verdict(self, report: AttemptReport) -> Verdict:
        """The verdict of `report`, and TAMPERED where a take is refused by its key or locks it out."""
        refused = any(session.report.verdict is Verdict.TAMPERED for session in self.sessions)
        # A recorder may die between header and slot file: such a take holds nothing that could have been kept from
        # anyone.
        holding = {take.label for take in report.takes if take.report.segments or take.report.unsealed}
        locked_out = any(finding.where in holding for finding in self.closed)
        return Verdict.TAMPERED if refused or locked_out else report.verdict

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
    opened: list[OpenedSession] = []
    closed: list[VerificationFinding] = []
    for take in takes:
        try:
            opened.append(stack.enter_context(open_session(take.source, key, take.enrolled_pk0)))
        except FormatError as error:
            damaged = {"object": HEADER_NAME if take.report.description is None else KEYS_NAME, **error.facts}
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, error.fault, damaged))
        except KeyMismatchError:
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, None, {"key": key.kid}))
    if not opened:
        raise CannotOpen("; ".join(map(finding_sentence, closed)) or _("there is no take to open"))
    return OpenedTakes(tuple(opened), tuple(closed))
