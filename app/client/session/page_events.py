"""What the exam page does, sealed; what it does again and again is counted, and sealed as one sum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from app.events.session import ExamPageEvent, ExamPageRepeatedEvent

if TYPE_CHECKING:
    from app.client.recording.listener import Scheduler
    from app.client.session.collaborators import EventRecorder
    from app.events.session import PageIncident

    _About: TypeAlias = tuple[PageIncident, str | None]

SINGLE = 5
"""So many of a kind are sealed one by one; a person does not do the same thing more often within `SUMMED_S`."""
SUMMED_S = 10.0
MOST_HOSTS = 20
"""So many hosts are named within that time; a page can make up one for each of its requests."""


@dataclass
class _Burst:
    single: int = 0
    repeated: int = 0
    first_ns: int = 0
    last_ns: int = 0


class PageEvents:
    """Seals events of one exam page with the times at which they were seen; a script can make hundreds a second."""

    def __init__(self, recording: EventRecorder, scheduler: Scheduler) -> None:
        self._recording = recording
        self._scheduler = scheduler
        self._bursts: dict[_About, _Burst] = {}

    def seen(self, what: PageIncident, seen_ns: int, host: str = "") -> None:
        """Take one event, seen at `seen_ns` (`time.monotonic_ns`); `host` is the host that was blocked, if any."""
        about = (what, host or None)
        if about not in self._bursts and sum(name is not None for _, name in self._bursts) >= MOST_HOSTS:
            about = (what, None)
        burst = self._bursts.get(about)
        if burst is None:
            burst = self._bursts[about] = _Burst()
            self._scheduler.after(SUMMED_S, partial(self._end, about, burst))
        if burst.single < SINGLE:
            burst.single += 1
            self._recording.note(ExamPageEvent(*about), seen_ns)
            return
        burst.repeated += 1
        burst.first_ns = burst.first_ns or seen_ns
        burst.last_ns = seen_ns

    def close(self) -> None:
        """Seal what was counted so far: the page is gone."""
        for about, burst in tuple(self._bursts.items()):
            self._end(about, burst)

    def _end(self, about: _About, burst: _Burst) -> None:
        if self._bursts.get(about) is not burst:
            return
        del self._bursts[about]
        if burst.repeated:
            lasted_ms = (burst.last_ns - burst.first_ns) // 1_000_000
            what, host = about
            self._recording.note(ExamPageRepeatedEvent(what, burst.repeated, lasted_ms, host), burst.last_ns)
