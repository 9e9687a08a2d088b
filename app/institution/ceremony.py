"""The institution's folder and what is done with its keys.

::

    institution.json        id, name, endpoint the sessions are fetched from
    root.pub  root.key      the root key: signs exam files and the keyring; root.key may be kept elsewhere
    exam-keyring.json       exam keys, wrapped for each representative (app.institution.keyring)
    representatives/        KID.key: the locked private key of a representative, theirs to take away
    exams/EXAM/             settings.json, and every signed exam file
    sessions/SID/           sealed copies of sessions fetched from the endpoint
    machine/                what this machine remembers; not to be copied elsewhere
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.institution import durable
from app.institution.errors import BadUse, FolderDamaged, NotAnInstitution, PassphraseNeeded
from app.institution.keyring import Keyring, KeyringFile, Representative, recipient
from app.policy.delivery import Endpoint
from app.policy.document import Identifier, Title
from app.policy.terms import IDENTIFIER
from crypto.errors import FormatError, KeyMismatchError
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS, UnlockedKey, lock, unlock
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey, VerifyKey

ROOT_KIND = "root"
REPRESENTATIVE_KIND = "representative"


class InstitutionRecord(BaseModel):
    """institution.json. `endpoint` is where sessions are fetched from; `iterations` is used for new key files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1, le=1)] = 1
    id: Identifier
    name: Title
    iterations: int = Field(default=DEFAULT_ITERATIONS, ge=FEWEST_ITERATIONS, le=MOST_ITERATIONS)
    endpoint: Endpoint | None = None


@dataclass(frozen=True)
class Opener:
    """A representative's key file and its passphrase."""

    key_file: Path
    passphrase: str


