"""Says at once that a descriptor of the kernel has something to read, and reads none of it."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable

assert sys.platform == "linux"  # noqa: S101  (for the type checker)


class DescriptorAlarm:
    """Calls `ring` on a thread of its own each time `descriptor` becomes readable, until `stop`.

    It waits for edges, so that a descriptor which nobody has read yet costs nothing. `stop` comes before the
    descriptor is closed.
    """

    def __init__(self, descriptor: int, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._end_read, self._end_write = os.pipe()
        self._poll = select.epoll()
        self._poll.register(self._end_read, select.EPOLLIN)
        self._poll.register(descriptor, select.EPOLLIN | select.EPOLLPRI | select.EPOLLET)
        self._thread = threading.Thread(target=self._wait, name="lockdown-alarm", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        os.write(self._end_write, b"x")
        self._thread.join()
        self._poll.close()
        os.close(self._end_read)
        os.close(self._end_write)

    def _wait(self) -> None:
        while not any(descriptor == self._end_read for descriptor, _ in self._poll.poll()):
            self._ring()
