"""The phases of one exam session and the only steps allowed between them."""

from __future__ import annotations

from dataclasses import dataclass
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
        Phase.IDENTIFIED: frozenset({Phase.LOCKED, Phase.ABORTING}),
        Phase.LOCKED: frozenset({Phase.RUNNING, Phase.ABORTING}),
        Phase.RUNNING: frozenset({Phase.SUSPENDED, Phase.SUBMITTING, Phase.ABORTING}),
        Phase.SUSPENDED: frozenset({Phase.RUNNING, Phase.ABORTING}),
        Phase.SUBMITTING: frozenset({Phase.RELEASED, Phase.ABORTING}),
        Phase.ABORTING: frozenset({Phase.RELEASED}),
        Phase.RELEASED: frozenset(),
    }
)

RECORDING_PHASES = frozenset({Phase.CHECKED, Phase.IDENTIFIED, Phase.LOCKED, Phase.RUNNING, Phase.SUSPENDED})
"""The only phases in which anything is recorded; in the first, only still pictures and scans that are asked for."""


@dataclass(frozen=True)
class Session:
    """An exam session in one phase; a step makes a new one."""

    phase: Phase = Phase.OPENED

    def step(self, to: Phase) -> Session:
        """Give the session in phase `to`.

        Raises:
            IllegalStep: if the table does not allow the step.
        """
        if to not in STEPS[self.phase]:
            raise IllegalStep(self.phase, to)
        return Session(to)

    @property
    def records(self) -> bool:
        """Whether this phase is one in which recording runs."""
        return self.phase in RECORDING_PHASES
