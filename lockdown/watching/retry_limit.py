"""How often a control puts something right before it stands back: two programs that both insist harm the machine.

Input methods and screen readers open windows too, and are not to be fought; what insists is reported instead.
"""

from __future__ import annotations

import time
from collections import deque

_PAUSE_S = 1.0
_MOST_STORED = 100


class RetryLimit:
    """Allows `per_s` corrections in a second; the next stands back for one second and is noted.

    Used by the thread that corrects; `take` may be called from any other.
    """

    def __init__(self, per_s: int) -> None:
        self._corrected_s: deque[float] = deque(maxlen=per_s)
        self._stands_back_until_s = 0.0
        self._noted_ns: deque[int] = deque(maxlen=_MOST_STORED)

    def allows_correction(self, now_s: float) -> bool:
        """Return whether to put it right now, and count it; `now_s` is of `time.monotonic`."""
        if now_s < self._stands_back_until_s:
            return False
        if len(self._corrected_s) == self._corrected_s.maxlen and now_s - self._corrected_s[0] < 1:
            self._noted_ns.append(time.monotonic_ns())
            self._corrected_s.clear()
            self._stands_back_until_s = now_s + _PAUSE_S
            return False
        self._corrected_s.append(now_s)
        return True

    def take(self) -> tuple[int, ...]:
        """Return when somebody insisted since the last call, by `time.monotonic_ns`, oldest first."""
        taken = []
        while self._noted_ns:
            taken.append(self._noted_ns.popleft())
        return tuple(taken)
