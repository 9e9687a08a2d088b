"""Brings every attempt that has something waiting to its endpoint, whichever life of the client made it."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.client.delivery.pacing import Pacer
from app.client.delivery.transport import EndpointTransport
from app.client.delivery.uploader import DeliveryState, Uploader
from app.durable_files.writing import write_file
from app.wire.admissions import Admission
from app.wire.receipts_file import RECEIPTS_SUFFIX, join_receipts

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.delivery.outbox import Outbox, OutboxState
    from app.client.delivery.problems import DeliveryProblem
    from app.client.state.attempts import Attempt, AttemptStore

_log = logging.getLogger(__name__)

ADMISSION_BASE_S, ADMISSION_CAP_S = 1.0, 30.0


class AttemptDeliveryListener(Protocol):
    """Hears of admission and progress; called on worker threads."""

    def admitted(self, attempt: str, token: str, nonce: str) -> None:
        """The endpoint knows the attempt; its objects can be sent from now on."""

    def admission_failed(self, attempt: str, problem: DeliveryProblem) -> None:
        """The endpoint cannot be asked or says no; it will be asked again."""

    def delivery_changed(self, attempt: str, state: DeliveryState) -> None:
        """Something was delivered, or the connection changed."""


class AttemptDelivery:
    """Admits one attempt where needed, then delivers it until `stop`; two threads at most, one at a time."""

    def __init__(self, attempt: Attempt, outbox: Outbox, listener: AttemptDeliveryListener) -> None:
        self._attempt = attempt
        self._outbox = outbox
        self._listener = listener
        self._stopping = threading.Event()
        self._retry_at_once = threading.Event()
        self._uploader: Uploader | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin with admission, or at once with delivery where a token was kept."""
        if self._attempt.token:
            self._upload(self._attempt.token)
            return
        self._thread = threading.Thread(target=self._seek_admission, name="admission", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once whether there is something to send."""
        with self._lock:
            if self._uploader is not None:
                self._uploader.wake()
        self._retry_at_once.set()

    def retry_now(self) -> None:
        """Send the rest unpaced and at once: the exam is over, no page needs the line any more."""
        with self._lock:
            if self._uploader is not None:
                self._uploader.retry_now()
        self._retry_at_once.set()

    def stop(self, timeout_s: float) -> None:
        """End within `timeout_s`; what is not delivered stays in the outbox."""
        self._stopping.set()
        self._retry_at_once.set()
        with self._lock:
            uploader = self._uploader
        if uploader is not None:
            uploader.stop(timeout_s)
        if self._thread is not None:
            self._thread.join(timeout_s)

    def delivery_changed(self, state: DeliveryState) -> None:
        """Forward the uploader's state with the attempt's name."""
        self._listener.delivery_changed(self._attempt.attempt, state)

    def _seek_admission(self) -> None:
        delay_s = ADMISSION_BASE_S
        transport = EndpointTransport(self._attempt.endpoint, token=None)
        try:
            while not self._stopping.is_set():
                answer = transport.admit(
                    self._attempt.signature,
                    settings_sha256=self._attempt.settings_sha256,
                    settings_blake2b512=self._attempt.settings_blake2b512,
                    candidate=self._attempt.candidate,
                    attempt=self._attempt.attempt,
                    ticket=self._attempt.ticket,
                )
                if isinstance(answer, Admission):
                    self._listener.admitted(self._attempt.attempt, answer.token, answer.nonce)
                    self._upload(answer.token)
                    return
                self._listener.admission_failed(self._attempt.attempt, answer.problem)
                self._retry_at_once.wait(random.uniform(0, delay_s))  # noqa: S311 - spreads a hall of clients, no secret
                self._retry_at_once.clear()
                delay_s = min(delay_s * 2, ADMISSION_CAP_S)
        finally:
            transport.close()

    def _upload(self, token: str) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            self._uploader = Uploader(
                self._outbox,
                EndpointTransport(self._attempt.endpoint, token=token),
                self,
                attempt=self._attempt.attempt,
                pacer=Pacer(time.monotonic),
            )
            self._uploader.start()


def close_attempt(attempt: str, attempts: AttemptStore, outbox: Outbox, receipts: Path) -> None:
    """Keep the receipts of an attempt that is delivered whole for the test taker, and forget its state."""
    write_file(receipts / f"{attempt}{RECEIPTS_SUFFIX}", join_receipts(outbox.receipts(attempt)))
    attempts.forget(attempt)


class AttemptRecords:
    """Outbox, saved attempts and the folder of receipts, as a session needs them together."""

    def __init__(self, outbox: Outbox, attempts: AttemptStore, receipts: Path) -> None:
        self._outbox = outbox
        self._attempts = attempts
        self._receipts = receipts

    def reserve(self, needed_bytes: int) -> None:
        """Set room on the disk aside; raises `DeliveryError`."""
        self._outbox.reserve(needed_bytes)

    def counts(self, attempt: str) -> OutboxState:
        """How much of it is delivered."""
        return self._outbox.counts(attempt)

    def save(self, attempt: Attempt) -> None:
        """Keep its state durably."""
        self._attempts.save(attempt)

    def close(self, attempt: str) -> None:
        """Everything of it is delivered: keep the receipts and forget the rest."""
        close_attempt(attempt, self._attempts, self._outbox, self._receipts)

    def save_receipts(self, attempt: str, file: Path) -> None:
        """Copy the receipts of a closed attempt to `file`; raises `OSError`."""
        write_file(file, (self._receipts / f"{attempt}{RECEIPTS_SUFFIX}").read_bytes())


@dataclass(frozen=True)
class Leftover:
    """An attempt of an earlier start that still has objects waiting."""

    attempt: Attempt
    waiting_objects: int
    waiting_bytes: int


def leftovers(attempts: AttemptStore, outbox: Outbox, receipts: Path) -> tuple[Leftover, ...]:
    """List what earlier starts left to deliver; attempts that ended and are delivered whole are closed."""
    found = []
    for attempt in attempts.all():
        counts = outbox.counts(attempt.attempt)
        if counts.waiting_objects:
            found.append(Leftover(attempt, counts.waiting_objects, counts.waiting_bytes))
        elif attempt.ended:
            close_attempt(attempt.attempt, attempts, outbox, receipts)
    return tuple(found)
