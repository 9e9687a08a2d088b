"""A recovery key whose private half exists only as shares on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.institution.keys.keyring import Keyring, RecoveryKey, recipient
from app.institution.keys.root_recovery import sealed_root
from crypto.keys import RecipientPrivate
from crypto.shares import Share, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crypto.signing import SigningKey


@dataclass(frozen=True)
class RecoverySet:
    """A recovery key just made, its shares, the exams they will not open, and the keyring that takes it up."""

    recovery: RecoveryKey
    shares: tuple[Share, ...]
    not_covered: tuple[str, ...]
    keyring: Keyring


def new_recovery_set(
    keyring: Keyring,
    opened: Mapping[str, RecipientPrivate],
    *,
    needed: int,
    count: int,
    root: SigningKey | None,
    made: str,
) -> RecoverySet:
    """Make a recovery key for `keyring` and split its seed into `count` shares, any `needed` of which give it back.

    `opened` holds the exam keys it shall open as well, by name; with `root` it gives the root key back too. `made` is
    the time in UTC as the keyring writes it. Raises `FormatError` for numbers that cannot be.
    """
    seed_key = RecipientPrivate.generate("recovery:new")
    try:
        shares = split(seed_key.seed, needed, count)
        # The colon keeps it apart from representatives, whose names have none.
        kid = f"recovery:{shares[0].set_id}-{keyring.sequence + 1}"
        public = recipient(seed_key.public).model_copy(update={"kid": kid})
    finally:
        seed_key.wipe()
    covered = None if root is None else sealed_root(root, public.public(), keyring.institution)
    recovery = RecoveryKey(key=public, needed=needed, count=count, set_id=shares[0].set_id, made=made, root=covered)
    changed = keyring.with_recovery(recovery, opened)
    closed = dict.fromkeys(each.exam for each in changed.exams if kid not in each.wrapped)
    return RecoverySet(recovery, shares, tuple(closed), changed)
