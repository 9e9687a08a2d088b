"""`make test` leaves no folder of tests out, nor any test that wants to be alone."""

from pathlib import Path

TESTS = Path(__file__).parents[1]
MAKEFILE = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
ELSEWHERE = {"windows"}
"""Run in a Windows Python, by `make test-windows`."""
ALONE = {"contract", "faults"}
"""Where `make test` looks for what is marked "clock"."""


def test_every_folder_is_named():
    folders = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")} - ELSEWHERE
    assert {folder for folder in folders if f"tests/{folder}" not in MAKEFILE} == set()


def test_what_wants_to_be_alone_is_looked_for_there():
    marked = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py") if "mark.clock" in path.read_text()}
    assert marked - {"architecture"} == ALONE
    assert "-m clock" not in MAKEFILE.replace(
        f"pytest {' '.join(f'tests/{each}' for each in sorted(ALONE))} -m clock", ""
    )
