"""The system's scheduling of this process, which an encoder must not change."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "linux":

    @contextmanager
    def kept_scheduling() -> Iterator[None]:
        """Give the calling thread back the ordinary policy that what runs inside took from it.

        SVT-AV1 4.1 makes its threads, and the one that opens it, SCHED_FIFO 99 where it may, which is as root. All
        processes started afterwards inherit that; two cores of them leave nothing to anybody else. Its own threads
        keep it: given back while they begin, one encoder in six waited for ever.
        """
        before = os.sched_getscheduler(0)
        try:
            yield
        finally:
            if before == os.SCHED_OTHER:
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

else:

    @contextmanager
    def kept_scheduling() -> Iterator[None]:
        """Nothing to do: only on Linux does an encoder change it."""
        yield
