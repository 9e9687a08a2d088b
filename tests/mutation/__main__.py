"""Changes the code in small ways and counts how many of the changes a unit test notices.

python tests/mutation/__main__.py [NAME... | all] [--sample N] [--seed N]
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run as a file from anywhere.
sys.path.insert(0, str(ROOT))

from tests.mutation.mutants import mutants  # noqa: E402
from tests.mutation.trial import WORK, Ready  # noqa: E402

LEAST_PERCENT = 85.0


@dataclass(frozen=True)
class Package:
    """What is changed, and the tests that should notice."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self) -> list[Path]:
        """The files with code."""
        found = []
        for source in self.sources:
            whole = ROOT / source
            found += sorted(whole.glob("*.py")) if whole.is_dir() else [whole]
        return found


PACKAGES = {
    "capture.encoding": Package(("capture/encoding",), ("tests/unit/capture/encoding",)),
    "capture.still": Package(("capture/still.py",), ("tests/unit/capture/test_still.py",)),
    "client.session": Package(("app/client/session",), ("tests/unit/client/session",)),
    "client.recording": Package(("app/client/recording",), ("tests/unit/client/recording",)),
    "institution.copies": Package(("app/institution/copies",), ("tests/unit/institution/copies",)),
    "institution.reading": Package(("app/institution/reading",), ("tests/unit/institution/reading",)),
    "institution.recordings": Package(("app/institution/recordings",), ("tests/unit/institution/recordings",)),
    "institution.review": Package(
        ("app/institution/review/playback.py", "app/institution/review/audio_output.py"),
        ("tests/unit/institution/review", "tests/unit/institution/recordings/test_long_groups.py"),
    ),
}
"""The unit tests are those of the package's own folder: what another's notice by chance is not counted."""


@dataclass
class Score:
    """What became of the changes to one package, out of `all_mutants`."""

    all_mutants: int
    outcomes: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many changes were tried."""
        return self.outcomes.total()

    @property
    def percent(self) -> float:
        """How many of a hundred were noticed; an endless test is one that noticed."""
        return 100 * (self.tried - self.outcomes["survived"]) / self.tried if self.tried else 0.0


def tried(name: str, package: Package, sample: int | None, seed: int) -> Score:
    """Try the changes to one package, or a sample of them that depends on `seed` alone."""
    files = package.files()
    found = [each for path in files for each in mutants(path)]
    chosen = found
    if sample is not None and sample < len(found):
        chosen = [found[n] for n in sorted(random.Random(f"{seed} {name}").sample(range(len(found)), sample))]
    score = Score(len(found))
    with Ready(name, package.tests, files) as ready:
        for test in sorted(ready.reached.failed):
            print(f"{name}: left out, it fails without a change: {test}", flush=True)
        for mutant in chosen:
            tests = ready.reached.tests_of(mutant)
            outcome = ready.outcome(mutant, tests)
            score.outcomes[outcome] += 1
            if outcome == "survived":
                where = mutant.path.relative_to(ROOT)
                said = f"{where}:{mutant.line}: {mutant.before}  ->  {mutant.after}" + ("" if tests else "  (no test)")
                score.survivors.append(said)
                print(said, flush=True)
        # What fails by itself now and then, or when it is run in this way, would count as having noticed.
        whole = sorted(set(ready.reached.took_s) - ready.reached.failed)
        same = compile(files[-1].read_bytes(), str(files[-1]), "exec", dont_inherit=True)
        if {ready.outcome(None, whole), ready.imported(files[-1], same, whole[:20])} != {"survived"}:
            raise SystemExit(
                f"{name}: a test that passed at first failed without a change at the end; its counts are wrong"
            )
    return score


def table(scores: dict[str, Score]) -> list[str]:
    """The counts, a line a package."""
    head = ("package", "mutants", "tried", "killed", "timeouts", "survived", "percent")
    rows = [
        (
            name,
            str(score.all_mutants),
            str(score.tried),
            str(score.outcomes["killed"]),
            str(score.outcomes["timeout"]),
            str(score.outcomes["survived"]),
            f"{score.percent:.1f}",
        )
        for name, score in scores.items()
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (head, *rows)
    ]


def main(words: Sequence[str]) -> int:
    """Exit status 0, 1 where a package is below the least, 2 for an unknown name."""
    parser = argparse.ArgumentParser(
        prog="make mutants", description="Count which small changes to the code tests notice."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PACKAGES)}; “all” tries every change")
    parser.add_argument("--sample", type=int, default=60, help="how many changes to try in each (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which changes a sample holds (%(default)s)")
    chosen = parser.parse_args(words)
    names = [name for name in chosen.names if name != "all"] or list(PACKAGES)
    if unknown := [name for name in names if name not in PACKAGES]:
        parser.error(f"there is no {', '.join(unknown)}; there are: {', '.join(PACKAGES)}")
    sample = None if "all" in chosen.names else chosen.sample
    # OpenCV's threads do not survive a fork: tests that use it while they are collected are not to start any.
    os.environ["OPENCV_FOR_THREADS_NUM"] = "1"
    began_s, scores = time.monotonic(), {}
    for name in names:
        scores[name] = tried(name, PACKAGES[name], sample, chosen.seed)
        print(*table({name: scores[name]}), sep="\n", flush=True)
    survivors = list(itertools.chain.from_iterable(score.survivors for score in scores.values()))
    lines = table(scores)
    (WORK / "survivors.txt").write_text("".join(f"{each}\n" for each in survivors))
    which = "every change" if sample is None else f"a sample of {sample}, seed {chosen.seed}"
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print("", *lines, f"{which}; {time.monotonic() - began_s:.0f} s, load {load}", sep="\n")
    low = [name for name, score in scores.items() if score.percent < LEAST_PERCENT]
    if low:
        print(f"below {LEAST_PERCENT:.0f} %: {', '.join(low)}")
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