class Institution:
    """An institution's folder, opened. Private keys are unlocked for one action at a time and wiped after it."""

    def __init__(self, folder: Path, record: InstitutionRecord, root_public: VerifyKey) -> None:
        self.folder = folder
        self.record = record
        self.root_public = root_public
        self._keyring = KeyringFile(
            folder / "exam-keyring.json", folder / "machine" / "keyring-seen.json", record.id, root_public
        )

    @classmethod
    def create(cls, folder: Path, record: InstitutionRecord, passphrase: str) -> Institution:
        """Make a new institution in `folder`, its root key locked by `passphrase`."""
        if (folder / "institution.json").exists():
            raise NotAnInstitution(f"“{folder}” already holds an institution; choose another folder with --dir")
        key = SigningKey.generate()
        locked = lock(
            key.secret,
            kind=ROOT_KIND,
            kid=record.id,
            public=key.verify_key.encoded,
            passphrase=passphrase,
            iterations=record.iterations,
        )
        durable.write(folder / "root.key", locked, private=True)
        durable.write(folder / "root.pub", key.verify_key.to_text().encode())
        institution = cls(folder, record, key.verify_key)
        institution._keyring.store(Keyring(institution=record.id), key)
        # Last: a folder without it is no institution yet, and init can be run again after a power failure.
        durable.write(folder / "institution.json", record.model_dump_json(indent=2).encode() + b"\n")
        return institution

    @classmethod
    def open(cls, folder: Path) -> Institution:
        """Open the institution in `folder`; raises `NotAnInstitution` or `FolderDamaged`."""
        try:
            record = InstitutionRecord.model_validate_json((folder / "institution.json").read_bytes())
            root_public = VerifyKey.from_text((folder / "root.pub").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NotAnInstitution(
                f"“{folder}” holds no institution. Name its folder with --dir, or make one with “init”"
            ) from error
        except (ValidationError, FormatError, UnicodeDecodeError) as error:
            raise FolderDamaged(f"institution.json or root.pub in “{folder}” is damaged; restore them") from error
        return cls(folder, record, root_public)

    def keyring(self) -> Keyring:
        """The keyring, its signature and age checked."""
        return self._keyring.load()

    def root_key(self, passphrase: str, key_file: Path | None = None) -> SigningKey:
        """Unlock the root key; `key_file` where it is kept outside the folder."""
        unlocked = _unlock(key_file or self.folder / "root.key", passphrase, ROOT_KIND)
        key = SigningKey.from_secret(unlocked.secret)
        if key.verify_key != self.root_public:
            raise BadUse("this root key belongs to another institution")
        return key

    def representative_key(self, opener: Opener) -> RecipientPrivate:
        """Unlock a representative's key."""
        unlocked = _unlock(opener.key_file, opener.passphrase, REPRESENTATIVE_KIND)
        return RecipientPrivate.from_seed(unlocked.kid, unlocked.secret)

    def add_representative(
        self, name: str, kid: str, passphrase: str, root: SigningKey, opener: Opener | None = None
    ) -> Representative:
        """Make a key for a representative, locked by their own `passphrase`, and enter it in the keyring.

        Exam keys that exist already are wrapped for them too, which takes a representative who can open them:
        `opener`. Without one they open only the exams made from now on.
        """
        keyring = self.keyring()
        if not re.fullmatch(IDENTIFIER, kid, re.ASCII):
            raise BadUse(f"“{kid}” cannot name a representative's key: use 1 to 40 of a-z, 0-9, “.”, “_” and “-”")
        key_file = self.key_file(kid)
        if any(each.key.kid == kid for each in keyring.representatives) or key_file.exists():
            raise BadUse(f"there is a representative “{kid}” already; choose another name with --kid")
        exam_keys: tuple[tuple[str, RecipientPrivate], ...] = ()
        if opener is not None:
            helper = self.representative_key(opener)
            exam_keys = tuple(
                (each.exam, keyring.open_exam(each.exam, helper))
                for each in keyring.exams
                if helper.kid in each.wrapped
            )
            helper.wipe()
        key = RecipientPrivate.generate(kid)
        new = Representative(key=recipient(key.public), name=name, added=_now())
        locked = lock(
            key.seed,
            kind=REPRESENTATIVE_KIND,
            kid=kid,
            public=key.public.encoded,
            passphrase=passphrase,
            iterations=self.record.iterations,
        )
        durable.write(key_file, locked, private=True)
        self._keyring.store(keyring.with_representative(new, exam_keys), root)
        for exam_key in (key, *(each for _, each in exam_keys)):
            exam_key.wipe()
        return new

    def revoke_representative(self, kid: str, root: SigningKey) -> Representative:
        """Drop what is wrapped for a representative; what they opened or copied before stays open to them."""
        keyring = self.keyring()
        if keyring.representative(kid).revoked is not None:
            raise BadUse(f"the representative “{kid}” has been revoked already")
        changed = keyring.without_representative(kid, _now())
        self._keyring.store(changed, root)
        return changed.representative(kid)

    def new_exam_key(self, exam: str, root: SigningKey) -> Keyring:
        """Make the key pair of an exam, wrap the private half for every representative, and forget it."""
        keyring = self.keyring()
        if not re.fullmatch(IDENTIFIER, exam, re.ASCII):
            raise BadUse(f"“{exam}” cannot name an exam: use 1 to 40 of a-z, 0-9, “.”, “_” and “-”")
        if any(each.exam == exam for each in keyring.exams):
            raise BadUse(f"there is an exam “{exam}” already; choose another id")
        if not keyring.active():
            raise BadUse("there is no representative yet, so nobody could open the exam's recordings; add one first")
        key = RecipientPrivate.generate(f"{exam}.1")
        changed = keyring.with_exam(exam, key, _now())
        key.wipe()
        self._keyring.store(changed, root)
        return changed

    def exam_key(self, exam: str, opener: Opener) -> RecipientPrivate:
        """The private key of an exam, for a representative; the caller wipes it."""
        keyring = self.keyring()
        keyring.exam(exam)
        representative = self.representative_key(opener)
        try:
            return keyring.open_exam(exam, representative)
        finally:
            representative.wipe()

    def key_file(self, kid: str) -> Path:
        """Where the key file of a representative is kept."""
        return self.folder / "representatives" / f"{kid}.key"

    def exam_folder(self, exam: str) -> Path:
        """Where settings and exam files of an exam are kept."""
        return self.folder / "exams" / exam

    def only_key_file(self) -> Path:
        """The one representative's key file in the folder; raises `BadUse` when there are none or several."""
        found = sorted((self.folder / "representatives").glob("*.key"))
        if len(found) != 1:
            names = ", ".join(each.stem for each in found) or "none"
            raise BadUse(
                f"say whose key opens the session with --as KID or --key FILE; in the folder there are: {names}"
            )
        return found[0]


def _unlock(path: Path, passphrase: str, kind: str) -> UnlockedKey:
    try:
        unlocked = unlock(path.read_bytes(), passphrase)
    except OSError as error:
        raise BadUse(f"the key file “{path}” cannot be read: {error.strerror}") from error
    except FormatError as error:
        raise FolderDamaged(f"the key file “{path}” is not usable: {error}") from error
    except KeyMismatchError as error:
        raise PassphraseNeeded(f"the passphrase does not open “{path}”, or the file was changed") from error
    if unlocked.kind != kind:
        raise BadUse(f"“{path}” is a key file of the kind “{unlocked.kind}”, but one of the kind “{kind}” is needed")
    return unlocked


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
