"""Which institutions this machine trusts, and the newest settings it has seen of each exam.

One small JSON file, replaced atomically. Losing it costs a question (trust on first use again), so a damaged file is
never replaced silently: it is kept, and opening an exam stops with `PinsUnreadable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.durable_files.writing import write_file
from app.policy.errors import PinsUnreadable, WrongInstitution
from app.policy.terms import SignedTerms
from crypto.errors import FormatError
from crypto.fingerprint import words
from crypto.signing import VerifyKey

MAX_PINS_BYTES = 4 * 1024 * 1024


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class SeenVersion:
    """The newest version of an exam's settings that was opened here, with the digest of each edition of it."""

    sequence: int
    contents: Mapping[int, str]


class _Seen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sequence: int = Field(ge=1)
    content_sha256: Digest | None = None
    editions: dict[Annotated[int, Field(ge=1)], Digest] = Field(default_factory=dict, max_length=10_000)

    def contents(self) -> dict[int, str]:
        """The digest of each edition of this version that was opened, 0 for the one without a number."""
        return {**({} if self.content_sha256 is None else {0: self.content_sha256}), **self.editions}


class _Pin(BaseModel):
    model_config = ConfigDict(extra="forbid")

    root_key: str
    exams: dict[str, _Seen] = Field(default_factory=dict)


class _Pins(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=1, ge=1, le=1)
    institutions: dict[str, _Pin] = Field(default_factory=dict)


class InstitutionPins:
    """The memory of trusted institutions, kept in the file `path`; a missing file is an empty memory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def root_key(self, institution: str) -> VerifyKey | None:
        """The key trusted for `institution`, or None when there is none yet."""
        pin = self._load().institutions.get(institution)
        return None if pin is None else self._key(pin)

    def institution_of(self, root_key: VerifyKey) -> str | None:
        """The institution this key is trusted for, or None."""
        for name, pin in self._load().institutions.items():
            if self._key(pin) == root_key:
                return name
        return None

    def trust(self, institution: str, root_key: VerifyKey) -> None:
        """Trust `root_key` for `institution` from now on; durable before it returns.

        Called after somebody has compared the key's words, or by a lab's installation. Raises `WrongInstitution`
        when another key is trusted already: that is a decision for people, never for this call.
        """
        pins = self._load()
        pin = pins.institutions.get(institution)
        if pin is not None and self._key(pin) != root_key:
            raise WrongInstitution(
                f"another key is already trusted for “{institution}”: {' '.join(words(self._key(pin).fingerprint))}. "
                "Ask the institution whether it has changed its key, and forget the old one first"
            )
        if pin is None:
            pins.institutions[institution] = _Pin(root_key=root_key.to_text())
            self._store(pins)

    def trusted(self) -> dict[str, tuple[str, ...]]:
        """Every trusted institution with the words of its key, for people to compare."""
        return {name: words(self._key(pin).fingerprint) for name, pin in self._load().institutions.items()}

    def forget(self, institution: str) -> bool:
        """Stop trusting `institution` and drop what was seen of its exams; False when it was not trusted."""
        pins = self._load()
        known = pins.institutions.pop(institution, None) is not None
        if known:
            self._store(pins)
        return known

    def seen(self, institution: str, exam: str) -> SeenVersion | None:
        """The newest version of this exam's settings that was opened, or None."""
        pin = self._load().institutions.get(institution)
        seen = None if pin is None else pin.exams.get(exam)
        return None if seen is None else SeenVersion(seen.sequence, seen.contents())

    def opened_before(self, institution: str) -> bool:
        """Whether any exam of this institution has been opened on this machine."""
        pin = self._load().institutions.get(institution)
        return pin is not None and bool(pin.exams)

    def remember(self, terms: SignedTerms, content_sha256: str) -> None:
        """Record that these settings were opened; lower sequences of the exam are refused from now on."""
        pins = self._load()
        pin = pins.institutions[terms.institution]
        seen = pin.exams.get(terms.exam)
        if seen is None or seen.sequence < terms.sequence:
            seen = _Seen(sequence=terms.sequence)
        elif seen.sequence > terms.sequence or terms.edition in seen.contents():
            return
        if terms.edition:
            editions = {**seen.editions, terms.edition: content_sha256}
            pin.exams[terms.exam] = seen.model_copy(update={"editions": editions})
        else:
            pin.exams[terms.exam] = seen.model_copy(update={"content_sha256": content_sha256})
        self._store(pins)

    def _key(self, pin: _Pin) -> VerifyKey:
        try:
            return VerifyKey.from_text(pin.root_key)
        except FormatError as error:
            raise self._unreadable("it holds a key that is none") from error

    def _load(self) -> _Pins:
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_PINS_BYTES + 1)
        except FileNotFoundError:
            return _Pins()
        except OSError as error:
            raise self._unreadable(str(error.strerror)) from error
        if len(data) > MAX_PINS_BYTES:
            raise self._unreadable(f"it is larger than {MAX_PINS_BYTES} bytes")
        try:
            return _Pins.model_validate_json(data)
        except ValidationError as error:
            raise self._unreadable(f"{error.error_count()} entries are not as this program writes them") from error

    def _store(self, pins: _Pins) -> None:
        write_file(self._path, pins.model_dump_json(indent=2).encode())

    def _unreadable(self, reason: str) -> PinsUnreadable:
        return PinsUnreadable(
            f"the list of trusted institutions “{self._path.name}” cannot be read: {reason}. "
            "It has been left as it is; restore it from a backup, or move it away and confirm the institution anew"
        )
