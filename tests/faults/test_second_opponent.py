"""A second opponent tries what the guards believe: every control that says "enforced" or "observed" is, or tells.

Most of it on one locked exam under openbox, with watchers that are hurried, as for the first opponent.
"""

from __future__ import annotations

import socket
import subprocess

import pytest

from lockdown.contract.evidence import RemoteSign
from lockdown.contract.settings import LockdownSettings
from lockdown.linux.backend import LinuxBackend
from lockdown.readiness.checks import findings, inspect_machine
from tests.faults.opponent.hall import hall
from tests.faults.opponent.settings import EVERYTHING
from tests.faults.second_opponent.displays import SERVERS, STARTED_BY, display_without_glass
from tests.faults.second_opponent.namespaces import BOXES, seen_in
from tests.faults.second_opponent.processes import PROCESS_TRICKS
from tests.faults.second_opponent.screen import SCREEN_TRICKS
from tests.faults.second_opponent.screen_servers import SERVER_TRICKS
from tests.faults.second_opponent.selections import SELECTION_TRICKS
from tests.faults.test_opponent import NEEDED, needs
from tests.fixtures.host_processes import needs_namespaces
from tests.fixtures.soak import SOAK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("machine")]

IN_SOAK = {
    "two halves are called displays",
    "out by several at once",
    "out by the engine's own formats of the selection",
    "x11vnc, built by somebody, that calls out",
    "x11vnc, built by somebody, for this computer only",
    "a recorder that somebody fetches the film from",
    "a program that follows the screen and calls out",
    "a program that follows the screen and listens here",
    "a debugger attaches to who asks the X server",
}
"""Each has one of its kind that is always tried, and takes seconds."""
TRICKS = [
    trick
    for trick in (*SELECTION_TRICKS, *SCREEN_TRICKS, *SERVER_TRICKS, *PROCESS_TRICKS)
    if SOAK or trick.name not in IN_SOAK
]


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    needs(*NEEDED, "openbox", "setxkbmap", "xmodmap", "x11vnc", "ffmpeg")
    with hall(tmp_path_factory.mktemp("second"), "openbox", EVERYTHING, pace="hurried") as opened:
        yield opened


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_no_trick_works_without_anybody_knowing(locked, trick):
    outcome = trick.does(locked)
    assert outcome.kind in {"blocked", "incident"}, outcome.said


@pytest.mark.parametrize("box", BOXES)
def test_processes_are_not_said_to_be_watched_where_they_are_hidden(box, tmp_path):
    """The display is served from outside each box; `victim` is a program that nobody should run."""
    needs("unshare")
    needs_namespaces()
    display = str(tmp_path / "display")
    with socket.socket(socket.AF_UNIX) as server, subprocess.Popen(["sleep", "60"]) as victim:
        server.bind(display)
        server.listen()
        seen = seen_in(box, display, victim.pid)
        victim.kill()
    hidden = box != "as a person starts it"
    assert (
        seen["gives"] == [["not_available", "processes_hidden"]] * 2
        if hidden
        else [["observed", "polled"], ["observed", None]]
    )
    assert seen["served_from_outside"] == ("processes of its own" in box)
    if hidden and "list of all" not in box:
        assert not seen["victim"], "the box hides nothing"


@pytest.mark.parametrize("name", [None, "Xorg"], ids=["by its name", "renamed"])
@pytest.mark.parametrize("kind", SERVERS)
def test_a_display_that_no_glass_shows_is_told(kind, name, x_display, tmp_path):
    needs(SERVERS[kind][0], *([STARTED_BY[kind]] if kind in STARTED_BY else []))
    settings = LockdownSettings(remote_session="refuse")
    with display_without_glass(kind, x_display, name) as display:
        machine = inspect_machine(settings, tmp_path, LinuxBackend({"DISPLAY": display}))
    assert machine.session.remote == (RemoteSign.VIRTUAL_DISPLAY,)
    (finding,) = [one for one in findings(settings, machine, 0) if one.code == "R-01"]
    assert (finding.state, finding.staff_may_override) == ("failed", True)
