"""The README's matrix is the program's; `test_lockdown_guards.py` holds the backends to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lockdown.platforms.matrix import render_matrix

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
