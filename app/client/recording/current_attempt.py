"""The attempt that is being recorded: saved durably before anything is done in its name."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.client.ipc.to_recorder import Begin, RecipientKey

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.state.attempts import Attempt, AttemptStore
    from app.policy.document import ExamSettings


_log = logging.getLogger(__name__)


class CurrentAttempt:
    """One attempt and what is known of it so far; before it begins there is none. Used on the main thread."""

    def __init__(self, store: AttemptStore) -> None:
        self._store = store
        self._attempt: Attempt | None = None

    @property
    def begun(self) -> bool:
        """Whether a take of an attempt was begun."""
        return self._attempt is not None

    @property
    def saved(self) -> Attempt:
        """The attempt as last saved; only once one is begun."""
        assert self._attempt is not None  # noqa: S101 - who asks began it
        return self._attempt

    def begin_take(self, attempt: Attempt, settings: ExamSettings, spool: Path) -> Begin:
        """Count another take of `attempt`; returns the message that starts its recorder."""
        assert attempt.t0_ns is not None  # noqa: S101 - `Attempt.begun` sets it
        take = attempt.next_take
        self._attempt = attempt
        self.store(next_take=take + 1)
        return Begin(
            spool=str(spool),
            institution=attempt.institution,
            exam=attempt.exam,
            settings_sha256=attempt.settings_sha256,
            attempt=attempt.attempt,
            take=take,
            previous=attempt.previous if take else None,
            candidate=attempt.candidate,
            nonce=attempt.nonce,
            t0_ns=attempt.t0_ns,
            started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            recipients=tuple(
                RecipientKey(kid=recipient.kid, public_b64=recipient.public_b64) for recipient in settings.recipients
            ),
            stills=settings.checks.stills,
        )

    def store(self, **changes: object) -> Attempt:
        """Save the attempt with `changes`, by the names of its fields."""
        self._attempt = self.saved.model_copy(update=changes)
        self._store.save(self._attempt)
        return self._attempt

    def keep_exam(self, exam_file: bytes) -> None:
        """Keep the exam file it was begun with; where that fails, the exam goes on without a copy."""
        try:
            self._store.keep_exam(self.saved.attempt, exam_file)
        except OSError as error:
            _log.warning("the exam file could not be kept with the attempt: %s", error.strerror)

    def now_us(self) -> int:
        """Microseconds since its time zero."""
        begun_ns = self.saved.t0_ns
        assert begun_ns is not None  # noqa: S101 - begun
        return (time.monotonic_ns() - begun_ns) // 1000
