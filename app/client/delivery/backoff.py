"""When to try again: full jitter, so that two hundred clients do not return in step after an outage.

The wait before try n is drawn evenly from 0 to min(cap, base * 2**n) seconds. There is no largest
number of tries: an object waits until it is delivered. (AWS, "Exponential backoff and jitter".)
"""

import random

BASE_S = 1.0
CAP_S = 60.0
_STEADY = 16


def full_jitter_s(tries: int, rng: random.Random, *, base_s: float = BASE_S, cap_s: float = CAP_S) -> float:
    """Seconds to wait after `tries` failures, 0 or more; at most `cap_s`."""
    return rng.uniform(0.0, min(cap_s, base_s * 2.0 ** min(tries, _STEADY)))


class Backoff:
    """The waits of one outage of one endpoint.

    Args:
        rng: source of jitter; a seeded one makes the waits repeatable.
    """

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.SystemRandom()
        self._failures = 0

    @property
    def failures(self) -> int:
        """Failures since the last success."""
        return self._failures

    def failed(self, after_s: float | None = None) -> float:
        """Count a failure; gives the seconds to wait.

        Args:
            after_s: what the endpoint asked for (`Retry-After`); the wait is never shorter.
        """
        wait_s = full_jitter_s(self._failures, self._rng)
        self._failures += 1
        if after_s is None:
            return wait_s
        # Jitter goes on top: all clients were told the same moment, and shall not come back in it.
        return after_s + self._rng.uniform(0.0, min(CAP_S, max(BASE_S, after_s)))

    def succeeded(self) -> None:
        """End the outage."""
        self._failures = 0
