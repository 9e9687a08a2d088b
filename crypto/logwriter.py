"""Writes the signed log of a session, with a key that changes from record to record."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.header import Header
from crypto.log import FinalEntry, SegmentEntry, final_body, first_chain, next_chain, segment_body, signed_bytes


class LogWriter:
    """Makes one record after another; each signing key signs once and is dropped.

    `signing_key` is the private half of `header.pk0`, `make_signing_key` makes each further one. Not
    safe for use by several threads at once.
    """

    def __init__(
        self,
        header: Header,
        signing_key: Ed25519PrivateKey,
        make_signing_key: Callable[[], Ed25519PrivateKey],
    ) -> None:
        self._hid = header.hid
        self._chain = first_chain(header)
        self._key = signing_key
        self._make_signing_key = make_signing_key
        self.count = 0
        """How many segment records were made, and the number of the next record."""

    def segment_record(self, stream: int, index: int, head: bytes, data: bytes) -> bytes:
        """Make the 176-byte record that vouches for the segment object `data`, which begins with `head`."""
        following = self._make_signing_key()
        next_pk = following.public_key().public_bytes_raw()
        sha256 = hashlib.sha256(data).digest()
        chain = next_chain(self._chain, head, len(data), sha256, next_pk)
        body = segment_body(SegmentEntry(stream, index, len(data), sha256, chain, next_pk, self._chain))
        record = body + self._key.sign(signed_bytes(self._hid, body))
        self._key, self._chain = following, chain
        self.count += 1
        return record

    def final_record(self) -> bytes:
        """Make the 104-byte record that ends the log."""
        body = final_body(FinalEntry(self.count, self._chain))
        return body + self._key.sign(signed_bytes(self._hid, body))
