"""Opening a recording with the institution's keys, as `export`, `report`, `review` and `replay` do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from app.institution.commands.console import AsRepresentative, Console, KeyFile, PassphraseFile, TokenChoice, unlocker
from app.institution.commands.finding import EndpointChoice, examined
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.keyring import ExamKey
from app.institution.reading.course import course_events, opened_report
from app.institution.recordings.attempt import AttemptReport
from app.institution.recordings.exam_key_of import exam_of, key_of, names_of, title_of
from app.institution.recordings.opened import try_takes
from crypto.keys import RecipientPrivate


@dataclass(frozen=True)
class KeyChoice:
    """The options that say whose key opens the recording."""

    key: KeyFile = None
    kid: AsRepresentative = None
    passphrase_file: PassphraseFile = None
    token: TokenChoice = TokenChoice()  # noqa: RUF009  (frozen)

    @property
    def given(self) -> bool:
        """Whether any of them was given."""
        named = (self.key, self.kid, self.passphrase_file, self.token.module, self.token.token_label)
        return any(each is not None for each in named)


@dataclass(frozen=True)
class FoundRecording:
    """A recording that was found and verified, and the exam key it was sealed to."""

    institution: InstitutionFolder
    report: AttemptReport
    exam: str
    entry: ExamKey

    @property
    def title(self) -> str:
        """The exam's title."""
        return title_of(self.institution, self.exam)

    @property
    def holders(self) -> tuple[str, ...]:
        """Names of the representatives who can open it."""
        return names_of(self.institution, self.entry.wrapped)

    @contextmanager
    def exam_key(self, choice: KeyChoice) -> Iterator[RecipientPrivate]:
        """Unlock the exam key, and wipe it afterwards."""
        unlocking = unlocker(self.institution, choice.key, choice.kid, choice.passphrase_file, choice.token)
        exam_key = self.institution.exam_key(self.exam, unlocking, self.entry.key.kid)
        try:
            yield exam_key
        finally:
            exam_key.wipe()


def find_recording(here: Console, session: str, endpoint: EndpointChoice) -> FoundRecording:
    """Find and verify what `session` means; raises `CannotOpen` where nothing says which exam it is."""
    return _recording(here.institution(), examined(here, session, endpoint))


def tried_with_key(here: Console, report: AttemptReport, choice: KeyChoice) -> AttemptReport:
    """The same report, with what the exam's key shows: whether the slot files open, what was sealed of the course."""
    with _recording(here.institution(), report).exam_key(choice) as exam_key, ExitStack() as stack:
        opened = try_takes(report.takes, exam_key, stack)
        return opened_report(report, opened, course_events(opened))


def _recording(institution: InstitutionFolder, report: AttemptReport) -> FoundRecording:
    exam = exam_of(report)
    return FoundRecording(institution, report, exam, key_of(institution.keyring(), exam, report))
