"""What came of a trick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.faults.opponent.hall import Hall

Kind = Literal["blocked", "incident", "told", "silent", "not here"]


@dataclass(frozen=True)
class Outcome:
    """How a trick ended.

    Attributes:
        kind: ``blocked``: it had no effect, or was put right at once; ``incident``: it was reported; ``told``: X11
            cannot prevent it, which is said before the exam; ``silent``: it worked and nobody knows; ``not here``:
            this machine or user cannot do it at all.
        said: what tells so: a code, an event, or why not.
        latency_ms: from the moment before the opponent acted (the start of the programs it uses is included) until it
            was put right or seen; None where there is no such moment.
    """

    kind: Kind
    said: str = ""
    latency_ms: float | None = None


@dataclass(frozen=True)
class Trick:
    """One thing that an opponent does, and within what time it has to be put right or seen."""

    name: str
    does: Callable[[Hall], Outcome]
    within_ms: float | None = None


def incident(line: dict[str, object] | None, began_ns: int) -> Outcome:
    """Return the outcome for the line that the exam told, or did not tell."""
    if line is None:
        return Outcome("silent")
    seen_ns = line.get("seen_ns", line["told_ns"])
    assert isinstance(seen_ns, int)
    said = str(line.get("code") or line.get("kind") or line["what"])
    return Outcome("incident", said, (seen_ns - began_ns) / 1e6)
