"""The file beside a copy that keeps where the endpoint has contradicted what it gave before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.durable_files.writing import write_file
from app.institution.errors import FolderDamaged
from app.institution.finding_codes import AttemptFinding
from crypto.verdict import VerificationFinding
from resources.language import _, isolate


class _Contradiction(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: AttemptFinding
    facts: dict[str, int | str]


class _Contradictions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    contradictions: tuple[_Contradiction, ...]


def recorded_contradictions(copy: Path) -> tuple[VerificationFinding, ...]:
    """What is recorded for the copy in the folder `copy`; raises `FolderDamaged` where that cannot be read."""
    file = _file_beside(copy)
    try:
        found = _Contradictions.model_validate_json(file.read_bytes()).contradictions
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise FolderDamaged(
            _("“{file}” is damaged; it says how the endpoint contradicted itself. Restore it").format(
                file=isolate(file)
            )
        ) from error
    return tuple(VerificationFinding(each.code, copy.resolve().name, None, each.facts) for each in found)


def record_contradictions(copy: Path, found: Sequence[VerificationFinding]) -> None:
    """Add what was `found` to what is recorded for the copy in the folder `copy`."""
    before = recorded_contradictions(copy)
    if new := [each for each in found if each not in before]:
        kept = [_Contradiction(code=AttemptFinding(each.code), facts=dict(each.facts)) for each in (*before, *new)]
        data = _Contradictions(contradictions=tuple(kept)).model_dump_json(indent=2).encode()
        write_file(_file_beside(copy), data + b"\n", private=False)


def _file_beside(copy: Path) -> Path:
    return copy.resolve().parent / f"{copy.resolve().name}.contradictions.json"
