"""Starting the exam's program where it sees a part of the computer's processes only, as any user can."""

from __future__ import annotations

import json
import os
import subprocess
import sys

_LOOKS = """
import json, os, sys
from lockdown.contract.settings import ProcessSettings
from lockdown.linux.process_view import _served_from_outside
from lockdown.linux.processes import ProcSource
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.processes import ProcessGuard
source = ProcSource()
guards = ProcessGuard(ProcessSettings(policy="warn"), source), DebuggerGuard(lambda: False, source.sees_all)
victim = source.program(int(sys.argv[1]), frozenset())
print(json.dumps({
    "victim": victim is not None and victim.executable is not None,
    "served_from_outside": _served_from_outside(os.environ),
    "gives": [(given.level, given.limit) for given in (guard.engage(None) for guard in guards)],
}))
"""

BOXES = {
    "as a person starts it": ("sh", "-c", 'exec "$@"', "sh"),
    "in processes of its own": ("unshare", "-Urpf", "--mount-proc"),
    "in processes of its own, with the list of all": ("unshare", "-Urpf"),
    "with a process covered": ("unshare", "-Urm", "sh", "-c", 'mount -t tmpfs none /proc/$VICTIM; exec "$@"', "sh"),
    "with a list of processes made up": (
        "unshare", "-Urm", "sh", "-c",
        'mount -t tmpfs none /mnt; mkdir /mnt/1; mount --bind /mnt /proc; exec "$@"', "sh",
    ),
}  # fmt: skip
"""How a program is started in each, before its own words."""


def seen_in(box: str, display: str, victim: int) -> dict[str, object]:
    """Return what the watchers of processes say that are started in `box`."""
    done = subprocess.run(
        [*BOXES[box], sys.executable, "-c", _LOOKS, str(victim)],
        env={**os.environ, "WAYLAND_DISPLAY": display, "VICTIM": str(victim)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    told: dict[str, object] = json.loads(done.stdout)
    return told
