"""What it costs to verify and to export a recording of three hours, beside ffmpeg and age with the same media.

The session has real media at the rates of the demonstration, sealed by the real sealer (`opening_session.py`). Its
institution verifies and exports it with the real commands, each in a process of its own, and all that such a process
takes is counted: the start, PBKDF2 of the key file, the report with its pictures. The peers have the same bytes as one
file a stream: age decrypts them, ffmpeg copies them into the same two Matroska files. Ratios are medians of those of
the rounds, because what else the machine does falls on both sides of one.

By default an export also decodes all that it has written. That takes many times as long as the rest and has a line of
its own, beside ffmpeg decoding the same files.

    make bench ARGS=opening
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness import Figure, figure
from opening_work import Cost, Office, Peers, added

ROUNDS, SHORT_ROUNDS = 5, 3
HOURS = (1.0, 3.0)
IN_MEMORY = Path("/dev/shm")
"""Where the files are, on Linux: what a disk's file system costs is not the question, and drowns the answer."""
COMMAND = "make bench ARGS=opening"


def run() -> list[Figure]:
    """Measure; where ffmpeg or age is not installed there is no peer, and the table says so."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="invigilo-bench-", dir=place) as folder:
        office = Office(Path(folder))
        hour, hours = (office.session(each) for each in HOURS)
        peers = Peers(hours) if all(map(shutil.which, ("ffmpeg", "age", "age-keygen"))) else None
        verified, exported, copied = [], [], []
        for _ in range(ROUNDS):
            verified.append(office.verify(hours))
            exported.append(office.export(hours, "--no-decode-check"))
            if peers is not None:
                copied.append(added([peers.decrypt(), peers.copy()]))
        short = [(office.verify(hour), office.export(hour, "--no-decode-check")) for _ in range(SHORT_ROUNDS)]
        checked = [office.export(hours)]
        decoded = [] if peers is None else [peers.decode(hours / "exported")]
    without = "" if peers is not None else " (no peer: ffmpeg or age is not installed)"
    plain = [each.cpu_s for each in exported]
    check_s = [each.cpu_s - statistics.median(plain) for each in checked]
    return [
        figure("verify 3 h", [each.cpu_s for each in verified], "CPU-s", goal="<= 4 CPU-s", command=COMMAND),
        _compared(f"export 3 h{without}", plain, [each.cpu_s for each in copied]),
        figure(
            f"decode check of it, on top{without}", check_s, "CPU-s", peer="ffmpeg -f null",
            peer_values=[each.cpu_s for each in decoded], command=COMMAND,
        ),
        _memory("verify", verified, [each for each, _ in short]),
        _memory("export", exported, [each for _, each in short]),
    ]  # fmt: skip


def _compared(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    peer = "ffmpeg -c copy + age -d"
    found = figure(name, ours, "CPU-s", peer=peer, peer_values=theirs, goal="<= 2.0 x", command=COMMAND)
    if theirs:
        found["ratio"] = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return found


def _memory(what: str, long: Sequence[Cost], short: Sequence[Cost]) -> Figure:
    return figure(
        f"{what}, peak memory at 3 h", [each.rss_mb for each in long], "MB", peer="at 1 h",
        peer_values=[each.rss_mb for each in short], goal="flat", command=COMMAND,
    )  # fmt: skip
