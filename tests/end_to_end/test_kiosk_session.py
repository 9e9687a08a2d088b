"""A lab's kiosk session on Wayland: cage runs the client as a user of its own. What cannot be kept there is said first.

With controls that must be kept, the exam is refused at the device check, before anything is engaged; with the same
ones observed it is sat, and the sealed recording says that they were not available.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.exam_hall import events, exam_hall
from tests.fixtures.screen_reader import ScreenReader, screen_reader
from tests.fixtures.soak import SOAK
from ui import texts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.window,
    pytest.mark.xdist_group("machine"),
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in ("cage", "Xwayland", "setpriv")),
        reason="needs cage, Xwayland and setpriv",
    ),
]

NOBODY = 65534
KEPT = ("full_screen", "focus_return", "system_shortcuts", "clipboard")
WAYLAND = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}


@dataclass(frozen=True)
class Kiosk:
    """A user who has nothing but this session: `run` is how to run a command as that user, `python` an interpreter."""

    home: Path
    run: tuple[str, ...]
    python: str

    def start(self, reader: ScreenReader, exam_file: Path) -> subprocess.Popen[bytes]:
        given = self.home / exam_file.name
        shutil.copy(exam_file, given)
        given.chmod(0o644)
        client = [self.python, "-m", "app", str(given), "--data", str(self.home / "data"), "--camera", "test-person"]
        with (self.home / "client.log").open("ab") as log:
            return subprocess.Popen(
                [*self.run, "cage", "--", "env", "QT_QPA_PLATFORM=wayland", *client],
                env=self.environment(reader.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        # Without a display of the tests' own, so that cage makes its session and does not open a window in another.
        kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        packages = next(path for path in sys.path if path.endswith("site-packages"))
        own = {
            "HOME": str(self.home),
            "PYTHONPATH": f"{Path.cwd()}:{packages}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
        }
        return {**kept, **WAYLAND, **own, **more}


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    home = Path(tempfile.mkdtemp(prefix="kiosk-"))
    (home / "runtime").mkdir(mode=0o700)
    run: tuple[str, ...] = ()
    if os.geteuid() == 0:  # cage does not run as root, and no exam should
        run = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all")
        for made in (home, home / "runtime"):
            os.chown(made, NOBODY, NOBODY)
    made = Kiosk(home, run, sys.executable)
    try:
        for python in (sys.executable, "/usr/bin/python3"):
            asked = [*run, "env", python, "-c", "import ssl, PySide6.QtWidgets, app.client.state.paths"]
            if subprocess.run(asked, env=made.environment({}), capture_output=True, check=False).returncode == 0:
                yield Kiosk(home, run, python)
                return
        pytest.skip("the session's user may not use this Python")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def lockdown(policy: str) -> dict[str, object]:
    """The window's controls; those that can only be watched are watched in both."""
    return {**dict.fromkeys(KEPT, "observe"), "full_screen": policy, "system_shortcuts": policy}


def told(kiosk: Kiosk) -> str:
    """What the session said, without what cage repeats for each frame of a display that is none."""
    lines = (kiosk.home / "client.log").read_text(errors="replace").splitlines()
    return "\n".join(line for line in lines if "types/output" not in line)[-3000:]


@contextlib.contextmanager
def client(kiosk: Kiosk, reader: ScreenReader, exam_file: Path) -> Iterator[subprocess.Popen[bytes]]:
    running = kiosk.start(reader, exam_file)
    try:
        yield running
    except BaseException:
        print(told(kiosk))
        raise
    finally:
        running.terminate()  # cage ends its client with itself
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(10)


def test_what_must_be_kept_is_refused_before_anything_is_engaged(kiosk: Kiosk, tmp_path: Path) -> None:
    with screen_reader(kiosk.home, {}, kiosk.run) as reader, exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam_file = hall.sign(lockdown=lockdown("refuse"), recording={"camera": {}})
        with client(kiosk, reader, exam_file):
            reader.press("push button", texts.TRUST_BUTTON)
            reader.press("push button", texts.ACCEPT)
            rules = reader.find("panel", "Desktop session: Not ready")
            assert "uses Wayland, where these cannot be enforced" in rules.description
            for title in ("Full screen", "Back to the exam", "System shortcuts", "Clipboard"):
                assert title in rules.description
            assert "choose a session named X11" in rules.description
            assert "exam room computer" in rules.description
            reader.hears("The exam cannot start before this is solved: Desktop session.")
            assert "sensitive" not in reader.find("push button", texts.START).states
            assert not list((kiosk.home / "data" / "lockdown").iterdir()), "something was engaged"


@pytest.mark.skipif(not SOAK, reason="a whole exam more: in make soak")
def test_what_is_observed_only_is_told_and_sealed_as_not_available(kiosk: Kiosk, tmp_path: Path) -> None:
    with screen_reader(kiosk.home, {}, kiosk.run) as reader, exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam_file = hall.sign(lockdown=lockdown("observe"), recording={"camera": {}})
        with client(kiosk, reader, exam_file) as running:
            reader.press("push button", texts.TRUST_BUTTON)
            reader.press("push button", texts.ACCEPT)
            assert "uses Wayland" in reader.find("panel", "Desktop session: Please look").description
            reader.press("push button", texts.START)
            reader.find("document web", "Measuring the world")
            reader.press("push button", texts.HAND_IN)
            reader.press("push button", texts.HAND_IN_CONFIRM)
            reader.press("push button", texts.CLOSE)
            assert running.wait(20) == 0
        assert hall.verify()["verdict"] == "COMPLETE"
        happened = events(hall.export())
        assert hall.endpoint.stop() == 0
    levels = {each["guard"]: each["level"] for each in happened if each["event"] == "guard_engaged"}
    assert levels["system_shortcuts"] == "not_available"
    assert "enforced" not in {levels.get(name) for name in KEPT}
