"""Exam settings from first draft to signed exam file."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.durable_files.writing import write_file
from app.institution.errors import FolderDamaged, SettingsRefused, UnknownName, UsageError
from app.institution.exams.contradictions import contradictions, contradictions_in_time, out_of_order, settings_warnings
from app.institution.exams.fault_words import fault_in_words, faults_in_words, sentence
from app.institution.exams.numbering import next_number
from app.institution.handed_out import write_handed_out
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.keyring import ExamKey, Keyring, recipient
from app.policy.accommodations import AccommodationSettings
from app.policy.document import ExamSettings, parse_settings
from app.policy.errors import PolicyError, SettingsFault, SettingsInvalid, TermsUnreadable
from app.policy.exam_file import (
    MAX_EXAM_FILE_BYTES,
    SUFFIX,
    SignedExam,
    require_named,
    verify_exam_file,
    write_exam_file,
)
from app.policy.terms import IDENTIFIER, SignedTerms
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey
from resources.language import _, isolate


@dataclass(frozen=True)
class SignedFile:
    """A signed exam file, where it lies and what was signed.

    `new_kid` names an exam key made for it, `notes` are what its author may not have meant.
    """

    path: Path
    exam: SignedExam
    new_kid: str | None = None
    notes: tuple[SettingsFault, ...] = ()


@dataclass(frozen=True)
class Template:
    """Settings to begin with: `values`, the file and text they come from, and the options that stand over it.

    `options` leads from a key to the option that gives it, where the file does not.
    """

    values: Mapping[str, object]
    file: Path | None = None
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accommodations:
    """What one person is granted, and the file that says so."""

    value: AccommodationSettings
    file: Path


def new_exam(institution: InstitutionFolder, exam: str, title: str, template: Template, root: SigningKey) -> ExamKey:
    """Make an exam's key and save the first version of its settings.

    The settings are checked with a key made for the purpose first, so that faulty ones leave no exam behind. Raises
    `SettingsRefused` with every fault named.
    """
    trial = ExamKey(exam=exam, key=recipient(RecipientPrivate.generate(f"{exam}.1").public), made="", wrapped={})
    try:
        settings = draft(institution, trial, title, template.values)
        faults = contradictions(settings)
    except SettingsInvalid as error:
        faults = error.faults
    if faults:
        raise SettingsRefused(_in_words(faults, template))
    key = institution.new_exam_key(exam, root).exam(exam)
    save_draft(institution, draft(institution, key, title, template.values))
    return key


def draft(institution: InstitutionFolder, key: ExamKey, title: str, template: Mapping[str, object]) -> ExamSettings:
    """Fill in institution, exam and exam key over `template`; raises `SettingsInvalid` with every fault named."""
    exam = template.get("exam", {})
    document = {
        **template,
        "schema_version": 1,
        "institution": {"id": institution.record.id, "name": institution.record.name},
        "exam": {**exam, "id": key.exam, "title": title} if isinstance(exam, dict) else exam,
        "recipients": [key.key.model_dump()],
    }
    return parse_settings(json.dumps(document).encode())


def _in_words(faults: tuple[SettingsFault, ...], template: Template) -> str:
    options = {"exam.title": "--title", "exam.id": "EXAM", **template.options}
    lines = []
    for fault in faults:
        option = options.get(".".join(map(str, fault.place[:2]))) or options.get(str(next(iter(fault.place), "")))
        if option is not None:
            lines.append(f"{option}: {sentence(fault)}")
        elif template.file is None:
            lines.append(fault_in_words(fault, ""))
        else:
            lines.append(faults_in_words([fault], template.file, template.text))
    return "\n".join(lines)


def save_draft(institution: InstitutionFolder, settings: ExamSettings) -> Path:
    """Write the settings of an exam, for people to edit before they are signed."""
    path = institution.exam_folder(settings.exam.id) / "settings.json"
    write_file(path, settings.to_bytes(), private=False)
    return path


def sign(
    institution: InstitutionFolder,
    exam: str,
    root: SigningKey,
    *,
    valid_from: datetime,
    valid_until: datetime,
    deliver_until: datetime,
    out: Path | None = None,
    accommodations: Accommodations | None = None,
) -> SignedFile:
    """Sign the settings of an exam as they stand in its folder, as the version that `next_number` gives it.

    `accommodations` stand in this one file, for the person it is given to, and not in the settings of the exam.

    Where the exam's key was retired, because a representative was revoked, a new one is made first and put into the
    settings. A copy goes to `out`. Raises `SettingsRefused` with every fault named, or
    `UsageError` when the settings name another key than the keyring, or a revoked representative.
    """
    keyring = institution.keyring()
    key = keyring.exam(exam)
    folder = institution.exam_folder(exam)
    try:
        settings_bytes = (folder / "settings.json").read_bytes()
    except OSError as error:
        raise UnknownName(
            _("the settings of the exam “{exam}” cannot be read: {reason}").format(
                exam=isolate(exam), reason=isolate(error.strerror)
            )
        ) from error
    file, text = folder / "settings.json", settings_bytes.decode("utf-8", errors="replace")
    try:
        settings = parse_settings(settings_bytes)
        require_named(settings, institution.record.id, exam)
    except SettingsInvalid as error:
        raise SettingsRefused(faults_in_words(error.faults, file, text)) from error
    own = [each.key for each in keyring.keys_of(exam)]
    others = tuple(each for each in settings.recipients if each not in own)
    if len(others) == len(settings.recipients):
        raise UsageError(
            _(
                "{file} does not name the exam key “{key}” of the keyring among its recipients; "
                "nobody could open the recordings. Put it back (“exam keys” prints it)"
            ).format(file=isolate(file), key=isolate(key.key.kid))
        )
    _refuse_revoked(keyring, settings)
    granted = settings
    if accommodations is not None:
        granted = settings.model_copy(update={"accommodations": accommodations.value})
    named = {each.kid for each in settings.recipients}
    renewed = key.retired is not None or named != {key.key.kid, *(each.kid for each in others)}
    planned = settings.model_copy(update={"recipients": others}) if renewed else settings
    sequence, edition = next_number(signed_versions(institution, exam), planned, personal=accommodations is not None)
    terms = _terms(settings, (sequence, edition), (valid_from, valid_until, deliver_until))
    faults = (*contradictions(granted), *contradictions_in_time(granted, terms, datetime.now(UTC)))
    if faults:
        raise SettingsRefused("\n".join(_signing_fault(each, file, text, accommodations) for each in faults))
    new_kid = None
    if key.retired is not None:
        key = institution.replace_exam_key(exam, root).exam(exam)
        new_kid = key.key.kid
    if renewed:
        settings = settings.model_copy(update={"recipients": (key.key, *others)})
        settings_bytes = settings.to_bytes()
        write_file(folder / "settings.json", settings_bytes, private=False)
    if accommodations is not None:
        settings_bytes = settings.model_copy(update={"accommodations": accommodations.value}).to_bytes()
    data = write_exam_file(settings_bytes, terms, root)
    path = folder / f"{exam}-{sequence}{f'.{edition}' if edition else ''}{SUFFIX}"
    write_file(path, data, private=False)
    if out is not None:
        write_handed_out(out, data)
    signed = verify_exam_file(data, institution.root_public)
    return SignedFile(out or path, signed, new_kid, settings_warnings(granted, terms))


def _terms(settings: ExamSettings, number: tuple[int, int], times: tuple[datetime, datetime, datetime]) -> SignedTerms:
    """The signed line, to the second; times in an order that it cannot say are refused by the option that gave them."""
    begins, ends, delivered = (moment.astimezone(UTC).replace(microsecond=0) for moment in times)
    if disordered := out_of_order(begins, ends, delivered, datetime.now(UTC)):
        raise SettingsRefused("\n".join(fault_in_words(each, "") for each in disordered))
    try:
        return SignedTerms(
            institution=settings.institution.id,
            exam=settings.exam.id,
            sequence=number[0],
            edition=number[1],
            valid_from=begins,
            valid_until=ends,
            deliver_until=delivered,
            ticket_key=None if settings.ticket_key is None else base64.b64decode(settings.ticket_key).hex(),
        )
    except TermsUnreadable as error:
        raise UsageError(str(error)) from error


def _signing_fault(fault: SettingsFault, file: Path, text: str, accommodations: Accommodations | None) -> str:
    place = fault.place
    if str(place[0]).startswith("--"):
        return fault_in_words(fault, "")
    if place[0] == "accommodations" and accommodations is not None:
        own = SettingsFault(place[1:], fault.code, fault.facts)
        return faults_in_words([own], accommodations.file, accommodations.file.read_text("utf-8"))
    return faults_in_words([fault], file, text)


def _refuse_revoked(keyring: Keyring, settings: ExamSettings) -> None:
    gone = {each.key.kid: each.key for each in keyring.representatives if each.revoked is not None}
    for named in settings.recipients:
        if gone.get(named.kid) == named:
            raise UsageError(
                _("the settings let the revoked representative “{name}” open recordings; take them out").format(
                    name=isolate(named.kid)
                )
            )


def signed_versions(institution: InstitutionFolder, exam: str) -> tuple[SignedExam, ...]:
    """Every exam file signed so far for an exam, oldest version first, the file for everybody last of its version."""
    if not re.fullmatch(IDENTIFIER, exam, re.ASCII):
        # A recording may say it is of any exam; no other folder than an exam's is looked into for it.
        return ()
    found = [
        read_own(institution, path).exam for path in institution.exam_folder(exam).glob(f"*{SUFFIX}") if path.is_file()
    ]
    return tuple(sorted(found, key=lambda each: (each.terms.sequence, not each.terms.edition)))


def read_own(institution: InstitutionFolder, path: Path) -> SignedFile:
    """Check an exam file against this institution's root key."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_EXAM_FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(
            _("the exam file “{file}” cannot be read: {reason}").format(
                file=isolate(path), reason=isolate(error.strerror)
            )
        ) from error
    try:
        return SignedFile(path, verify_exam_file(data, institution.root_public))
    except SettingsInvalid:
        raise
    except PolicyError as error:
        raise FolderDamaged(f"“{path}”: {error}") from error
