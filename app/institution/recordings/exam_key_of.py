"""Which exam key opens a recording, and who holds it."""

from __future__ import annotations

from app.institution.errors import CannotOpen
from app.institution.exams import authoring
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.keyring import ExamKey, Keyring
from app.institution.recordings.attempt import AttemptReport, sealed_to
from app.policy.errors import PolicyError
from resources.language import _


def exam_of(report: AttemptReport) -> str:
    """The exam a recording belongs to, which says which key opens it; raises `CannotOpen`."""
    for take in report.takes:
        if take.description is not None:
            return take.description.exam
    raise CannotOpen(_("no header can be read, so nothing says which exam this is and which key opens it"))


def key_of(keyring: Keyring, exam: str, report: AttemptReport) -> ExamKey:
    """The exam's key that the recording was sealed to; its newest where the recording does not say."""
    named = sealed_to(report)
    return next((each for each in keyring.keys_of(exam) if each.key.kid in named), keyring.exam(exam))


def names_of(institution: InstitutionFolder, wrapped: dict[str, str]) -> tuple[str, ...]:
    """Names of the representatives an exam key is wrapped for."""
    return tuple(each.name for each in institution.keyring().representatives if each.key.kid in wrapped)


def title_of(institution: InstitutionFolder, exam: str) -> str:
    """The exam's title as last signed; its id where nothing was."""
    try:
        versions = authoring.signed_versions(institution, exam)
        return versions[-1].settings().exam.title if versions else exam
    except PolicyError:
        return exam
