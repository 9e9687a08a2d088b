"""How much of an exam's time is used: kept with the attempt, so that a restart gives none and takes none."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ExamTime(BaseModel):
    """When the exam could first be worked on and how long its breaks were, in microseconds since time zero.

    `break_since_us` is set while a break lasts. `up` says that the end of the time was recorded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    started_us: int
    break_us: int = 0
    break_since_us: int | None = None
    up: bool = False

    def used_us(self, now_us: int) -> int:
        """How much of the exam's time is used at `now_us`; it stands still during a break."""
        until_us = now_us if self.break_since_us is None else self.break_since_us
        return max(0, until_us - self.started_us - self.break_us)

    def break_begun(self, now_us: int) -> ExamTime:
        """A break begins."""
        return self.model_copy(update={"break_since_us": now_us})

    def break_ended(self, now_us: int) -> ExamTime:
        """The break is over."""
        lasted_us = self.break_lasted_us(now_us)
        return self.model_copy(update={"break_since_us": None, "break_us": self.break_us + lasted_us})

    def break_lasted_us(self, now_us: int) -> int:
        """How long the present break has lasted; 0 where there is none."""
        return 0 if self.break_since_us is None else max(0, now_us - self.break_since_us)
