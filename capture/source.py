"""The one contract of everything that delivers pictures or sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

ItemT_co = TypeVar("ItemT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source has done since it was made: items handed over, losses it noticed itself, and what that cost.

    `cpu_ns` is the processor time of the thread that reads it, with what looks at the items on the way; a source
    itself does not know it and says 0.
    """

    delivered: int
    overruns: int = 0
    cpu_ns: int = 0


class Source(Protocol[ItemT_co]):
    """A camera, a microphone, a screen, or a file or address that stands in for one.

    One thread calls all methods. `open` may be called again after `close`, and usually is: every second until the
    source is there. `read` is called all the time in between.
    """

    def open(self) -> None:
        """Open it, within about five seconds. Raises `SourceAbsent`; then nothing stays open."""

    def read(self, timeout_s: float) -> ItemT_co | None:
        """Return the next picture or piece of sound, or `None` when none came within `timeout_s`.

        `captured_ns` grows from item to item, also over `close` and `open`. Raises `SourceLost` when there is no hope
        without opening it again.
        """

    def close(self) -> None:
        """Let go of the device. Allowed at any time, also twice; never raises."""

    def health(self) -> SourceHealth:
        """Say how it has been doing. Allowed from any thread."""
