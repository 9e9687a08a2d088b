"""PySide 6.12 on Python 3.11 loses references to True and None; the windows live through it."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
{before}
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Signal
app = QCoreApplication([])
class Bell(QObject):
    rung = Signal()
bell = Bell()
for _ in range(50_000):
    bell.rung.emit()
print("still here", flush=True)
"""


def ring(before: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_fifty_thousand_signals_do_not_end_the_program():
    done = ring("import ui")
    assert (done.returncode, done.stdout) == (0, "still here\n"), done.stderr


def test_the_cure_is_still_needed():
    """Once this fails, PySide or the oldest Python has changed and `ui.singletons` can go."""
    if sys.version_info >= (3, 12):
        return
    assert "bool_dealloc" in ring("").stderr
