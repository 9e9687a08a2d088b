"""The root key sealed for the recovery key, so that enough sheets of paper give it back when all its copies are lost.

Only where the institution chose it: anyone who brings the sheets together can then sign exam files too.
"""

from __future__ import annotations

import base64

from app.institution.errors import KeyringRefused, SharesRefused
from app.institution.keys.keyring import Holder, Keyring
from crypto.derivation import wipe
from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPublic, wrap
from crypto.signing import SigningKey, VerifyKey
from resources.language import _


def sealed_root(root: SigningKey, to: RecipientPublic, institution: str) -> str:
    """The root key's secret wrapped for the recovery key `to`, in base64."""
    return base64.b64encode(wrap(to, root.secret, _info(institution, root.verify_key, to.kid))).decode("ascii")


def recovered_root(keyring: Keyring, holder: Holder, root_public: VerifyKey) -> SigningKey:
    """Give the root key back, by `holder` of the recovery key.

    Raises `SharesRefused` where the sheets do not cover it and `KeyringRefused` where what is kept is not it.
    """
    recovery = keyring.recovery
    if recovery is None or recovery.root is None:
        raise SharesRefused(
            _(
                "the recovery sheets of this institution do not cover its root key; that takes “recovery "
                "split --with-root”, done while the root key is still there"
            )
        )
    try:
        sealed = base64.b64decode(recovery.root, validate=True)
        secret = holder.unwrap(sealed, _info(keyring.institution, root_public, holder.kid))
        try:
            root = SigningKey.from_secret(secret)
        finally:
            wipe(secret)
    except (KeyMismatchError, FormatError, ValueError) as error:
        raise KeyringRefused(
            _(
                "what the keyring holds of the root key does not open with these sheets. Restore the "
                "keyring from a backup"
            )
        ) from error
    if root.verify_key != root_public:
        raise KeyringRefused(_("what the keyring holds is the root key of another institution"))
    return root


def _info(institution: str, root_public: VerifyKey, to: str) -> bytes:
    parts = (institution.encode(), root_public.key_id + root_public.encoded, to.encode())
    return b"invigilo root key 1\0" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
