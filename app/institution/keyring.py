"""The exam keyring: which exam keys exist, and for which representatives each private one is wrapped.

The file holds one signed text. Adding a representative touches only this file, never a recording. Every change
raises the sequence number; a keyring older than one seen before on this machine is refused, so nobody can bring back
a representative who was revoked by putting an old file in its place.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.institution import durable
from app.institution.errors import CannotOpen, FolderDamaged, KeyringRefused, UnknownName
from app.policy.document import Recipient
from crypto.errors import KeyMismatchError, SignatureError
from crypto.keys import RecipientPrivate, RecipientPublic, wrap
from crypto.signing import SigningKey, VerifyKey, verify

MAX_KEYRING_BYTES = 16 * 1024 * 1024

_COMMENT = re.compile(r"invigilo keyring inst:(?P<institution>[a-z0-9._-]{1,40}) seq:(?P<sequence>[1-9][0-9]{0,8})")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Representative(_Entry):
    """Somebody who can open recordings; `revoked` is the time since when no new exam key is wrapped for them."""

    key: Recipient
    name: Annotated[str, Field(min_length=1, max_length=120)]
    added: str
    revoked: str | None = None


class ExamKey(_Entry):
    """An exam's public key and its private seed, wrapped (HPKE) for each representative by their key's name."""

    exam: str
    key: Recipient
    made: str
    wrapped: dict[str, str]


class Keyring(_Entry):
    """The content of the keyring; every change gives a new one."""

    format: Annotated[int, Field(ge=1, le=1)] = 1
    institution: str
    sequence: Annotated[int, Field(ge=1, le=999_999_999)] = 1
    representatives: tuple[Representative, ...] = ()
    exams: tuple[ExamKey, ...] = ()

    def representative(self, kid: str) -> Representative:
        """The representative whose key is called `kid`; raises `UnknownName`."""
        for representative in self.representatives:
            if representative.key.kid == kid:
                return representative
        known = ", ".join(each.key.kid for each in self.representatives) or "none yet"
        raise UnknownName(f"there is no representative “{kid}”; there are: {known}")

    def exam(self, exam: str) -> ExamKey:
        """The key of an exam; raises `UnknownName`."""
        for each in self.exams:
            if each.exam == exam:
                return each
        known = ", ".join(each.exam for each in self.exams) or "none yet"
        raise UnknownName(f"there is no exam “{exam}”; there are: {known}")

    def active(self) -> tuple[Representative, ...]:
        """Representatives who have not been revoked."""
        return tuple(each for each in self.representatives if each.revoked is None)

    def with_exam(self, exam: str, key: RecipientPrivate, made: str) -> Keyring:
        """Add an exam key, wrapped for every active representative."""
        wrapped = {each.key.kid: self._wrap(exam, key, each.key.public()) for each in self.active()}
        entry = ExamKey(exam=exam, key=recipient(key.public), made=made, wrapped=wrapped)
        return self._changed(exams=(*self.exams, entry))

    def with_representative(self, new: Representative, exam_keys: tuple[tuple[str, RecipientPrivate], ...]) -> Keyring:
        """Add a representative who can open the exams whose keys are given."""
        opened = dict(exam_keys)
        exams = tuple(
            each
            if each.exam not in opened
            else each.model_copy(
                update={
                    "wrapped": {
                        **each.wrapped,
                        new.key.kid: self._wrap(each.exam, opened[each.exam], new.key.public()),
                    }
                }
            )
            for each in self.exams
        )
        return self._changed(representatives=(*self.representatives, new), exams=exams)

    def without_representative(self, kid: str, revoked: str) -> Keyring:
        """Revoke a representative: their wrapped copies are dropped and no further ones are made."""
        self.representative(kid)
        people = tuple(
            each.model_copy(update={"revoked": revoked}) if each.key.kid == kid else each
            for each in self.representatives
        )
        exams = tuple(
            each.model_copy(update={"wrapped": {to: box for to, box in each.wrapped.items() if to != kid}})
            for each in self.exams
        )
        return self._changed(representatives=people, exams=exams)

    def open_exam(self, exam: str, key: RecipientPrivate) -> RecipientPrivate:
        """Unwrap an exam's private key for a representative; raises `CannotOpen`."""
        entry = self.exam(exam)
        box = entry.wrapped.get(key.kid)
        if box is None:
            raise CannotOpen(
                f"the key of the exam “{exam}” is not wrapped for “{key.kid}”. "
                f"It can be opened by: {', '.join(entry.wrapped) or 'nobody'}"
            )
        public = entry.key.public()
        try:
            seed = key.unwrap(base64.b64decode(box), _info(self.institution, exam, public, key.kid))
            opened = RecipientPrivate.from_seed(public.kid, seed)
        except (KeyMismatchError, ValueError) as error:
            raise KeyringRefused(
                f"what the keyring holds of the exam “{exam}” for “{key.kid}” does not open with that key. "
                "Restore the keyring from a backup"
            ) from error
        if opened.public != public:
            raise KeyringRefused(f"the keyring's two halves of the key of the exam “{exam}” do not belong together")
        return opened

    def _wrap(self, exam: str, key: RecipientPrivate, to: RecipientPublic) -> str:
        sealed = wrap(to, key.seed, _info(self.institution, exam, key.public, to.kid))
        return base64.b64encode(sealed).decode("ascii")

    def _changed(
        self,
        *,
        representatives: tuple[Representative, ...] | None = None,
        exams: tuple[ExamKey, ...] | None = None,
    ) -> Keyring:
        return self.model_copy(
            update={
                "sequence": self.sequence + 1,
                "representatives": self.representatives if representatives is None else representatives,
                "exams": self.exams if exams is None else exams,
            }
        )


