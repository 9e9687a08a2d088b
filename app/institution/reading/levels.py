"""Green, yellow, red: what an institution makes of the moments that were marked. Applied at review, never before.

The levels stand in a file of the institution's own, not in the signed settings: they can be changed afterwards, and
the same recording is then read with the new ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.events.legacy import kind_name, rule_name
from app.institution.json_file import read_model
from app.institution.wording.timeline import TimelineEntry
from ui.model import ReviewLevel

FILE = "levels.json"
"""In the institution's folder; used where no other file is named."""

_RANK: tuple[ReviewLevel, ...] = ("green", "yellow", "red")


class LevelRule(BaseModel):
    """From how long on, or how often, a kind of entry has a level.

    `kind` is an event of the timeline, such as `window_left`, or `incident.` and a rule, such as
    `incident.gaze`; the names of the first vocabulary of events are understood too.
    `from_s` is the shortest time it must have lasted, `from_count` the how-manieth of its kind it must be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)?$", max_length=64)
    level: ReviewLevel
    from_s: float = Field(default=0, ge=0, le=86400)
    from_count: int = Field(default=1, ge=1, le=10000)

    @field_validator("kind")
    @classmethod
    def _todays_name(cls, kind: str) -> str:
        event, _, rule = kind.partition(".")
        return f"{kind_name(event)}.{rule_name(rule)}" if rule else kind_name(event)


class Levels(BaseModel):
    """All marks; an entry that fits several has the gravest. One that fits none is green, or yellow to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    marks: tuple[LevelRule, ...] = Field(default=(), max_length=500)

    def of(self, entries: tuple[TimelineEntry, ...]) -> tuple[ReviewLevel, ...]:
        """The level of each entry, in their order."""
        seen: dict[str, int] = {}
        return tuple(self._level(entry, seen) for entry in entries)

    def _level(self, entry: TimelineEntry, seen: dict[str, int]) -> ReviewLevel:
        count = seen[entry.kind] = seen.get(entry.kind, 0) + 1
        lasted_s = (entry.until_s - entry.time_s) if entry.until_s is not None and entry.time_s is not None else 0.0
        own = [mark for mark in self.marks if mark.kind == entry.kind]
        fitting = [mark.level for mark in own if lasted_s >= mark.from_s and count >= mark.from_count]
        if own:
            return max(fitting, key=_RANK.index, default="green")
        return "yellow" if entry.weight == "look" else "green"


def read_levels(path: Path | None, folder: Path) -> Levels:
    """Read `path`, or the institution's own file in `folder` where there is one.

    Raises:
        UsageError: it cannot be read, or a mark in it is not understood; every fault is named.
    """
    chosen = path if path is not None else folder / FILE
    if path is None and not chosen.exists():
        return Levels()
    return read_model(chosen, "levels", Levels)
