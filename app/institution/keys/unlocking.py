"""The ways to hold a key that exam keys are wrapped for: a key file, a hardware token, recovery shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.institution.errors import FolderDamaged, PassphraseNeeded, SharesRefused, UsageError
from app.institution.keys import hardware_token
from app.institution.keys.hardware_token import TokenPlace
from app.institution.keys.keyring import Holder, Keyring, TokenKey
from crypto.derivation import wipe
from crypto.errors import FormatError, KeyMismatchError
from crypto.keyfile import UnlockedKey, unlock
from crypto.keys import RecipientPrivate
from crypto.shares import Share, combine
from resources.language import _, isolate

ROOT_KIND = "root"
REPRESENTATIVE_KIND = "representative"


@dataclass(frozen=True)
class KeyFileUnlocker:
    """A representative's key file and its passphrase."""

    key_file: Path
    passphrase: str


@dataclass(frozen=True)
class TokenUnlocker:
    """A representative's hardware token and its PIN."""

    place: TokenPlace
    pin: str


@dataclass(frozen=True)
class SharesUnlocker:
    """Recovery shares, read from their sheets."""

    shares: tuple[Share, ...]


Unlocker = KeyFileUnlocker | TokenUnlocker | SharesUnlocker


@contextmanager
def unlocked_key(unlocker: Unlocker, keyring: Keyring) -> Iterator[Holder]:
    """Hold the private key for as long as the block lasts; it is wiped after it."""
    if isinstance(unlocker, TokenUnlocker):
        keys = (each.key for each in keyring.active())
        enrolled = tuple(key.public() for key in keys if isinstance(key, TokenKey))
        with hardware_token.opened(unlocker.place, unlocker.pin, enrolled) as token:
            yield token
        return
    key = _recovered(unlocker, keyring) if isinstance(unlocker, SharesUnlocker) else _from_file(unlocker)
    try:
        yield key
    finally:
        key.wipe()


def unlock_file(path: Path, passphrase: str, kind: str) -> UnlockedKey:
    """Unlock a key file of this `kind`; the caller wipes its secret."""
    try:
        unlocked = unlock(path.read_bytes(), passphrase)
    except OSError as error:
        raise UsageError(
            _("the key file “{file}” cannot be read: {reason}").format(
                file=isolate(path), reason=isolate(error.strerror)
            )
        ) from error
    except FormatError as error:
        raise FolderDamaged(
            _("the key file “{file}” is not usable: {reason}").format(file=isolate(path), reason=isolate(error))
        ) from error
    except KeyMismatchError as error:
        raise PassphraseNeeded(
            _("the passphrase does not open “{file}”, or the file was changed").format(file=isolate(path))
        ) from error
    if unlocked.kind != kind:
        wipe(unlocked.secret)
        raise UsageError(
            _("“{file}” is a key file of the kind “{kind}”, but one of the kind “{needed}” is needed").format(
                file=isolate(path), kind=isolate(unlocked.kind), needed=isolate(kind)
            )
        )
    return unlocked


def _from_file(unlocker: KeyFileUnlocker) -> RecipientPrivate:
    unlocked = unlock_file(unlocker.key_file, unlocker.passphrase, REPRESENTATIVE_KIND)
    try:
        return RecipientPrivate.from_seed(unlocked.kid, unlocked.secret)
    finally:
        wipe(unlocked.secret)


def _recovered(unlocker: SharesUnlocker, keyring: Keyring) -> RecipientPrivate:
    recovery = keyring.recovery
    if recovery is None:
        raise SharesRefused(_("this institution has no recovery key; shares can only be made while somebody can open"))
    if any(each.set_id != recovery.set_id for each in unlocker.shares):
        sets = ", ".join(str(number) for number in sorted({each.set_id for each in unlocker.shares}))
        raise SharesRefused(
            _(
                "these shares are of set {sets}, but the recovery key of this institution was split into "
                "set {set}; older sheets do not open the present keyring, ask for the newest"
            ).format(sets=isolate(sets), set=isolate(recovery.set_id))
        )
    try:
        seed = combine(unlocker.shares)
    except KeyMismatchError as error:
        raise SharesRefused(str(error)) from error
    try:
        key = RecipientPrivate.from_seed(recovery.key.kid, seed)
    finally:
        wipe(seed)
    if key.public != recovery.key.public():
        key.wipe()
        raise SharesRefused(_("what these shares give is not the recovery key of this institution; one is not genuine"))
    return key
