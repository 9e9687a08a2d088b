"""Finds the benchmarks, runs them and shows what they found.

A benchmark is a module `tests/bench/bench_NAME.py` with a function `run() -> list[Figure]`. It measures the program and
its peer in the same run, interleaved, each as a fresh process, so that what else the machine does falls on both.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


class Figure(TypedDict):
    """One line of a result: what was measured, beside the same of a peer.

    `value` and `peer_value` are in `unit`; `ratio` is value / peer_value; the three are None where there is no peer or
    nothing could be measured. `goal` is a sentence; `runs` says how many runs `value` is the median of.
    """

    name: str
    value: float | None
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    goal: str
    runs: int
    command: str


def figure(
    name: str, values: Sequence[float], unit: str, *, peer: str | None = None, peer_values: Sequence[float] = (),
    goal: str = "", command: str = "",
) -> Figure:  # fmt: skip
    """Return the medians of both series of runs and their ratio."""
    value = statistics.median(values) if values else None
    peer_value = statistics.median(peer_values) if peer_values else None
    ratio = value / peer_value if value is not None and peer_value else None
    return Figure(
        name=name, value=value, unit=unit, peer=peer, peer_value=peer_value, ratio=ratio, goal=goal,
        runs=len(values), command=command,
    )  # fmt: skip


def benchmarks() -> dict[str, Path]:
    """Return the benchmarks that are here, by name, in alphabetical order."""
    return {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}


def load(path: Path) -> Callable[[], list[Figure]]:
    """Return the `run` of one benchmark."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[], list[Figure]] = module.run
    return found


def machine() -> str:
    """Describe the machine in one line: processor, cores this process may use, memory, system, Python."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        processor = named[0].partition(":")[2].strip() if named else processor
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory_gib = math.nan
    if hasattr(os, "sysconf"):
        memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    return f"{processor}, {cores} cores, {memory_gib:.0f} GiB, {system}, Python {platform.python_version()}"


def keep(name: str, figures: list[Figure]) -> Path:
    """Write the figures of one benchmark to results/NAME.json and return its path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    part.replace(path)
    return path


def show(name: str, figures: list[Figure], console: Console) -> None:
    """Print the figures of one benchmark as a table."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    table = Table(title=f"{name}, {now}", caption=machine(), title_justify="left", caption_justify="left")
    table.add_column("what")
    for heading in ("here", "peer", "ratio", "runs"):
        table.add_column(heading, justify="right")
    table.add_column("peer is")
    table.add_column("goal")
    for f in figures:
        here, peer = (_number(f[key], f["unit"]) for key in ("value", "peer_value"))
        ratio = "" if f["ratio"] is None else f"{f['ratio']:.2f}"
        table.add_row(f["name"], here, peer, ratio, str(f["runs"]), f["peer"] or "", f["goal"])
    console.print(table)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {unit}"
