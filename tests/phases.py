"""Runs the whole suite, phase by phase, and counts at the end what passed, failed and was skipped.

    phases.py                  run every phase, each whatever became of those before it; reports go to build/tests
    phases.py sum REPORT ...   count the reports in build/tests and REPORT; a missing one is a phase that failed

The last line is `N passed, N failed, N skipped`; the status is 0 where nothing failed. A phase that crashes, collects
nothing, or ends badly for a reason that is no test's (coverage, a worker that died) counts as one failure.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "build" / "tests"

COVERING = (
    "tests/unit/crypto",
    "tests/vectors",
    "tests/unit/client",
    "tests/unit/delivery",
    "tests/unit/events",
    "tests/unit/durable_files",
    "tests/unit/lockdown",
)
"""These reach every branch of what pyproject.toml lists under tool.coverage; counting makes them slower."""
OTHERS = (
    "tests/end_to_end",  # the longest first, so that no worker is left with one of them at the end
    "tests/faults",
    "tests/contract",
    "tests/property",
    "tests/unit",
    "tests/architecture",
    "tests/window",  # last: the process that opens a window keeps its display
)
RACING = (
    "tests/end_to_end",
    "tests/faults/test_recorder_stopped.py",
    "tests/contract/test_server_probe.py",
    "tests/faults",
    "tests/contract",
    "tests/window",
)
"""Where tests race a clock, the longest first."""


@dataclass(frozen=True)
class Phase:
    """One run of pytest: `workers` processes, each with a display and a sound server of its own."""

    name: str
    workers: int
    arguments: tuple[str, ...]


PHASES = (
    Phase("covering", 2, (*COVERING, "--cov")),
    # These wait for other processes most of their time: five workers keep two processors at work.
    Phase("others", 5, (*OTHERS, *(f"--ignore={each}" for each in COVERING), "-m", "not clock")),
    Phase("clock", 3, (*RACING, "-m", "clock")),
)


@dataclass(frozen=True)
class Count:
    """How many tests passed, failed (errors among them) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def counted(report: Path, status: int = 0) -> Count:
    """Count a JUnit report of a run that ended with `status`; a test that fails twice, in its end too, fails once."""
    worst: dict[tuple[str, str], str] = {}
    try:
        cases = list(xml.etree.ElementTree.parse(report).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return Count(failed=1)
    for case in cases:
        test = (case.get("classname", ""), case.get("name", ""))
        kinds = {part.tag for part in case}
        now = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        worst[test] = min(now, worst.get(test, now))  # in the order of the alphabet: failed, passed, skipped
    outcomes = list(worst.values())
    count = Count(outcomes.count("passed"), outcomes.count("failed"), outcomes.count("skipped"))
    if count.failed == 0 and (status != 0 or not cases):
        return count + Count(failed=1)
    return count


def run(phases: Sequence[Phase], reports: Path, *, folder: Path = ROOT) -> Count:
    """Run every phase in `folder`, one report each below `reports`, and say what became of it."""
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    said: list[str] = []
    whole = Count()
    for phase in phases:
        report = reports / f"{phase.name}.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-o", "junit_family=xunit1"]
        command += ["-n", str(phase.workers), "--dist=loadgroup", "--no-loadscope-reorder", "--durations=10"]
        print(f"\n== {phase.name}", flush=True)
        began_s = time.monotonic()
        status = subprocess.run([*command, *phase.arguments], cwd=folder, check=False).returncode
        count = counted(report, status)
        said.append(f"== {phase.name}: {count} in {time.monotonic() - began_s:.0f} s, status {status}")
        whole += count
    print("", *said, whole, sep="\n", flush=True)
    return whole


def main(words: Sequence[str]) -> int:
    if words[:1] == ["sum"]:
        reports = [*(REPORTS / f"{phase.name}.xml" for phase in PHASES), *map(Path, words[1:])]
        whole = sum((counted(each) for each in reports), Count())
        print(whole)
    else:
        whole = run(PHASES, REPORTS)
    return int(whole.failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
