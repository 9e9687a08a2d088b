"""`make test` leaves no folder of tests out, nor any test that races a clock."""

from pathlib import Path

from tests.phases import PHASES

TESTS = Path(__file__).parents[1]
ELSEWHERE = {"windows"}
"""Run in a Windows Python, by `make test-windows`."""


def folders(marked: str = "") -> set[str]:
    """Folders that hold a test, or one that is marked so."""
    return {
        path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py") if marked in path.read_text()
    } - ELSEWHERE


def looked_in(which: str) -> set[str]:
    """Folders of every phase that runs tests marked `which`."""
    named = [
        each.split("/")[1]
        for phase in PHASES
        if "-m" not in phase.arguments or which in phase.arguments
        for each in phase.arguments
        if each.startswith("tests/")
    ]
    return set(named)


def test_every_folder_is_named():
    assert folders() - looked_in("not clock") == set()


def test_what_races_a_clock_is_looked_for_where_it_is():
    (clock,) = [phase for phase in PHASES if "clock" in phase.arguments]
    held = {each.split("/")[1] for each in clock.arguments if "/" in each}
    assert folders("mark.clock") - {"architecture"} - held == set()


def test_what_one_phase_leaves_out_another_runs():
    left_out = {each.partition("=")[2] for phase in PHASES for each in phase.arguments if each.startswith("--ignore")}
    assert left_out <= {each for phase in PHASES if "-m" not in phase.arguments for each in phase.arguments}
