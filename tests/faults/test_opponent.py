"""A scripted opponent tries every known trick against the locked exam; none may work without anybody knowing.

Everything runs under openbox; of what a window manager has a say in, a sample runs under xfwm4 too, which draws the
desktop itself as on Xfce, and the rest there in `make soak`. How long each takes is measured by `make bench
ARGS=opponent`; here the bound is that it is put right or known at all, by watchers that are hurried.
"""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest

from tests.faults.opponent.devices import DEVICE_TRICKS
from tests.faults.opponent.hall import hall, open_display
from tests.faults.opponent.overlays import OVERLAY_TRICKS, SERVER_TRICKS
from tests.faults.opponent.pages import PAGE_TRICKS
from tests.faults.opponent.programs import PROGRAM_TRICKS
from tests.faults.opponent.settings import EVERYTHING
from tests.faults.opponent.windows import SHORTCUTS, WINDOW_TRICKS
from tests.fixtures.soak import SOAK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("machine")]

NEEDED = ("Xvfb", "xdotool", "wmctrl", "xclip", "xev", "xprop", "xrandr", "xinput", "ip")
WITH_MANAGER = {"openbox": ("openbox",), "xfwm4-composited": ("xfwm4", "dbus-run-session")}
SAMPLE = {"another window opens", "the exam is made small", "a window lies over a part of the exam"}
"""One of each kind: a window in front, a request to the window manager, a window above."""
WITH_WINDOWS = [
    pytest.param(manager, trick, id=f"{trick.name}-{manager}")
    for manager in WITH_MANAGER
    for trick in (*WINDOW_TRICKS, *OVERLAY_TRICKS)
    if manager == "openbox" or SOAK or trick.name in SAMPLE
]


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="module")
def locked(request, tmp_path_factory):
    """The locked exam under one of the window managers."""
    needs(*NEEDED, *WITH_MANAGER[request.param])
    with hall(tmp_path_factory.mktemp("opponent"), request.param, EVERYTHING, pace="hurried") as opened:
        yield opened


@pytest.mark.parametrize(("locked", "trick"), WITH_WINDOWS, indirect=["locked"], scope="module")
def test_no_trick_with_windows_works_without_anybody_knowing(locked, trick):
    outcome = trick.does(locked)
    assert outcome.kind in {"blocked", "incident"}, outcome.said


@pytest.mark.parametrize("locked", ["openbox"], indirect=True, scope="module")
@pytest.mark.parametrize(
    "trick", [*SERVER_TRICKS, *PROGRAM_TRICKS, *DEVICE_TRICKS, *PAGE_TRICKS], ids=lambda trick: trick.name
)
def test_no_other_trick_works_without_anybody_knowing(locked, trick):
    outcome = trick.does(locked)
    if outcome.kind == "not here":
        pytest.skip(outcome.said)
    assert outcome.kind in {"blocked", "incident", "told"}, outcome.said


def test_the_keys_would_lead_out_of_an_exam_that_is_not_locked(tmp_path):
    """Without the exam the same keys launch programs: what the opponent presses is real."""
    needs(*NEEDED, "openbox")
    with open_display(tmp_path, "openbox") as display:
        subprocess.run(["xdotool", "key", *SHORTCUTS], env={"DISPLAY": display, "PATH": "/usr/bin:/bin"}, check=True)
        end = time.monotonic() + 30
        while not (tmp_path / "launched").exists() and time.monotonic() < end:
            time.sleep(0.01)
        assert (tmp_path / "launched").exists()
