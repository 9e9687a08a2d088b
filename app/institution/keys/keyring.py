"""The exam keyring: which exam keys exist, and for whom each private one is wrapped.

Adding a representative touches only the keyring, never a recording. An exam has one key at a time; once somebody who
could open it was revoked, its key is retired, and the next signature over its settings makes a new one. Retired keys
stay, because the recordings sealed to them do. `app.institution.keys.keyring_file` signs it and refuses older ones.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.institution.errors import CannotOpen, KeyringRefused, UnknownName
from app.policy.document import Recipient
from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPrivate, RecipientPublic, wrap
from crypto.shares import MOST_SHARES
from crypto.token_keys import TokenPublic, wrap_for_token
from resources.language import _, isolate


class Holder(Protocol):
    """A private key that something may be wrapped for: in a key file, on a token, or put together from shares."""

    @property
    def kid(self) -> str:
        """Name of the key."""
        ...

    def unwrap(self, sealed: bytes, info: bytes) -> bytearray:
        """Open what was wrapped for this key under `info`; raises `KeyMismatchError`."""
        ...


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TokenKey(_Entry):
    """The public key of a hardware token: an uncompressed point of P-256, 65 bytes in base64."""

    kid: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
    point_b64: str = Field(max_length=88)

    @model_validator(mode="after")
    def _usable(self) -> TokenKey:
        self.public()
        return self

    def public(self) -> TokenPublic:
        """The key as the sealing part takes it."""
        try:
            return TokenPublic(self.kid, base64.b64decode(self.point_b64, validate=True))
        except (ValueError, FormatError) as error:
            raise ValueError("is not a point of the curve P-256, 65 bytes in base64") from error


class Representative(_Entry):
    """Somebody who can open recordings; `revoked` is the time since when no new exam key is wrapped for them."""

    key: Recipient | TokenKey
    name: Annotated[str, Field(min_length=1, max_length=120)]
    added: str
    revoked: str | None = None

    @property
    def by_token(self) -> bool:
        """Whether their key lives on a hardware token."""
        return isinstance(self.key, TokenKey)


class RecoveryKey(_Entry):
    """The recovery key: its private seed exists only as shares on paper, any `needed` of `count` give it back."""

    key: Recipient
    needed: Annotated[int, Field(ge=2, le=MOST_SHARES)]
    count: Annotated[int, Field(ge=2, le=MOST_SHARES)]
    set_id: Annotated[int, Field(ge=0, lt=1 << 15)]
    made: str
    root: Annotated[str, Field(max_length=2048)] | None = None
    """The root key wrapped for this one, in base64 (`app.institution.keys.root_recovery`); None: not covered."""


class ExamKey(_Entry):
    """An exam's public key and its private seed, wrapped (HPKE) for each who may open, by their key's name.

    `retired` is the time since when nothing new may be sealed to it, because somebody who held it was revoked.
    """

    exam: str
    key: Recipient
    made: str
    wrapped: dict[str, str]
    retired: str | None = None


class Keyring(_Entry):
    """The content of the keyring; every change gives a new one with the next sequence number."""

    format: Annotated[int, Field(ge=1, le=1)] = 1
    institution: str
    sequence: Annotated[int, Field(ge=1, le=999_999_999)] = 1
    representatives: tuple[Representative, ...] = ()
    exams: tuple[ExamKey, ...] = ()
    recovery: RecoveryKey | None = None

    def representative(self, kid: str) -> Representative:
        """The representative whose key is called `kid`; raises `UnknownName`."""
        for representative in self.representatives:
            if representative.key.kid == kid:
                return representative
        known = ", ".join(each.key.kid for each in self.representatives) or _("none yet")
        raise UnknownName(
            _("there is no representative “{key}”; there are: {known}").format(key=isolate(kid), known=known)
        )

    def exam(self, exam: str) -> ExamKey:
        """The newest key of an exam; raises `UnknownName`."""
        found = self.keys_of(exam)
        if not found:
            known = ", ".join(dict.fromkeys(each.exam for each in self.exams)) or _("none yet")
            raise UnknownName(
                _("there is no exam “{exam}”; there are: {known}").format(exam=isolate(exam), known=known)
            )
        return found[-1]

    def keys_of(self, exam: str) -> tuple[ExamKey, ...]:
        """Every key the exam has had, the newest last."""
        return tuple(each for each in self.exams if each.exam == exam)

    def active(self) -> tuple[Representative, ...]:
        """Representatives who have not been revoked."""
        return tuple(each for each in self.representatives if each.revoked is None)

    def holders(self, key: ExamKey) -> tuple[Representative, ...]:
        """Representatives for whom `key` is wrapped."""
        return tuple(each for each in self.representatives if each.key.kid in key.wrapped)

    def with_exam(self, exam: str, key: RecipientPrivate, made: str) -> Keyring:
        """Add an exam's key, wrapped for every active representative and for the recovery key."""
        publics = [each.key.public() for each in self.active()]
        if self.recovery is not None:
            publics.append(self.recovery.key.public())
        wrapped = {each.kid: self._wrap(exam, key, each) for each in publics}
        entry = ExamKey(exam=exam, key=recipient(key.public), made=made, wrapped=wrapped)
        return self._changed(exams=(*self.exams, entry))

    def with_representative(self, new: Representative, opened: Mapping[str, RecipientPrivate]) -> Keyring:
        """Add a representative who can open the exam keys given by name, besides all that come."""
        return self._changed(representatives=(*self.representatives, new), exams=self._shared(new.key.public(), opened))

    def without_representative(self, kid: str, revoked: str) -> Keyring:
        """Revoke a representative: their wrapped copies are dropped, and the keys they could open are retired."""
        self.representative(kid)
        people = tuple(
            each.model_copy(update={"revoked": revoked}) if each.key.kid == kid else each
            for each in self.representatives
        )
        exams = tuple(
            each.model_copy(update={"wrapped": _without(each.wrapped, kid), "retired": each.retired or revoked})
            if kid in each.wrapped
            else each
            for each in self.exams
        )
        return self._changed(representatives=people, exams=exams)

    def with_recovery(self, recovery: RecoveryKey, opened: Mapping[str, RecipientPrivate]) -> Keyring:
        """Put `recovery` in place of an earlier one, for the exam keys given by name and all that come."""
        cleared = self
        if self.recovery is not None:
            old = self.recovery.key.kid
            exams = tuple(each.model_copy(update={"wrapped": _without(each.wrapped, old)}) for each in self.exams)
            cleared = self.model_copy(update={"exams": exams})
        return self._changed(exams=cleared._shared(recovery.key.public(), opened), recovery=recovery)

    def open_key(self, kid: str, holder: Holder) -> RecipientPrivate:
        """Unwrap the exam key called `kid`; raises `CannotOpen`. The caller wipes it."""
        entry = next((each for each in self.exams if each.key.kid == kid), None)
        if entry is None:
            raise UnknownName(_("there is no exam key “{key}”").format(key=isolate(kid)))
        box = entry.wrapped.get(holder.kid)
        if box is None:
            able = ", ".join(each.key.kid for each in self.holders(entry)) or _("no representative")
            raise CannotOpen(
                _("the key of the exam “{exam}” is not wrapped for “{holder}”. It can be opened by: {people}").format(
                    exam=isolate(entry.exam), holder=isolate(holder.kid), people=able
                )
            )
        public = entry.key.public()
        try:
            seed = holder.unwrap(base64.b64decode(box), _info(self.institution, entry.exam, public, holder.kid))
            opened = RecipientPrivate.from_seed(public.kid, seed)
        except (KeyMismatchError, FormatError, ValueError) as error:
            raise KeyringRefused(
                _(
                    "what the keyring holds of the exam “{exam}” for “{holder}” does not open with that key. "
                    "Restore the keyring from a backup"
                ).format(exam=isolate(entry.exam), holder=isolate(holder.kid))
            ) from error
        if opened.public != public:
            raise KeyringRefused(
                _("the keyring's two halves of the key of the exam “{exam}” do not belong together").format(
                    exam=isolate(entry.exam)
                )
            )
        return opened

    def _shared(self, to: RecipientPublic | TokenPublic, opened: Mapping[str, RecipientPrivate]) -> tuple[ExamKey, ...]:
        return tuple(
            each
            if each.key.kid not in opened
            else each.model_copy(
                update={"wrapped": {**each.wrapped, to.kid: self._wrap(each.exam, opened[each.key.kid], to)}}
            )
            for each in self.exams
        )

    def _wrap(self, exam: str, key: RecipientPrivate, to: RecipientPublic | TokenPublic) -> str:
        info = _info(self.institution, exam, key.public, to.kid)
        sealed = wrap_for_token(to, key.seed, info) if isinstance(to, TokenPublic) else wrap(to, key.seed, info)
        return base64.b64encode(sealed).decode("ascii")

    def _changed(self, **changes: object) -> Keyring:
        return self.model_copy(update={"sequence": self.sequence + 1, **changes})


def recipient(public: RecipientPublic) -> Recipient:
    """A public key as documents carry it."""
    return Recipient(kid=public.kid, public_b64=base64.b64encode(public.encoded).decode("ascii"))


def token_key(public: TokenPublic) -> TokenKey:
    """A token's public key as the keyring carries it."""
    return TokenKey(kid=public.kid, point_b64=base64.b64encode(public.encoded).decode("ascii"))


def _without(wrapped: dict[str, str], kid: str) -> dict[str, str]:
    return {to: box for to, box in wrapped.items() if to != kid}


def _info(institution: str, exam: str, exam_public: RecipientPublic, to: str) -> bytes:
    # Binds a wrapped key to its place: it opens for nobody else, under no other exam or institution.
    parts = (institution.encode(), exam.encode(), exam_public.kid.encode(), exam_public.encoded, to.encode())
    return b"invigilo exam key 1\0" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
