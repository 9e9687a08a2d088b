"""What is fixed about an exam session before its first window, and the machine it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.client.delivery.disk_reserve import RESERVE_BYTES

if TYPE_CHECKING:
    from app.client.machine.lock import MachineLock
    from app.client.machine.policy_findings import MachineFinding
    from app.client.recording.recording import ChosenSources
    from app.client.state.attempts import Attempt
    from app.policy.document import ExamSettings
    from ui.client.exam.window import ExamWindow


class MachineControl(Protocol):
    """What the controller needs of this computer beyond its windows; `app.client.composition` builds it."""

    def findings(self) -> tuple[MachineFinding, ...]:
        """Look at the machine for the device check; may take seconds, called on a worker thread."""

    def close_denied(self) -> None:
        """Close the programs that hinder the exam; the test taker has agreed. Takes seconds, on a worker thread."""

    def lock_for(self, window: ExamWindow) -> MachineLock:
        """Give the guards for this exam around its window, not yet engaged."""


@dataclass(frozen=True)
class SessionSetup:
    """Everything fixed about this exam session: the verified settings, what feeds the streams, and the attempt."""

    settings: ExamSettings
    sources: ChosenSources
    attempt: Attempt
    resumed: bool
    reserve_bytes: int = RESERVE_BYTES
