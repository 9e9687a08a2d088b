"""Lets two programs read the same pictures in turn, in short blocks: what else the machine does falls on both alike.

On a shared machine the CPU time of the same work swings by half within seconds. Neighbouring blocks, a fraction of a
second each, swing together, so that the ratio of two such blocks says more than the ratio of two runs.

A program under test calls `serve`; the benchmark starts it as a `Program` and asks it for blocks. This file is read in
the peers' environments too, and needs the standard library and numpy only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

_WARM = 5


def serve(kinds: Mapping[str, Callable[[np.ndarray], object]], pictures: Sequence[np.ndarray]) -> None:
    """Answer each line `KIND COUNT` of standard input with the CPU-milliseconds a picture, all threads together."""
    for read in kinds.values():
        for picture in pictures[:_WARM]:
            read(picture)
    for line in sys.stdin:
        kind, count = line.split()
        read, number = kinds[kind], int(count)
        started = time.process_time()
        for index in range(number):
            read(pictures[index % len(pictures)])
        print(json.dumps((time.process_time() - started) * 1000 / number), flush=True)


def peak_rss_mb() -> float:
    """Return the most memory this program has held. (`getrusage` counts what its parent held before it began.)"""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


class Program:
    """A program under test: a script that ends with `serve` and then prints one object of further figures."""

    def __init__(self, python: Path, script: Path, *arguments: object) -> None:
        command = [str(python), str(script), *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def block(self, kind: str, count: int) -> float:
        """Return the CPU-milliseconds a picture over one block of `count` pictures."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{kind} {count}\n")
        self._process.stdin.flush()
        return float(self._answer())

    def end(self) -> dict[str, float]:
        """Return the further figures; the program ends."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        figures: dict[str, float] = json.loads(self._answer())
        self._process.wait(60)
        return figures

    def _answer(self) -> str:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise RuntimeError(f"the program under test ended early, with status {self._process.wait(60)}")
        return line


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Return the median of the ratios of paired blocks, and its 95 % interval (bootstrap over the pairs)."""
    ratios = np.array(ours) / np.array(theirs)
    drawn = np.random.default_rng(1).choice(ratios, (2000, len(ratios)))
    low, high = np.percentile(np.median(drawn, axis=1), (2.5, 97.5))
    return float(np.median(ratios)), float(low), float(high)
