"""The file beside a copy that keeps what the endpoint said of the session when it was fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.durable_files.writing import write_file
from app.institution.copies.endpoint_listing import ListedSession


class WitnessRecord(BaseModel):
    """What the endpoint witnessed of a session: the first key, the log records it had, and what it has signed of this.

    `session` is what its operator says beside, unsigned.
    `other_attempts` are those of the same candidate in the same exam that the endpoint had then.
    `header_sha256` and `keys_sha256` are the digests of header.isf and keys.isf as they were fetched first, by which
    later damage shows; `fetched_from` is the endpoint's address. Each is None in a record of an earlier version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    pk0: str | None = None
    log_records: int | None = None
    receipts: tuple[str, ...] = ()
    session: ListedSession | None = None
    other_attempts: tuple[str, ...] | None = None
    header_sha256: str | None = None
    keys_sha256: str | None = None
    fetched_from: str | None = None

    @field_validator("pk0")
    @classmethod
    def _hexadecimal(cls, text: str | None) -> str | None:
        if text is not None:
            bytes.fromhex(text)
        return text

    @classmethod
    def beside(cls, copy: Path) -> Self | None:
        """Read the record of the copy in the folder `copy`; None where there is none that can be read."""
        try:
            return cls.model_validate_json(file_beside(copy).read_bytes())
        except (OSError, ValidationError):
            return None

    def write_beside(self, copy: Path) -> None:
        """Write the record of the copy in the folder `copy`."""
        write_file(file_beside(copy), self.model_dump_json().encode(), private=False)


def file_beside(copy: Path) -> Path:
    """Where the record of the copy in the folder `copy` is kept."""
    return copy.resolve().parent / f"{copy.resolve().name}.witness.json"
