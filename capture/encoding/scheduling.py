"""The system's scheduling of this process, which an encoder must not change."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "linux":

    @contextmanager
    def kept_scheduling() -> Iterator[None]:
        """Give every thread back the ordinary policy that what runs inside took from it.

        SVT-AV1 4.1 makes its threads, and the one that opens it, SCHED_FIFO 99 where it may, which is as root. All
        processes started afterwards inherit that; two cores of them leave nothing to anybody else.
        """
        before = os.sched_getscheduler(0)
        try:
            yield
        finally:
            if before == os.SCHED_OTHER:
                for thread in (int(each.name) for each in Path("/proc/self/task").iterdir()):
                    with suppress(ProcessLookupError):  # it has ended
                        if os.sched_getscheduler(thread) == os.SCHED_FIFO:
                            os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))

else:

    @contextmanager
    def kept_scheduling() -> Iterator[None]:
        """Nothing to do: only on Linux does an encoder change it."""
        yield
