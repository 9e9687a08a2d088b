"""The phases of one exam session and the only steps allowed between them."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.client.errors import IllegalStep

if TYPE_CHECKING:
    from collections.abc import Mapping


class Phase(StrEnum):
    """Where an exam session stands; ARCHITECTURE.md draws the same table as a diagram."""

    OPENED = "opened"
    INFORMED = "informed"
    CHECKED = "checked"
    IDENTIFIED = "identified"
    NOT_LOCKED = "not_locked"
    LOCKED = "locked"
    RUNNING = "running"
    SUSPENDED = "suspended"
    SUBMITTING = "submitting"
    ABORTING = "aborting"
    RELEASED = "released"


STEPS: Mapping[Phase, frozenset[Phase]] = MappingProxyType(
    {
        Phase.OPENED: frozenset({Phase.INFORMED, Phase.ABORTING}),
        Phase.INFORMED: frozenset({Phase.CHECKED, Phase.ABORTING}),
        Phase.CHECKED: frozenset({Phase.IDENTIFIED, Phase.ABORTING}),
        Phase.IDENTIFIED: frozenset({Phase.LOCKED, Phase.NOT_LOCKED, Phase.ABORTING}),
        Phase.NOT_LOCKED: frozenset({Phase.LOCKED, Phase.NOT_LOCKED, Phase.ABORTING}),
        Phase.LOCKED: frozenset({Phase.RUNNING, Phase.ABORTING}),
        Phase.RUNNING: frozenset({Phase.SUSPENDED, Phase.SUBMITTING, Phase.ABORTING}),
        Phase.SUSPENDED: frozenset({Phase.RUNNING, Phase.ABORTING}),
        Phase.SUBMITTING: frozenset({Phase.RELEASED}),
        Phase.ABORTING: frozenset({Phase.RELEASED}),
        Phase.RELEASED: frozenset(),
    }
)


def check_step(current: Phase, to: Phase) -> None:
    """Raise unless the table allows the step from `current` to `to`.

    Raises:
        IllegalStep: it does not.
    """
    if to not in STEPS[current]:
        raise IllegalStep(current, to)
