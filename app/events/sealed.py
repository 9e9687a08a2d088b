"""One line of the events stream: an event with its time and the version of the vocabulary, as JSON.

`{"event": kind, "version": 2, "t_us": ..., "wall_ms": ..., ...facts}`. `t_us` is microseconds since the recording's
time zero, `wall_ms` the computer's own time of day, milliseconds since 1970 in UTC. A line without a version is of the
first vocabulary, which had none.

The version is raised when a kind or a fact that there is already comes to mean something else. A new kind, code or fact
does not raise it. So a reader shows a line of a higher version as it is, and a kind, code or fact that it does not know
too; it drops none and fails for none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.events.event import RESERVED
from app.events.legacy import translated, with_coded_size
from app.events.vocabulary import AnyEvent, MalformedEvent, NoEvent, UnknownEvent, read_event

VERSION = 2
"""Of the vocabulary that this program writes."""

_MOST = 10**18


@dataclass(frozen=True)
class SealedEvent:
    """An event as it stands in a recording.

    `t_us` and `wall_ms` are None where the line has none that can be used. `version` is 1 for the first vocabulary, and
    0 for a line that is no event. `unknown_facts` came with an event of a known kind, from another
    version of the program.
    """

    event: AnyEvent
    t_us: int | None
    wall_ms: int | None = None
    version: int = VERSION
    unknown_facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def understood(self) -> bool:
        """Whether this program knows the kind, every code and every fact of it."""
        return not self.unknown_facts and not any(True for _ in self.event.unknown_codes())

    def line(self) -> bytes:
        """Give the line, without its line feed."""
        envelope = {"event": self.event.kind, "t_us": self.t_us, "wall_ms": self.wall_ms, "version": VERSION}
        facts = {**self.event.write(), **self.unknown_facts}
        return json.dumps({**facts, **envelope}, sort_keys=True).encode()


def read_line(line: bytes) -> SealedEvent:
    """Read a line of the events stream, of this or the first vocabulary; never raises for what it holds."""
    try:
        read: Any = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        return SealedEvent(NoEvent("", {"line": line.decode("utf-8", "replace")}), None, None, 0)
    t_us, wall_ms, version = (_whole(read.get(name)) for name in ("t_us", "wall_ms", "version"))
    kind, facts = read.get("event"), {name: fact for name, fact in read.items() if name not in RESERVED}
    if not isinstance(kind, str):
        return SealedEvent(MalformedEvent("", facts), t_us, wall_ms, 0)
    if "version" not in read:
        version = 1
        kind, facts = translated(kind, facts)
    elif version != VERSION:
        return SealedEvent(UnknownEvent(kind, {**facts, "version": read["version"]}), t_us, wall_ms, version or 0)
    facts = with_coded_size(kind, facts)
    event = read_event(kind, facts)
    written = event.write()
    unknown = {name: fact for name, fact in facts.items() if name not in written and fact not in (None, [])}
    return SealedEvent(event, t_us, wall_ms, version, unknown)


def kind_in(line: bytes) -> str:
    """The kind that `read_line` gives for a line, without reading its facts; empty for one that is no event.

    A quarter of the time: of hours of observations hardly anything else is asked. The kind of an event that is not
    understood is given too.
    """
    try:
        read: Any = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(read, dict) or not isinstance(read.get("event"), str):
        return ""
    if "version" in read:
        return str(read["event"])
    return translated(read["event"], {name: fact for name, fact in read.items() if name not in RESERVED})[0]


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -_MOST < value < _MOST else None
