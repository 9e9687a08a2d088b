"""Sealing and opening beside `openssl speed` and `age`, in processor time, interleaved.

Every ratio is the median of the ratios of the rounds, because what else the machine does changes from round to round
and falls on both sides of one. What age does not do and ISF does: a SHA-256 of every object, so that storage and
verdict need no key, and an evolving signature for each. How much of the distance these make up is measured too: the
rows called "limit" are the bare calls of the libraries that the format cannot do without, with nothing around them.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness import HERE, Figure, figure
from sealing_work import DESCRIPTION

from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate, wrap
from crypto.opening import open_session
from crypto.sealing import MAX_SEGMENT_BYTES, SessionSealer
from crypto.segment import SegmentEncryptor
from crypto.verdict import Verdict

ROUNDS = 9
FILE_MIB = 128
IN_MEMORY = Path("/dev/shm")
"""Where the files are, on Linux: what a disk's file system costs is not the question, and drowns the answer."""
SEEK_SEGMENTS = 3 * 3600 * 2
"""Three hours of 4 Mbit/s: two segments of 240 KiB a second."""
WORK = str(HERE / "sealing_work.py")


def run() -> list[Figure]:
    """Measure; raises `FileNotFoundError` where openssl or age is not installed."""
    for program in ("openssl", "age", "age-keygen"):
        if shutil.which(program) is None:
            raise FileNotFoundError(f"{program} is not installed: see installer/system-packages.txt")
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="invigilo-bench-", dir=place) as folder:
        return [payload_layer(), *whole_session(Path(folder)), live_cost(), slots(), seeking(Path(folder))]


def processor_s(work: Callable[[], object], who: int = resource.RUSAGE_SELF) -> float:
    """Processor seconds of `work`, of this process or of its children."""
    before = resource.getrusage(who)
    work()
    after = resource.getrusage(who)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compared(name: str, ours: list[float], theirs: list[float], peer: str, goal: str, command: str) -> Figure:
    """A figure in MiB/s whose ratio is the median of the ratios of the rounds."""
    found = figure(name, ours, "MiB/s", peer=peer, peer_values=theirs, goal=goal, command=command)
    found["ratio"] = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return found


def payload_layer() -> Figure:
    """Segments of 240 KiB in memory beside AES-256-GCM alone, both as they are built for this machine."""
    encryptor, key, head, plaintext = SegmentEncryptor(), bytearray(32), bytes(52), os.urandom(MAX_SEGMENT_BYTES)
    count = 4000
    command = ["openssl", "speed", "-seconds", "1", "-bytes", "16384", "-evp", "aes-256-gcm"]

    def seal_all() -> None:
        for _ in range(count):
            encryptor.seal(key, head, plaintext)

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(count * MAX_SEGMENT_BYTES / processor_s(seal_all) / 2**20)
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        speed = re.search(r"^AES-256-GCM +([0-9.]+)k", said, re.MULTILINE | re.IGNORECASE)
        if speed is None:
            raise ValueError(f"openssl speed said something else: {said!r:.200}")
        theirs.append(float(speed[1]) * 1000 / 2**20)
    return compared("payload layer, 240 KiB segments", ours, theirs, "openssl speed", ">= 1.2 x", " ".join(command))


