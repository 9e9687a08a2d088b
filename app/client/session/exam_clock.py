"""The time left of a running exam: shown every second, said when little is left, and kept over a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages import time_left
from app.client.state.exam_time import ExamTime
from app.events.session import BreakBegunEvent, BreakEndedEvent, TimeUpEvent

if TYPE_CHECKING:
    from app.client.recording.listener import Scheduler
    from app.client.session.collaborators import ExamNotices, SessionRecording
    from app.policy.document import ExamSettings

TICK_S = 1.0
SAID_AT_MIN = (10, 5)
"""With so many minutes left it is said once; a clock that only runs down is not seen by everybody."""
SAID_FOR_S = 30.0


class ExamClock:
    """Follows one exam from the moment it can be worked on; without a duration it counts breaks alone.

    At zero it says so and records it, and nothing else: whether what is handed in later counts is for the platform and
    the institution to say.
    """

    def __init__(
        self, settings: ExamSettings, recording: SessionRecording, scheduler: Scheduler, notices: ExamNotices
    ) -> None:
        self._total_s = settings.time_s()
        self._recording = recording
        self._scheduler = scheduler
        self._notices = notices
        self._time: ExamTime | None = None
        self._left_s: float | None = None

    @property
    def on_break(self) -> bool:
        """Whether a break lasts, possibly since before a restart."""
        return self._time is not None and self._time.break_since_us is not None

    def start(self) -> None:
        """The exam can be worked on: count from now, or from when that was first so."""
        attempt = self._recording.attempt
        kept = attempt.time if attempt is not None else None
        self._time = kept or ExamTime(started_us=self._recording.now_us())
        if kept is None:
            self._recording.store_time(self._time)
        self._tick()

    def stop(self) -> None:
        """The exam is over."""
        self._time = None
        self._notices.show_time(None)

    def begin_break(self) -> None:
        """Stand still from now on; a break that lasts since before a restart is not begun again."""
        assert self._time is not None  # noqa: S101 - who takes a break has begun the exam
        if not self.on_break:
            self._store(self._time.break_begun(self._recording.now_us()))
            self._recording.note(BreakBegunEvent())
            self._show()

    def end_break(self) -> None:
        """Go on."""
        assert self._time is not None  # noqa: S101 - who takes a break has begun the exam
        now_us = self._recording.now_us()
        lasted_s = self._time.break_lasted_us(now_us) // 1_000_000
        self._store(self._time.break_ended(now_us))
        self._recording.note(BreakEndedEvent(lasted_s))
        self._show()

    def _store(self, used: ExamTime) -> None:
        self._time = used
        self._recording.store_time(used)

    def _tick(self) -> None:
        if self._time is None:
            return
        self._show()
        self._scheduler.after(TICK_S, self._tick)

    def _show(self) -> None:
        if self._time is None or self._total_s is None:
            return
        left_s = self._total_s - self._time.used_us(self._recording.now_us()) / 1e6
        before_s, self._left_s = self._left_s, left_s
        self._notices.show_time(time_left.model(left_s, on_break=self.on_break))
        for minutes in SAID_AT_MIN:
            if before_s is not None and left_s <= minutes * 60 < before_s:
                self._notices.warn(time_left.warning(minutes), SAID_FOR_S)
        if left_s <= 0 and not self._time.up:
            self._store(self._time.model_copy(update={"up": True}))
            self._recording.note(TimeUpEvent())
