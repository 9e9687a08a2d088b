"""What is fixed about one session before its first window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.delivery.disk_reserve import RESERVE_BYTES

if TYPE_CHECKING:
    from app.client.recording.recording import ChosenSources
    from app.client.state.attempts import Attempt
    from app.policy.document import ExamSettings


@dataclass(frozen=True)
class SessionSetup:
    """Everything fixed about this session: the verified settings, what feeds the streams, and the attempt."""

    settings: ExamSettings
    sources: ChosenSources
    attempt: Attempt
    resumed: bool
    reserve_bytes: int = RESERVE_BYTES
