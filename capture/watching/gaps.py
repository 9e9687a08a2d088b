"""Finding the stretches of time that a stream does not cover."""

from __future__ import annotations

from capture.reports import Gap, GapReason, RecordingFault, StreamName


class GapWatch:
    """Follows what a stream was given to record, and names what is missing in between.

    Two items further apart than `tolerated_ns` have a gap between them, and so have two between which the watch was
    told of a loss (`blame`).
    """

    def __init__(self, stream: StreamName, from_ns: int, tolerated_ns: int) -> None:
        self._stream: StreamName = stream
        self._covered_ns = from_ns
        self._tolerated_ns = tolerated_ns
        self._reason: GapReason | None = None
        self._error: str | None = None

    def blame(self, reason: GapReason, error: str | None = None) -> None:
        """Say why the next item will not follow the last one; the first reason counts."""
        if self._reason is None:
            self._reason, self._error = reason, error

    def covered(self, from_ns: int, to_ns: int) -> Gap | None:
        """Take an item that covers `from_ns` to `to_ns`; return the gap before it, if there is one."""
        gap = self._gap_until(from_ns)
        self._covered_ns = max(self._covered_ns, to_ns)
        self._reason = self._error = None
        return gap

    def finish(self, at_ns: int) -> Gap | None:
        """End at `at_ns`; return the gap before the end, if there is one."""
        return self._gap_until(at_ns)

    def _gap_until(self, at_ns: int) -> Gap | None:
        missing_ns = at_ns - self._covered_ns
        if missing_ns <= 0 or (self._reason is None and missing_ns <= self._tolerated_ns):
            return None
        return Gap(self._stream, self._covered_ns, at_ns, self._reason or RecordingFault.NOTHING_ARRIVED, self._error)
