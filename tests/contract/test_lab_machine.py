"""A control that changes the machine itself, chosen as the client chooses it: on lab machines alone, and undone."""

import subprocess
from pathlib import Path

import pytest

from lockdown.contract.settings import LockdownSettings
from lockdown.engaging.journal import Journal
from lockdown.engaging.sequence import GuardSequence
from lockdown.platforms.backend import backend
from lockdown.platforms.window_guards import window_guards

ASKED = LockdownSettings(console_switch="observe")


def options(display: str) -> str:
    asked = subprocess.run(
        ["setxkbmap", "-display", display, "-query"], capture_output=True, text=True, check=True, timeout=10
    )
    return "".join(line for line in asked.stdout.splitlines() if line.startswith("options"))


@pytest.mark.parametrize("lab_machine", [True, False])
def test_console_keys_go_on_a_lab_machine_alone_and_come_back(
    x_display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab_machine: bool
) -> None:
    monkeypatch.setenv("DISPLAY", x_display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    before = options(x_display)
    journal = Journal.create(tmp_path, "lab-machine")
    try:
        guards = GuardSequence(window_guards(ASKED, backend(), lambda: 0, lab_machine=lab_machine), journal)
        outcome = guards.engage()
        assert outcome.statuses["console_switch"].level == ("enforced" if lab_machine else "not_available")
        assert ("srvrkeys:none" in options(x_display)) == lab_machine
        assert guards.release() == ()
    finally:
        journal.close()
    assert options(x_display) == before
