"""How long a thread was kept from the interpreter: by calls that keep it, not by a process that is stopped."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.clock, pytest.mark.skipif(sys.platform != "linux", reason="counted by the Linux kernel")]

HELD_S = 0.5


def measured(while_it_rests: str) -> float:
    """Have a thread rest while the main thread does something; return what it was kept from the interpreter."""
    script = f"""
import ctypes, os, signal, subprocess, threading, time
from lockdown.linux.interpreter import InterpreterWait
waits = []
def rest():
    wait = InterpreterWait()
    resting.set()
    time.sleep({HELD_S / 5})
    waits.append(wait.taken_s())
resting = threading.Event()
thread = threading.Thread(target=rest)
thread.start()
resting.wait()
{while_it_rests}
thread.join()
print(waits[0])
"""
    return float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_a_call_that_keeps_the_interpreter_is_a_wait():
    assert measured(f"ctypes.PyDLL(None).usleep({HELD_S * 1e6:.0f})") == pytest.approx(0.8 * HELD_S, abs=0.2 * HELD_S)


NOTHING_HELD = {
    "rest": f"time.sleep({HELD_S})",
    "work": f"end = time.monotonic() + {HELD_S}\nwhile time.monotonic() < end: pass",
    "stopped": (
        f"subprocess.Popen(['sh', '-c', 'sleep {HELD_S}; kill -CONT ' + str(os.getpid())])\n"
        "os.kill(os.getpid(), signal.SIGSTOP)"
    ),
}


@pytest.mark.parametrize("doing", NOTHING_HELD.values(), ids=NOTHING_HELD)
def test_rest_and_work_and_a_process_that_stands_still_are_none(doing):
    assert measured(doing) < 0.1 * HELD_S
