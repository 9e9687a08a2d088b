"""The README's matrix is the program's; `test_lockdown_guards.py` holds the backends to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lockdown.platforms.effects import EFFECT_PLATFORMS, EFFECTS
from lockdown.platforms.matrix import MATRIX, render_matrix

ROOT = Path(__file__).parents[2]


def test_readme_holds_the_matrix_as_it_is():
    readme = (ROOT / "lockdown/README.md").read_text(encoding="utf-8")
    assert render_matrix() in readme, (
        "run `python -m lockdown.platforms.matrix` and put its output into lockdown/README.md"
    )


def test_matrix_can_be_printed():
    printed = subprocess.run(
        [sys.executable, "-m", "lockdown.platforms.matrix"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=30,
    )
    assert printed.stdout == render_matrix()


def test_every_control_that_is_offered_says_how_it_is_checked_while_running():
    offered = {(c, p) for c, row in MATRIX.items() for p in EFFECT_PLATFORMS if row[p].level != "not_available"}
    said = {(c, p) for c, row in EFFECTS.items() for p, asked in zip(EFFECT_PLATFORMS, row, strict=True) if asked}
    assert said == offered
