"""A source whose objects cannot change between one reading and the next."""

import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import FormatError
from crypto.folder import SealedSource

_NONCE = bytes(12)


class SteadySource:
    """Reads each object as often as it likes and refuses one that is not what it was the first time.

    So what the verdict has said of an object is true of the bytes that are opened later, without the cost
    of another SHA-256. Objects are compared by a GMAC under a key that never leaves this object, 16 bytes
    kept for each; whoever changes the storage meanwhile knows neither key nor tags.
    """

    def __init__(self, source: SealedSource) -> None:
        self._source = source
        self._aead = AESGCM(AESGCM.generate_key(256))
        self._tags: dict[str, bytes] = {}

    def names(self) -> Sequence[str]:
        """Names of all objects there are now."""
        return self._source.names()

    def read(self, name: str) -> bytes:
        """Give the bytes of one object; `FormatError` as `SealedSource.read` says, and when it has changed."""
        data = self._source.read(name)
        tag = self._aead.encrypt(_NONCE, b"", data)
        if not hmac.compare_digest(self._tags.setdefault(name, tag), tag):
            raise FormatError(f"{name}: it was changed after it had been checked; check the session again.")
        return data
