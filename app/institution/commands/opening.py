"""Opening a recording with the institution's keys, as `export`, `report`, `review` and `replay` do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.institution.commands.console import AsRepresentative, Console, KeyFile, PassphraseFile, TokenChoice, unlocker
from app.institution.commands.finding import EndpointChoice, find
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.keyring import ExamKey
from app.institution.recordings.attempt import AttemptReport, examine
from app.institution.recordings.exam_key_of import exam_of, key_of, names_of, title_of
from crypto.keys import RecipientPrivate


@dataclass(frozen=True)
class KeyChoice:
    """The options that say whose key opens the recording."""

    key: KeyFile = None
    kid: AsRepresentative = None
    passphrase_file: PassphraseFile = None
    token: TokenChoice = TokenChoice()  # noqa: RUF009  (frozen)


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
    institution = here.institution()
    report = examine(find(here, session, endpoint))
    exam = exam_of(report)
    return FoundRecording(institution, report, exam, key_of(institution.keyring(), exam, report))
