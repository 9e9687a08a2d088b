"""Runs the benchmarks: all of them, or those that are named.

python tests/bench/__main__.py [NAME...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run as a file from anywhere: the benchmarks import the project's packages and the harness beside them.
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from harness import benchmarks, keep, load, show  # noqa: E402
from rich.console import Console  # noqa: E402


def main() -> int:
    """Run the command; exit status 0, 1 when a benchmark could not be run, 2 for an unknown name."""
    found = benchmarks()
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the programs beside their peers.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of: {', '.join(found) or 'none yet'}; without any, all"
    )
    names = parser.parse_args().names or list(found)
    if unknown := [name for name in names if name not in found]:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(found)}")
    console = Console(width=None if sys.stdout.isatty() else 160)
    status = 0
    for name in names:
        try:
            figures = load(found[name])()
        except Exception as error:
            console.print_exception()
            console.print(f"bench: {name} could not be run: {error}", markup=False)
            status = 1
            continue
        show(name, figures, console)
        console.print(f"written to {keep(name, figures).relative_to(ROOT)}", markup=False)
    return status


if __name__ == "__main__":
    sys.exit(main())
