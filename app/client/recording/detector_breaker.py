"""Whether the detectors may run: a recorder that dies of them must not take the recording along."""

from __future__ import annotations

EARLY_S = 20.0
"""A recorder that dies this soon may have died of a detector: a network that this processor cannot run."""
EARLY_EXITS = 2
"""After so many in a row the next recorder runs without detectors; a recording without them is better than none."""


class DetectorBreaker:
    """Counts how often a recorder with detectors died soon after it was opened; times are seconds of one clock."""

    def __init__(self) -> None:
        self._opened_s: float | None = None
        self._early_exits = 0

    @property
    def allows(self) -> bool:
        """Whether the next recorder may run detectors."""
        return self._early_exits < EARLY_EXITS

    def opened(self, now_s: float, *, detecting: bool) -> None:
        """A recorder was opened."""
        self._opened_s = now_s if detecting else None

    def exited(self, now_s: float) -> bool:
        """The recorder died; True when it is the death that ends the trust, for good."""
        if not self.allows:
            return False
        early = self._opened_s is not None and now_s - self._opened_s < EARLY_S
        self._early_exits = self._early_exits + 1 if early else 0
        return not self.allows
