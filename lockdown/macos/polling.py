"""A thread that looks again and again, for what macOS announces to nobody or to the main thread only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from lockdown.contract.errors import GuardError

_STOP_TIMEOUT_S = 5.0
_log = logging.getLogger(__name__)


class Polling:
    """Calls `look` every `interval_s` seconds until `stop`; a look that fails ends it, which `failed` tells."""

    def __init__(self, name: str, look: Callable[[], None], interval_s: float) -> None:
        self._look = look
        self._interval_s = interval_s
        self._stopping = threading.Event()
        self.failed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread.

        Raises:
            GuardError: it does not end.
        """
        self._stopping.set()
        self._thread.join(_STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise GuardError(f"{self._thread.name} did not end in {_STOP_TIMEOUT_S:.0f} s; it ends with the program")

    def _run(self) -> None:
        while not self._stopping.wait(self._interval_s):
            try:
                self._look()
            except Exception as error:
                _log.error("%s cannot look: %s", self._thread.name, type(error).__name__)
                self.failed = True
                return
