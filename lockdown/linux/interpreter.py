"""For how long a thread waited for the interpreter, because another one was held up within a call that keeps it."""

from __future__ import annotations

import sys

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

import resource  # noqa: E402  (not there on Windows)


class InterpreterWait:
    """Tells the thread that made it how long it waited for the interpreter; a machine that stood still does not count.

    Who waits for it wakes once in each `sys.getswitchinterval` and asks for it (`take_gil` in CPython's ceval_gil.c),
    and the kernel counts how often a thread went to sleep of its own accord.
    """

    def __init__(self) -> None:
        self._sleeps = _sleeps()

    def taken_s(self) -> float:
        """Return for how many seconds since the last call, or since the beginning; a little less than it was."""
        before, self._sleeps = self._sleeps, _sleeps()
        return (self._sleeps - before) * sys.getswitchinterval()


def _sleeps() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
