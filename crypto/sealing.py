"""Seals one session as it is recorded. Nothing here, nor anything it imports, can open what it sealed."""

import secrets
import threading
from collections.abc import Sequence
from types import MappingProxyType
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.derivation import KEY_BYTES, derive, wipe
from crypto.errors import SealingError
from crypto.header import Header, SessionDescription
from crypto.log import MAX_SEGMENTS
from crypto.logwriter import LogWriter
from crypto.names import HEADER_NAME, KEYS_NAME, segment_name, slice_name
from crypto.ratchet import StreamRatchet
from crypto.segment import MAX_SEGMENT_BYTES, SegmentEncryptor, SegmentHead
from crypto.slots import SlotRecipient, encode_slots, make_slot

__all__ = ["MAX_SEGMENT_BYTES", "SEALING_ENVIRONMENT", "FreshSecrets", "SealedSink", "SecretSource", "SessionSealer"]


SEALING_ENVIRONMENT = MappingProxyType(
    {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "85", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
)
"""Environment of a process that seals, on Linux with glibc: freed memory is overwritten at once.

Buffers of ours are wiped in place. What the interpreter and the library free (such as the 64-byte block
inside each HKDF) is not; in a search of the process's memory one key of the past was left in one run of
twelve until the allocator's per-thread cache was off as well. Costs a memset for every block freed.
"""


class SealedSink(Protocol):
    """Where sealed objects go."""

    def put(self, name: str, data: bytes) -> None:
        """Store `data` under `name` for good.

        Durable before it returns. Called with each name once, by one thread at a time. Whatever it
        raises ends the session being sealed.
        """


class SecretSource(Protocol):
    """Where the secrets of a session come from; another than `FreshSecrets` only to make test vectors."""

    def session_key(self) -> bytearray:
        """Give a new session key, 32 bytes."""

    def signing_key(self) -> Ed25519PrivateKey:
        """Give a new signing key."""


class FreshSecrets:
    """Secrets from the system's random source."""

    def session_key(self) -> bytearray:
        """Give a new session key, 32 bytes."""
        return bytearray(secrets.token_bytes(KEY_BYTES))

    def signing_key(self) -> Ed25519PrivateKey:
        """Give a new signing key."""
        return Ed25519PrivateKey.generate()


class SessionSealer:
    """Seals one take: puts `header.isf` and `keys.isf` at once, then a segment and its log record per `seal`.

    All methods may be called from any thread. When the sink raises, its error passes through, the
    keys are wiped and the session stays as it is, INTERRUPTED; go on with the next take.
    """

    def __init__(
        self,
        description: SessionDescription,
        recipients: Sequence[SlotRecipient],
        sink: SealedSink,
        *,
        secret_source: SecretSource | None = None,
    ) -> None:
        if not recipients:
            raise SealingError("Sealing needs at least one recipient; nobody could open this session.")
        source = secret_source or FreshSecrets()
        signing_key = source.signing_key()
        pk0 = signing_key.public_key().public_bytes_raw()
        hid = Header.hid_of(description, pk0)
        session_key = source.session_key()
        try:
            self.header = Header.of(description, pk0, bytes(derive(session_key, "commit", hid)))
            slots = encode_slots([make_slot(self.header, session_key, recipient) for recipient in recipients])
            self._ratchets = [StreamRatchet(session_key, hid, stream) for stream in range(len(description.streams))]
        finally:
            wipe(session_key)
        self._streams = {name: position for position, name in enumerate(description.streams)}
        self._latest_t0_us = [0] * len(description.streams)
        self._encryptor = SegmentEncryptor()
        self._log = LogWriter(self.header, signing_key, source.signing_key)
        self._sink = sink
        self._lock = threading.Lock()
        self._closed = False
        with self._lock:
            self._put(HEADER_NAME, self.header.encode())
            self._put(KEYS_NAME, slots)

    def seal(self, stream: str, t0_us: int, plaintext: bytes | bytearray) -> str:
        """Seal `plaintext` as the next segment of `stream` and give its object name.

        `t0_us` counts microseconds since the start of the attempt and never falls within a stream.
        At most `MAX_SEGMENT_BYTES`; nothing is split. Raises `SealingError` before anything is sealed
        for an argument out of bounds, and after `finish` or a failed sink.
        """
        if len(plaintext) > MAX_SEGMENT_BYTES:
            raise SealingError(f"Sealing {stream}: {len(plaintext)} bytes, where {MAX_SEGMENT_BYTES} are the most.")
        with self._lock:
            self._require_open()
            position = self._position(stream, t0_us)
            ratchet = self._ratchets[position]
            index = ratchet.index
            head = SegmentHead(position, index, t0_us, self.header.hid).encode()
            key = ratchet.segment_key(head)
            try:
                data = self._encryptor.seal(key, head, plaintext)
            finally:
                wipe(key)
            ratchet.advance()
            self._latest_t0_us[position] = t0_us
            name = segment_name(position, index)
            record_name = slice_name(self._log.count)
            self._put(name, data)
            self._put(record_name, self._log.segment_record(position, index, head, data))
            return name

    def finish(self) -> None:
        """End the session with its final record and wipe the keys; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._put(slice_name(self._log.count), self._log.final_record())
            self._close()

    def _position(self, stream: str, t0_us: int) -> int:
        if stream not in self._streams:
            raise SealingError(f"Sealing: this session has no stream {stream!r}; it has {', '.join(self._streams)}.")
        position = self._streams[stream]
        if not self._latest_t0_us[position] <= t0_us < 2**64:
            raise SealingError(
                f"Sealing {stream}: time {t0_us} us comes before {self._latest_t0_us[position]} us, sealed already."
            )
        if self._log.count >= MAX_SEGMENTS:
            raise SealingError(f"Sealing {stream}: the session is full at {MAX_SEGMENTS} segments; begin a new take.")
        return position

    def _put(self, name: str, data: bytes) -> None:
        try:
            self._sink.put(name, data)
        except BaseException:
            # Whether the object arrived is unknown; sealing on could give one name two contents.
            self._close()
            raise

    def _require_open(self) -> None:
        if self._closed:
            raise SealingError("Sealing: this session is over; begin a new take.")

    def _close(self) -> None:
        self._closed = True
        for ratchet in self._ratchets:
            ratchet.wipe()
