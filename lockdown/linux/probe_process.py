"""Asks the X server for a sign of life four times a second: ``python -m lockdown.linux.probe_process``.

A process of its own, because a program that has the server for itself alone keeps the exam's waiting too: Qt holds
Python's interpreter lock until the server answers, and nothing else runs there meanwhile. It writes one line for each
thing it sees, with `time.monotonic_ns`, which is one clock for all processes of the machine:

* ``alive NS``, once a second: it runs, whether the server answers or not;
* ``held NS``: the server let it wait, a second in all; how long the server itself waited for a processor is left out.

It ends when its standard input does, that is with the program that started it. Standard library and libxcb alone, so
that it starts at once and takes little memory.
"""

from __future__ import annotations

import ctypes
import select
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

BETWEEN_S = 0.25
TICK_S = 0.05
TICK_MOST_S = 0.2
"""What a tick took longer is no wait for the server: this process, or the whole machine, stood still."""
LONG_WAIT_S = 0.25
"""Less is what window managers take the server for, and a busy machine."""
HELD_S = 1.0
TOGETHER_S = 10.0
ALIVE_EVERY_S = 1.0
_SOL_SOCKET, _SO_PEERCRED = 1, 17


class HoldDetector:
    """Tells from waits for the server that another program holds it: a second without an answer, in all.

    Waits of a quarter of a second and more count together where less than ten seconds lie between them. One hold is
    reported once, while it lasts.
    """

    def __init__(self) -> None:
        self._earlier_s = 0.0
        self._earlier_at_s = 0.0
        self._reported = False

    def waited(self, for_s: float, now_s: float, *, answered: bool) -> bool:
        """Take for how long the present question has waited; return whether that is to be reported now."""
        if for_s < LONG_WAIT_S:
            return False
        together = self._earlier_s and now_s - for_s - self._earlier_at_s < TOGETHER_S
        in_all_s = for_s + (self._earlier_s if together else 0.0)
        report = in_all_s >= HELD_S and not self._reported
        self._reported = self._reported or report
        if answered:
            self._earlier_s, self._earlier_at_s = (0.0 if self._reported else in_all_s), now_s
            self._reported = False
        return report


class Scheduled(NamedTuple):
    """For how long a process ran, and wanted to and could not, in its life; and whether it wants to now."""

    ran_ns: int = 0
    delayed_ns: int = 0
    runnable: bool = False


def starved_s(before: Scheduled, after: Scheduled, for_s: float) -> float:
    """Return for how much of `for_s` between the two a process wanted a processor and had none.

    The kernel adds a delay up when it ends. A server that another program holds does not want a processor, and one
    that a program keeps busy has it.
    """
    if after.runnable and after[:2] == before[:2]:
        return for_s
    return min(for_s, (after.delayed_ns - before.delayed_ns) / 1e9)


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class Questions:
    """A connection to the X server of the environment, on which one question at a time is asked.

    Raises:
        ConnectionError: there is no server, or it takes no further connection.
    """

    def __init__(self) -> None:
        self._xcb = ctypes.CDLL("libxcb.so.1")
        self._free = ctypes.CDLL(None).free
        self._free.argtypes, self._free.restype = (ctypes.c_void_p,), None
        self._xcb.xcb_connect.restype = ctypes.c_void_p
        self._xcb.xcb_get_input_focus.restype = _Cookie
        self._xcb.xcb_poll_for_event.restype = ctypes.c_void_p
        place = ctypes.POINTER(ctypes.c_void_p)
        self._xcb.xcb_poll_for_reply.argtypes = (ctypes.c_void_p, ctypes.c_uint, place, place)
        self._server = ctypes.c_void_p(self._xcb.xcb_connect(None, None))
        self._asked = 0
        self._check()
        peer, size = (ctypes.c_int * 3)(), ctypes.c_uint(12)
        ctypes.CDLL(None).getsockopt(self.descriptor, _SOL_SOCKET, _SO_PEERCRED, peer, ctypes.byref(size))
        self._server_process = int(peer[0])

    @property
    def descriptor(self) -> int:
        """Readable when the server has sent something."""
        return int(self._xcb.xcb_get_file_descriptor(self._server))

    def scheduled(self) -> Scheduled:
        """Return how the server's process has got on with the processor; nothing where nobody says so here."""
        if not self._server_process:
            return Scheduled()
        try:
            with open(f"/proc/{self._server_process}/schedstat", "rb") as file:  # noqa: PTH123  (nothing more to load)
                ran_ns, delayed_ns = map(int, file.read().split()[:2])
            with open(f"/proc/{self._server_process}/stat", "rb") as file:  # noqa: PTH123
                runnable = file.read().rpartition(b")")[2].split()[0] == b"R"
        except (OSError, ValueError, IndexError):  # it is gone, or this kernel does not count
            return Scheduled()
        return Scheduled(ran_ns, delayed_ns, runnable)

    def ask(self) -> None:
        """Ask which window has the keyboard; the answer is thrown away."""
        self._asked = self._xcb.xcb_get_input_focus(self._server).sequence
        self._xcb.xcb_flush(self._server)

    def answered(self) -> bool:
        """Return whether the last question was answered.

        Raises:
            ConnectionError: the connection is broken.
        """
        while event := self._xcb.xcb_poll_for_event(self._server):  # every connection is told of some; also reads
            self._free(event)
        reply, error = ctypes.c_void_p(), ctypes.c_void_p()
        done = self._xcb.xcb_poll_for_reply(self._server, self._asked, ctypes.byref(reply), ctypes.byref(error))
        self._check()
        self._free(reply)
        self._free(error)
        return bool(done)

    def _check(self) -> None:
        if self._xcb.xcb_connection_has_error(self._server):
            raise ConnectionError("the X server takes no connection, or has broken it")


def probe(server: Questions, parent: int, report: Callable[[str], None]) -> None:
    """Ask until the descriptor `parent` is at its end."""
    detector = HoldDetector()
    waiting, resting = select.poll(), select.poll()
    waiting.register(server.descriptor, select.POLLIN)
    for poll in (waiting, resting):
        poll.register(parent, select.POLLIN)
    alive_at_s = time.monotonic()
    while True:
        server.ask()
        waited_s, before = 0.0, server.scheduled()
        while True:
            answered, now_s = server.answered(), time.monotonic()
            if now_s >= alive_at_s:
                alive_at_s = now_s + ALIVE_EVERY_S
                report("alive")
            if detector.waited(waited_s, now_s, answered=answered):
                report("held")
            if answered:
                break
            if any(descriptor == parent for descriptor, _ in waiting.poll(1000 * TICK_S)):
                return
            after = server.scheduled()
            tick_s = min(time.monotonic() - now_s, TICK_MOST_S)
            waited_s += tick_s - starved_s(before, after, tick_s)
            before = after
        if resting.poll(1000 * BETWEEN_S):
            return


def report_to_parent(what: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{what} {time.monotonic_ns()}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the process; gives 1 where the server, or the program that started it, is gone."""
    try:
        probe(Questions(), sys.stdin.fileno(), report_to_parent)
    except (OSError, KeyboardInterrupt):  # ConnectionError and BrokenPipeError are among the first
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
