"""Pages for paper: the sheet of the key ceremony, and one sheet for each recovery share.

Each is one file that loads nothing. The ceremony's sheet holds no secret; a share's sheet is one, and is written
readable by its owner only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.durable_files.writing import write_file
from app.institution.handed_out import write_handed_out
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.recovery_set import RecoverySet
from app.institution.page import page_of
from crypto.fingerprint import words
from resources.language import _

CHECK_WORDS = 3
"""SLIP-39: the last three words of a share are its checksum."""


def ceremony_sheet(institution: InstitutionFolder, out: Path) -> None:
    """Write the sheet to `out`: one page A4 for an ordinary institution, more where there are many keys."""
    keyring = institution.keyring()
    people = [
        {
            "name": each.name,
            "kid": each.key.kid,
            "kept": _("hardware token") if each.by_token else _("key file"),
            "words": words(each.key.public().fingerprint),
        }
        for each in keyring.active()
    ]
    exams = [
        {"exam": exam, "kid": newest.key.kid, "words": words(newest.key.public().fingerprint)}
        for exam in dict.fromkeys(each.exam for each in keyring.exams)
        if (newest := keyring.exam(exam)).retired is None
    ]
    write_handed_out(
        out,
        _page(
            "ceremony_sheet.html.j2",
            institution=institution.record,
            printed=_now(),
            sequence=keyring.sequence,
            root_words=words(institution.root_public.fingerprint),
            root_fingerprint=_grouped(institution.root_public.fingerprint.hex()),
            people=people,
            revoked=[each.name for each in keyring.representatives if each.revoked is not None],
            exams=exams,
            recovery=keyring.recovery,
            recovery_words=() if keyring.recovery is None else words(keyring.recovery.key.public().fingerprint),
        ),
    )


def recovery_sheets(institution: InstitutionFolder, made: RecoverySet, folder: Path) -> tuple[Path, ...]:
    """Write a sheet for each share into `folder`; the caller sees to it that they are printed and destroyed."""
    files = []
    for share in made.shares:
        path = folder / f"recovery-{made.recovery.set_id}-sheet-{share.number}-of-{made.recovery.count}.html"
        page = _page(
            "recovery_sheet.html.j2",
            institution=institution.record,
            printed=_now(),
            root_words=words(institution.root_public.fingerprint),
            recovery=made.recovery,
            recovery_words=words(made.recovery.key.public().fingerprint),
            number=share.number,
            words=share.words,
            check_words=CHECK_WORDS,
        )
        write_file(path, page)
        files.append(path)
    return tuple(files)


def _page(template: str, **content: object) -> bytes:
    return page_of(Path(__file__).with_name(template), **content).encode()


def _grouped(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
