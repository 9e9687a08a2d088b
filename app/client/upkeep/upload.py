"""Delivers what earlier exams left behind, without a window: `invigilo upload`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.delivery.attempt_delivery import AttemptDelivery, leftovers
from app.client.workspace import workspace

if TYPE_CHECKING:
    from app.client.delivery.problems import DeliveryProblem
    from app.client.delivery.uploader import DeliveryState
    from app.client.state.attempts import AttemptStore
    from app.client.state.paths import ClientPaths
    from app.client.workspace import Workspace


@dataclass(frozen=True)
class UploadOutcome:
    """How many sealed parts were delivered, how many wait, and the last problem."""

    delivered: int
    waiting: int
    problem: DeliveryProblem | None


class PendingUpload:
    """Hears of the delivery of an attempt that an earlier start left behind; keeps its token when it gets one."""

    def __init__(self, attempts: AttemptStore) -> None:
        self._attempts = attempts
        self.changed = threading.Event()
        self.problem: DeliveryProblem | None = None

    def admitted(self, attempt: str, token: str, nonce: str) -> None:
        """Keep the token, so that a later start need not ask again."""
        for saved in self._attempts.all():
            if saved.attempt == attempt:
                self._attempts.save(saved.model_copy(update={"token": token, "nonce": nonce}))

    def admission_failed(self, attempt: str, problem: DeliveryProblem) -> None:
        """It will be asked again."""
        self.problem = problem
        self.changed.set()

    def delivery_changed(self, attempt: str, state: DeliveryState) -> None:
        """Take note of progress."""
        self.problem = state.problem
        self.changed.set()


def upload_pending(paths: ClientPaths, *, timeout_s: float | None) -> UploadOutcome:
    """Deliver every attempt in the spool; returns when nothing waits or `timeout_s` has passed.

    Raises:
        AlreadyRunning: a client of these folders runs, and delivers by itself.
        FolderUnusable: they cannot be written or read.
    """
    with workspace(paths) as held:
        return _deliver(held, timeout_s)


def _deliver(held: Workspace, timeout_s: float | None) -> UploadOutcome:
    outbox, attempts, receipts = held.outbox, held.attempts, held.paths.receipts
    listener = PendingUpload(attempts)
    before = outbox.counts().waiting_objects
    deliveries = [AttemptDelivery(left.attempt, outbox, listener) for left in leftovers(attempts, outbox, receipts)]
    for delivery in deliveries:
        delivery.start()
        delivery.retry_now()
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    try:
        while (waiting := outbox.counts().waiting_objects) and deliveries:
            left_s = 1.0 if deadline is None else min(1.0, deadline - time.monotonic())
            if left_s <= 0:
                break
            listener.changed.wait(left_s)
            listener.changed.clear()
    finally:
        for delivery in deliveries:
            delivery.stop(timeout_s=5.0)
        leftovers(attempts, outbox, receipts)
        waiting = outbox.counts().waiting_objects
    return UploadOutcome(delivered=before - waiting, waiting=waiting, problem=listener.problem if waiting else None)
