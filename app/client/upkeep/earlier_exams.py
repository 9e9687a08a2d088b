"""Delivers what earlier exams left on this computer while a window is open."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.client.delivery.attempt_delivery import AttemptDelivery, leftovers
from app.client.delivery.errors import DeliveryError
from app.client.errors import ClientError
from app.client.upkeep.upload import PendingUpload

if TYPE_CHECKING:
    from app.client.state.attempts import Attempt
    from app.client.workspace import Workspace

_log = logging.getLogger(__name__)

STOP_S = 5.0


class EarlierExams:
    """Starts the delivery of earlier attempts once, and ends it with `stop`."""

    def __init__(self) -> None:
        self._deliveries: list[AttemptDelivery] = []

    def deliver(self, held: Workspace, *, present: Attempt | None = None) -> None:
        """Deliver what earlier starts left, except the attempt that goes on now and delivers itself."""
        if self._deliveries:
            return
        try:
            waiting = leftovers(held.attempts, held.outbox, held.paths.receipts)
        except (ClientError, DeliveryError, OSError):
            _log.warning("what earlier exams left cannot be read; it is kept as it is")
            return
        for left in waiting:
            if present is None or left.attempt.attempt != present.attempt:
                _log.warning("delivering %d sealed parts of an earlier exam", left.waiting_objects)
                delivery = AttemptDelivery(left.attempt, held.outbox, PendingUpload(held.attempts))
                self._deliveries.append(delivery)
                delivery.start()

    def stop(self) -> None:
        """End it; what is not delivered stays for the next start."""
        for delivery in self._deliveries:
            delivery.stop(timeout_s=STOP_S)
