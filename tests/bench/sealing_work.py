"""One piece of sealing work as a process of its own, for bench_sealing.py; prints the processor seconds it took.

    sealing_work.py seal FILE FOLDER SEED          seals FILE into FOLDER as one session
    sealing_work.py open FOLDER FILE SEED          verifies the session and writes its content to FILE
    sealing_work.py seal-limit FILE FOLDER SEED    makes only the calls that sealing cannot do without
    sealing_work.py open-limit FOLDER FILE SEED    makes only the calls that opening cannot do without

Counted is the work, from the first byte read to the last written; the start of the interpreter is not: the recorder
starts once for an exam of hours.

The limits are no format and no security: for each segment one reading, one pass of AES-256-GCM, one SHA-256, one
writing, and a key made and a signature made (or one checked). They tell how fast ISF could be on these libraries if all
else, Python included, cost nothing.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from crypto.folder import SealedFolder
from crypto.header import SessionDescription
from crypto.keys import RecipientPrivate
from crypto.opening import open_session
from crypto.sealing import MAX_SEGMENT_BYTES, SessionSealer
from crypto.verdict import Verdict

DESCRIPTION = SessionDescription(
    institution="bench",
    exam="bench",
    config_sha256="0" * 64,
    attempt="6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77",
    take=0,
    candidate="c",
    started_at="2026-11-22T09:00:00Z",
    t0_ns=0,
    client="bench",
    nonce="",
    streams=("screen",),
)


class Folder:
    """Keeps a session as the operator does: one file a segment, the log as one file. No flush, as age does none."""

    def __init__(self, path: Path) -> None:
        (path / "seg").mkdir(parents=True)
        self._path = f"{path}/"
        self._log = (path / "log.isf").open("wb", buffering=0)

    def put(self, name: str, data: bytes) -> None:
        if name.startswith("log/"):
            self._log.write(data)
            return
        with open(self._path + name, "wb", buffering=0) as file:  # noqa: PTH123 - a Path costs as much as the system call
            file.write(data)


def seal(plaintext: Path, folder: Path, key: RecipientPrivate) -> None:
    """Seal a file in segments of the largest size."""
    sealer = SessionSealer(DESCRIPTION, [key.public], Folder(folder))
    buffer = bytearray(MAX_SEGMENT_BYTES)
    number = 0
    with plaintext.open("rb", buffering=0) as file:
        while length := file.readinto(buffer):
            sealer.seal("screen", number, buffer if length == MAX_SEGMENT_BYTES else buffer[:length])
            number += 1
    sealer.finish()


def open_again(folder: Path, plaintext: Path, key: RecipientPrivate) -> None:
    """Verify a session and write what it holds; fails unless it is whole."""
    with open_session(SealedFolder(folder), key) as session, plaintext.open("wb", buffering=0) as file:
        for segment in session.segments("screen"):
            file.write(segment.data)
    if session.report.verdict is not Verdict.COMPLETE:
        raise SystemExit(f"the session is {session.report.verdict.value}")


RECORD = bytes(154)
"""As many bytes as a record's signature covers."""


def seal_limit(plaintext: Path, folder: Path, _key: RecipientPrivate) -> None:
    """Only what no sealer can leave out."""
    (folder / "seg").mkdir(parents=True)
    cipher, signer = AESGCM(bytes(32)), Ed25519PrivateKey.generate()
    buffer, sealed = bytearray(MAX_SEGMENT_BYTES), bytearray(MAX_SEGMENT_BYTES + 16)
    number = 0
    with plaintext.open("rb", buffering=0) as file:
        while length := file.readinto(buffer):
            end = cipher.encrypt_into(bytes(12), memoryview(buffer)[:length], None, memoryview(sealed)[: length + 16])
            hashlib.sha256(memoryview(sealed)[:end]).digest()
            following = Ed25519PrivateKey.generate()
            following.public_key().public_bytes_raw()
            signer.sign(RECORD)
            signer = following
            target = os.open(f"{folder}/seg/{number:08d}", os.O_WRONLY | os.O_CREAT)
            os.write(target, memoryview(sealed)[:end])
            os.close(target)
            number += 1


def open_limit(folder: Path, plaintext: Path, _key: RecipientPrivate) -> None:
    """Only what no reader can leave out. One sealed piece, made beforehand, is opened again and again."""
    cipher, signer = AESGCM(bytes(32)), Ed25519PrivateKey.generate()
    public, signature = signer.public_key().public_bytes_raw(), signer.sign(RECORD)
    sealed, opened = cipher.encrypt(bytes(12), bytes(MAX_SEGMENT_BYTES), None), bytearray(MAX_SEGMENT_BYTES)
    buffer = bytearray(2 * MAX_SEGMENT_BYTES)
    with plaintext.open("wb", buffering=0) as file:
        for entry in os.scandir(folder / "seg"):
            source = os.open(entry.path, os.O_RDONLY)
            length = os.readv(source, [buffer])
            os.close(source)
            hashlib.sha256(memoryview(buffer)[:length]).digest()
            Ed25519PublicKey.from_public_bytes(public).verify(signature, RECORD)
            cipher.decrypt_into(bytes(12), sealed, None, opened)
            file.write(opened)


WORK = {"seal": seal, "open": open_again, "seal-limit": seal_limit, "open-limit": open_limit}


def main() -> None:
    """Do the work that is named."""
    kind, source, target, seed = sys.argv[1:]
    key = RecipientPrivate.from_seed("bench", bytes.fromhex(seed))
    work = WORK[kind]
    before = resource.getrusage(resource.RUSAGE_SELF)
    work(Path(source), Path(target), key)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
