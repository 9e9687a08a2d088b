"""The institution's folder and what is done with its keys.

::

    institution.json        id, name, endpoint the sessions are fetched from
    root.pub  root.key      the root key: signs exam files and the keyring; root.key may be kept elsewhere
    exam-keyring.json       exam keys, wrapped for each representative (app.institution.keys.keyring)
    representatives/        KID.key: the locked private key of a representative, theirs to take away
    exams/EXAM/             settings.json, and every signed exam file
    sessions/SID/           sealed copies of sessions fetched from the endpoint
    heads/KEY/              heads that an endpoint has published, kept so that it cannot take back what it signed
    machine/                what this machine remembers; not to be copied elsewhere

The recovery key has no file: its public half is in the keyring, its private one exists only as shares on paper.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from app.durable_files.writing import make_folder, write_file
from app.institution.errors import FolderDamaged, NotAnInstitution, UsageError
from app.institution.keys import passphrases
from app.institution.keys.keyring import Keyring, Representative, recipient, token_key
from app.institution.keys.keyring_file import KeyringFile
from app.institution.keys.record import InstitutionRecord, require_new
from app.institution.keys.recovery_set import RecoverySet, new_recovery_set
from app.institution.keys.root_recovery import recovered_root
from app.institution.keys.unlocking import (
    REPRESENTATIVE_KIND,
    ROOT_KIND,
    KeyFileUnlocker,
    SharesUnlocker,
    Unlocker,
    unlock_file,
    unlocked_key,
)
from app.policy.delivery import Endpoint
from app.policy.terms import IDENTIFIER
from crypto.derivation import wipe
from crypto.errors import FormatError
from crypto.keyfile import lock
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey, VerifyKey
from crypto.token_keys import TokenPublic
from resources.language import _, isolate

__all__ = ["InstitutionFolder", "InstitutionRecord", "KeyFileUnlocker"]


class InstitutionFolder:
    """An institution's folder, opened. Private keys are unlocked for one action at a time and wiped after it."""

    def __init__(self, folder: Path, record: InstitutionRecord, root_public: VerifyKey) -> None:
        self.folder = folder
        self.record = record
        self.root_public = root_public
        self._keyring = KeyringFile(
            folder / "exam-keyring.json", folder / "machine" / "keyring-seen.json", record.id, root_public
        )

    @classmethod
    def create(
        cls, folder: Path, record: InstitutionRecord, passphrase: str, root_file: Path | None = None
    ) -> InstitutionFolder:
        """Make a new institution in `folder`, its root key locked by `passphrase` in `root_file`, by default there too.

        Raises `WeakPassphrase`, or `NotAnInstitution` where there is an institution or the root key of one already.
        """
        require_new(folder, root_file)
        passphrases.check(passphrase, record.name, record.id)
        key = SigningKey.generate()
        write_file(folder / "root.pub", key.verify_key.to_text().encode(), private=False)
        institution = cls(folder, record, key.verify_key)
        institution._lock_root(key, passphrase, root_file or folder / "root.key")
        institution._keyring.store(Keyring(institution=record.id), key)
        # Last: a folder without it is no institution yet, and init can be run again after a power failure.
        record.write(folder)
        return institution

    @classmethod
    def open(cls, folder: Path) -> InstitutionFolder:
        """Open the institution in `folder`; raises `NotAnInstitution` or `FolderDamaged`."""
        try:
            record = InstitutionRecord.model_validate_json((folder / "institution.json").read_bytes())
            root_public = VerifyKey.from_text((folder / "root.pub").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NotAnInstitution(
                _("“{folder}” holds no institution. Name its folder with --dir, or make one with “init”").format(
                    folder=isolate(folder)
                )
            ) from error
        except (ValidationError, FormatError, UnicodeDecodeError) as error:
            raise FolderDamaged(
                _("institution.json or root.pub in “{folder}” is damaged; restore them").format(folder=isolate(folder))
            ) from error
        return cls(folder, record, root_public)

    def set_endpoint(self, endpoint: Endpoint | None) -> None:
        """Fetch sessions from `endpoint` from now on, and name it in the settings of new exams; None: no endpoint."""
        self.record = self.record.model_copy(update={"endpoint": endpoint})
        self.record.write(self.folder)

    def keyring(self) -> Keyring:
        """The keyring, its signature and age checked."""
        return self._keyring.load()

    def root_key(self, passphrase: str, key_file: Path | None = None) -> SigningKey:
        """Unlock the root key; `key_file` where it is kept outside the folder."""
        path = key_file or self.folder / "root.key"
        if key_file is None and not path.exists():
            raise UsageError(
                _(
                    "the root key is not in the folder; bring the medium it is kept on and name it with --root-key. "
                    "If it is lost with all its copies: “recovery root”, where the recovery sheets cover it; else "
                    "nothing more can be signed or revoked, while recordings still open: see “When the root key is "
                    "lost” in the README"
                )
            )
        unlocked = unlock_file(path, passphrase, ROOT_KIND)
        try:
            key = SigningKey.from_secret(unlocked.secret)
        finally:
            wipe(unlocked.secret)
        if key.verify_key != self.root_public:
            raise UsageError(_("this root key belongs to another institution"))
        return key

    def add_representative(
        self, name: str, kid: str, passphrase: str, root: SigningKey, unlocker: Unlocker | None = None
    ) -> Representative:
        """Make a key for a representative, locked by their own `passphrase`, and enter it in the keyring.

        Exam keys that exist already are wrapped for them too, which takes somebody who can open them: `unlocker`.
        Without one they open only the exams made from now on. Raises `WeakPassphrase`.
        """
        self.require_new_kid(kid)
        passphrases.check(passphrase, self.record.name, self.record.id, name, kid)
        key = RecipientPrivate.generate(kid)
        try:
            new = Representative(key=recipient(key.public), name=name, added=_now())
            changed = self._entered(new, unlocker)
            locked = lock(
                key.seed,
                kind=REPRESENTATIVE_KIND,
                kid=kid,
                public=key.public.encoded,
                passphrase=passphrase,
                iterations=self.record.iterations,
            )
        finally:
            key.wipe()
        make_folder(self.key_file(kid).parent, private=False)
        write_file(self.key_file(kid), locked)
        self._keyring.store(changed, root)
        return new

    def add_token_representative(
        self, name: str, public: TokenPublic, root: SigningKey, unlocker: Unlocker | None = None
    ) -> Representative:
        """Enter a representative whose key lives on a hardware token; `unlocker` as in `add_representative`."""
        self.require_new_kid(public.kid)
        new = Representative(key=token_key(public), name=name, added=_now())
        self._keyring.store(self._entered(new, unlocker), root)
        return new

    def require_new_kid(self, kid: str) -> None:
        """Raise `UsageError` unless `kid` can name a new representative's key."""
        if not re.fullmatch(IDENTIFIER, kid, re.ASCII):
            raise UsageError(
                _("“{key}” cannot name a representative's key: use 1 to 40 of a-z, 0-9, “.”, “_” and “-”").format(
                    key=isolate(kid)
                )
            )
        if any(each.key.kid == kid for each in self.keyring().representatives) or self.key_file(kid).exists():
            raise UsageError(
                _("there is a representative “{key}” already; choose another name with --kid").format(key=isolate(kid))
            )

    def revoke_representative(self, kid: str, root: SigningKey) -> tuple[Representative, tuple[str, ...]]:
        """Drop what is wrapped for a representative, and retire the exam keys they could open.

        Gives the representative and the exams to be signed again. What they opened or copied before stays open to them.
        """
        keyring = self.keyring()
        if keyring.representative(kid).revoked is not None:
            raise UsageError(_("the representative “{key}” has been revoked already").format(key=isolate(kid)))
        changed = keyring.without_representative(kid, _now())
        self._keyring.store(changed, root)
        stale = dict.fromkeys(each.exam for each in changed.exams if changed.exam(each.exam).retired is not None)
        return changed.representative(kid), tuple(stale)

    def split_recovery(
        self, needed: int, count: int, unlocker: Unlocker | None, root: SigningKey | None = None
    ) -> RecoverySet:
        """Make a recovery key whose private seed exists only as `count` shares, any `needed` of which give it back.

        It can open every exam made from now on, and those that `unlocker` can open; with `root` it gives the root key
        back too. Nothing holds until the shares are on paper or disk and `adopt_recovery` is called. Raises
        `FormatError` for numbers that cannot be.
        """
        keyring = self.keyring()
        opened = self._opened(keyring, unlocker)
        try:
            return new_recovery_set(keyring, opened, needed=needed, count=count, root=root, made=_now())
        finally:
            for each in opened.values():
                each.wipe()

    def adopt_recovery(self, made: RecoverySet, root: SigningKey) -> None:
        """Sign the keyring with the new recovery key; an earlier set of shares opens nothing of it any more."""
        self._keyring.store(made.keyring, root)

    def recover_root(self, shares: SharesUnlocker, passphrase: str, target: Path) -> None:
        """Write the root key that recovery sheets give back to `target`, a new file, locked by a new `passphrase`.

        Raises `SharesRefused`, `KeyringRefused` or `WeakPassphrase`; then nothing is written.
        """
        keyring = self.keyring()
        with unlocked_key(shares, keyring) as holder:
            root = recovered_root(keyring, holder, self.root_public)
        passphrases.check(passphrase, self.record.name, self.record.id)
        self._lock_root(root, passphrase, target)

    def new_exam_key(self, exam: str, root: SigningKey) -> Keyring:
        """Make the key pair of a new exam, wrap the private half for all who may open, and forget it."""
        if not re.fullmatch(IDENTIFIER, exam, re.ASCII):
            said = _("“{exam}” cannot name an exam: use 1 to 40 of a-z, 0-9, “.”, “_” and “-”")
            raise UsageError(said.format(exam=isolate(exam)))
        if self.keyring().keys_of(exam):
            raise UsageError(_("there is an exam “{exam}” already; choose another id").format(exam=isolate(exam)))
        return self._with_next_key(exam, root)

    def replace_exam_key(self, exam: str, root: SigningKey) -> Keyring:
        """Make the next key of an exam; its earlier keys still open what was sealed to them."""
        self.keyring().exam(exam)
        return self._with_next_key(exam, root)

    def exam_key(self, exam: str, unlocker: Unlocker, kid: str | None = None) -> RecipientPrivate:
        """The private key of an exam, its newest or the one called `kid`; the caller wipes it."""
        keyring = self.keyring()
        chosen = kid or keyring.exam(exam).key.kid
        with unlocked_key(unlocker, keyring) as holder:
            return keyring.open_key(chosen, holder)

    def key_file(self, kid: str) -> Path:
        """Where the key file of a representative is kept."""
        return self.folder / "representatives" / f"{kid}.key"

    def exam_folder(self, exam: str) -> Path:
        """Where settings and exam files of an exam are kept."""
        return self.folder / "exams" / exam

    def _lock_root(self, root: SigningKey, passphrase: str, target: Path) -> None:
        locked = lock(
            root.secret,
            kind=ROOT_KIND,
            kid=self.record.id,
            public=root.verify_key.encoded,
            passphrase=passphrase,
            iterations=self.record.iterations,
        )
        write_file(target, locked)

    def _with_next_key(self, exam: str, root: SigningKey) -> Keyring:
        keyring = self.keyring()
        if not keyring.active():
            raise UsageError(_("there is no representative, so nobody could open the exam's recordings; add one first"))
        key = RecipientPrivate.generate(f"{exam}.{len(keyring.keys_of(exam)) + 1}")
        changed = keyring.with_exam(exam, key, _now())
        key.wipe()
        self._keyring.store(changed, root)
        return changed

    def _entered(self, new: Representative, unlocker: Unlocker | None) -> Keyring:
        keyring = self.keyring()
        opened = self._opened(keyring, unlocker)
        try:
            return keyring.with_representative(new, opened)
        finally:
            for each in opened.values():
                each.wipe()

    def _opened(self, keyring: Keyring, unlocker: Unlocker | None) -> dict[str, RecipientPrivate]:
        """Every exam key that `unlocker` can open, by its name; the caller wipes them."""
        if unlocker is None:
            return {}
        with unlocked_key(unlocker, keyring) as holder:
            kids = [each.key.kid for each in keyring.exams if holder.kid in each.wrapped]
            return {kid: keyring.open_key(kid, holder) for kid in kids}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
