"""One piece of sealing work as a process of its own, for bench_sealing.py; prints the processor seconds it took.

    sealing_work.py seal FILE FOLDER SEED      seals FILE into FOLDER as one session
    sealing_work.py open FOLDER FILE SEED      verifies the session and writes its content to FILE

Counted is the work, from the first byte read to the last written; the start of the interpreter is not: the recorder
starts once for an exam of hours.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

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


def main() -> None:
    """Do the work that is named."""
    kind, source, target, seed = sys.argv[1:]
    key = RecipientPrivate.from_seed("bench", bytes.fromhex(seed))
    work = {"seal": seal, "open": open_again}[kind]
    before = resource.getrusage(resource.RUSAGE_SELF)
    work(Path(source), Path(target), key)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
