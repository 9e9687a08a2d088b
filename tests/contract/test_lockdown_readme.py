"""The README's matrix is the program's, and the backends keep what it says of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lockdown.journal import Journal
from lockdown.linux.keyboard import ConsoleSwitchGuard
from lockdown.platform import MATRIX, process_sources, render_matrix, storage_source
from lockdown.processes import ProcessGuard
from lockdown.settings import Control, ProcessSettings
from lockdown.storage import StorageGuard

ROOT = Path(__file__).parents[2]


def test_readme_holds_the_matrix_as_it_is():
    readme = (ROOT / "lockdown/README.md").read_text(encoding="utf-8")
    assert render_matrix() in readme, "run `python -m lockdown.platform` and put its output into lockdown/README.md"


def test_matrix_can_be_printed():
    printed = subprocess.run(
        [sys.executable, "-m", "lockdown.platform"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=30
    )
    assert printed.stdout == render_matrix()


def guards():
    source, events = process_sources()
    storage = storage_source()
    assert storage is not None
    return [
        ProcessGuard(ProcessSettings(policy="observe"), source, events),
        StorageGuard(storage),
        ConsoleSwitchGuard(":0", lab_machine=False),
    ]


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.name)
def test_guards_claim_no_more_than_the_matrix(guard, tmp_path):
    journal = Journal.create(tmp_path, "test")
    ranks = ["not_available", "observed", "enforced"]
    engagement = guard.engage(journal)
    try:
        claimed = MATRIX[Control(guard.name)]["linux-x11"].level
        assert ranks.index(engagement.level) <= ranks.index(claimed)
        assert engagement.reason.endswith(".")
        guard.check()
    finally:
        guard.release()
        guard.release()  # a second call does nothing
        journal.close()