class _Signed(_Entry):
    signed: str
    signature: str


class _Seen(_Entry):
    sequence: int
    sha256: str


class KeyringFile:
    """`path` with the keyring, and `memory` with the newest sequence number seen on this machine.

    The memory protects against an old keyring put in place of the new one on shared storage. Whoever can roll back
    both files together is not held up by it.
    """

    def __init__(self, path: Path, memory: Path, institution: str, root_key: VerifyKey) -> None:
        self._path = path
        self._memory = memory
        self._institution = institution
        self._root_key = root_key

    def load(self) -> Keyring:
        """Read the keyring; raises `KeyringRefused` unless it is signed by the root key and not older than seen."""
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_KEYRING_BYTES + 1)
        except OSError as error:
            raise FolderDamaged(f"the keyring “{self._path}” cannot be read: {error.strerror}") from error
        try:
            if len(data) > MAX_KEYRING_BYTES:
                raise KeyringRefused(f"the keyring “{self._path}” is larger than {MAX_KEYRING_BYTES} bytes")
            envelope = _Signed.model_validate_json(data)
            comment = verify(envelope.signed.encode(), envelope.signature, self._root_key)
            keyring = Keyring.model_validate_json(envelope.signed)
        except SignatureError as error:
            raise KeyringRefused(
                f"the keyring “{self._path}” is not as the root key signed it. Restore it from a backup"
            ) from error
        except ValidationError as error:
            raise KeyringRefused(f"“{self._path}” is not a keyring of this program") from error
        named = _COMMENT.fullmatch(comment)
        if (
            named is None
            or named["institution"] != self._institution
            or keyring.institution != self._institution
            or int(named["sequence"]) != keyring.sequence
        ):
            raise KeyringRefused(f"“{self._path}” is not the keyring of “{self._institution}”")
        self._refuse_older(keyring, hashlib.sha256(envelope.signed.encode()).hexdigest())
        return keyring

    def store(self, keyring: Keyring, key: SigningKey) -> None:
        """Sign and write the keyring; durable before it returns."""
        signed = json.dumps(keyring.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        comment = f"invigilo keyring inst:{keyring.institution} seq:{keyring.sequence}"
        envelope = _Signed(signed=signed, signature=key.sign(signed.encode(), comment))
        durable.write(self._path, envelope.model_dump_json(indent=2).encode() + b"\n")
        self._remember(keyring.sequence, hashlib.sha256(signed.encode()).hexdigest())

    def _refuse_older(self, keyring: Keyring, digest: str) -> None:
        try:
            seen = _Seen.model_validate_json(self._memory.read_bytes())
        except FileNotFoundError:
            seen = _Seen(sequence=0, sha256="")
        except ValidationError as error:
            raise FolderDamaged(f"“{self._memory}” cannot be read; restore it from a backup") from error
        if keyring.sequence < seen.sequence or (keyring.sequence == seen.sequence and digest != seen.sha256):
            raise KeyringRefused(
                f"the keyring “{self._path}” is version {keyring.sequence}, but version {seen.sequence} with other "
                "content has been used here. Somebody put an older keyring in its place; restore the newest one"
            )
        if keyring.sequence > seen.sequence:
            self._remember(keyring.sequence, digest)

    def _remember(self, sequence: int, digest: str) -> None:
        durable.write(self._memory, _Seen(sequence=sequence, sha256=digest).model_dump_json().encode())


def recipient(public: RecipientPublic) -> Recipient:
    """A public key as documents carry it."""
    return Recipient(kid=public.kid, public_b64=base64.b64encode(public.encoded).decode("ascii"))


def _info(institution: str, exam: str, exam_public: RecipientPublic, to: str) -> bytes:
    # Binds a wrapped key to its place: it opens for nobody else, under no other exam or institution.
    parts = (institution.encode(), exam.encode(), exam_public.kid.encode(), exam_public.encoded, to.encode())
    return b"invigilo exam key 1\0" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