def whole_session(folder: Path) -> list[Figure]:
    """One file into a session and back, beside age, all by files in the same place."""
    plain, sealed, again, identity = (folder / name for name in ("plain", "session", "again", "identity"))
    by_age, age_again, sealed_limit, again_limit = (
        folder / name for name in ("age", "age-again", "limit", "limit-again")
    )
    with plain.open("wb") as file:
        for _ in range(FILE_MIB):
            file.write(os.urandom(2**20))
    made = subprocess.run(["age-keygen", "-o", identity], capture_output=True, text=True, check=True, timeout=60)
    recipient = made.stderr.rpartition(" ")[2].strip()
    seed = os.urandom(32).hex()

    def own(kind: str, source: Path, target: Path) -> float:
        command = [sys.executable, WORK, kind, source, target, seed]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        return FILE_MIB / float(done.stdout)

    def age(*arguments: str | Path) -> float:
        def call() -> None:
            subprocess.run(["age", *arguments], check=True, timeout=300)

        return FILE_MIB / processor_s(call, resource.RUSAGE_CHILDREN)

    rounds: list[tuple[float, ...]] = []
    for _ in range(ROUNDS):
        for target in (sealed, again, by_age, age_again, sealed_limit, again_limit):
            shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        rounds.append(
            (
                own("seal", plain, sealed),
                own("seal-limit", plain, sealed_limit),
                age("-r", recipient, "-o", by_age, plain),
                own("open", sealed, again),
                own("open-limit", sealed, again_limit),
                age("-d", "-i", identity, "-o", age_again, by_age),
            )
        )
    seal, seal_limit, by_age_r, opened, open_limit, by_age_d = (list(speeds) for speeds in zip(*rounds, strict=True))
    return [
        compared("seal a session, file to file", seal, by_age_r, "age", ">= 1.0 x", "age -r"),
        compared("  its limit: AES, SHA-256, Ed25519, files", seal_limit, by_age_r, "age", "", "age -r"),
        compared("verify and open it, file to file", opened, by_age_d, "age -d", ">= 1.0 x", "age -d"),
        compared("  its limit: AES, SHA-256, Ed25519, files", open_limit, by_age_d, "age -d", "", "age -d"),
    ]


class _Nowhere:
    def put(self, name: str, data: bytes) -> None:
        """Drop the object: the cost of keeping it is measured by the benchmark of the recorder."""


def live_cost() -> Figure:
    """What sealing takes of one core while 4 Mbit/s of media and a batch of events each second are recorded."""
    key = RecipientPrivate.generate("bench")
    sealer = SessionSealer(DESCRIPTION, [key.public], _Nowhere())
    seconds, media, events = 60, os.urandom(4_000_000 // 8), os.urandom(400)

    def record() -> None:
        for _ in range(seconds):
            for start in range(0, len(media), MAX_SEGMENT_BYTES):
                sealer.seal("screen", 0, media[start : start + MAX_SEGMENT_BYTES])
            sealer.seal("screen", 0, events)

    percent = [100 * processor_s(record) / seconds for _ in range(ROUNDS)]
    return figure("sealing at 4 Mbit/s", percent, "% of a core", goal="<= 0.2 %")


def slots() -> Figure:
    """How many key slots are tried in a second, as for a session with many recipients."""
    key = RecipientPrivate.generate("bench")
    sealed = wrap(key.public, bytes(32), b"bench")

    def unwrap_all() -> None:
        for _ in range(1000):
            key.unwrap(sealed, b"bench")

    speeds = [1000 / processor_s(unwrap_all) for _ in range(ROUNDS)]
    return figure("key slots opened", speeds, "slots/s", goal=">= 1000")


def seeking(folder: Path) -> Figure:
    """The slowest of many jumps in three hours, wall time, until the segment's plaintext is there."""

    class Folder:
        def __init__(self) -> None:
            (folder / "long" / "seg").mkdir(parents=True)
            self.log = bytearray()

        def put(self, name: str, data: bytes) -> None:
            if name.startswith("log/"):
                self.log += data
            else:
                (folder / "long" / name).write_bytes(data)

    key, sink = RecipientPrivate.generate("bench"), Folder()
    sealer = SessionSealer(DESCRIPTION, [key.public], sink)
    # Full size where it is read: one in a hundred; the others only have to be there.
    for number in range(SEEK_SEGMENTS):
        sealer.seal("screen", number, bytes(MAX_SEGMENT_BYTES if number % 100 == 0 else 200))
    sealer.finish()
    (folder / "long" / "log.isf").write_bytes(sink.log)
    took_ms = []
    with open_session(SealedFolder(folder / "long"), key) as session:
        if session.report.verdict is not Verdict.COMPLETE:  # examines everything, so that no jump has to
            raise ValueError(f"the session is {session.report.verdict.value}")
        for _ in range(300):
            index = 100 * random.randrange(SEEK_SEGMENTS // 100)
            began = time.perf_counter()
            segment = next(session.segments("screen", index))
            took_ms.append(1000 * (time.perf_counter() - began))
            if len(segment.data) != MAX_SEGMENT_BYTES:
                raise ValueError(f"segment {index} is not the one that was sealed")
    found = figure("seek in three hours, slowest of 300", [max(took_ms)], "ms", goal="< 20 ms")
    found["runs"] = len(took_ms)
    return found
