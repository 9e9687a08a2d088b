"""The uploader: one thread that empties the outbox, for as long as it takes.

Oldest promise first, over one connection. If the endpoint cannot be used, everything waits by full
jitter; if it refuses one object, that one waits and the others go on. There is no largest number of
tries and nothing is ever dropped.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.client.delivery.backoff import Backoff, full_jitter_s
from app.client.delivery.errors import DeliveryError
from app.client.delivery.outbox import Outbox, Unreadable, WaitingObject
from app.client.delivery.pacing import Pacer
from app.client.delivery.problems import DeliveryProblem, ProblemCode, problem_of
from app.client.delivery.transport import AlreadyStored, Delivery, Retry, Stored, UploadRefused
from app.wire.objects import ObjectId

logger = logging.getLogger(__name__)

POLL_S = 0.5
"""How soon an object promised by the recorder process is noticed without `wake`."""
REFUSED_CAP_S = 300.0
_BATCH = 32


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """What the status bar shows of delivery.

    Attributes:
        connected: whether the last exchange with the endpoint reached it.
        waiting_objects: without a receipt.
        waiting_bytes: their size.
        problem: what is wrong now, `None` if nothing is.
    """

    connected: bool
    waiting_objects: int
    waiting_bytes: int
    problem: DeliveryProblem | None


class UploadListener(Protocol):
    """Who wants to know; called on the uploader's thread, only when something has changed."""

    def delivery_changed(self, state: DeliveryState) -> None:
        """Take note of a new state; must return at once."""


class Transport(Protocol):
    """What the uploader needs of `app.client.delivery.transport.EndpointTransport`."""

    def put(self, object_id: ObjectId, data: bytes) -> Delivery:
        """Deliver one object."""

    def close(self) -> None:
        """Drop the connection."""


class Uploader:
    """Delivers what is in the outbox.

    Args:
        outbox: also used by the recorder process meanwhile.
        transport: used by this thread only, once started.
        listener: called at every change of state.
        attempt: deliver only this attempt's objects, those the transport's token covers; all if `None`.
        pacer: leaves room on the line while an exam page uses it; `None` sends as fast as it can.
        clock: wall-clock seconds, the outbox's.
        rng: source of jitter.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        listener: UploadListener,
        *,
        attempt: str | None = None,
        pacer: Pacer | None = None,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._listener = listener
        self._attempt = attempt
        self._pacer = pacer
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._backoff = Backoff(self._rng)
        self._stopping = threading.Event()
        self._signal = threading.Condition()
        self._awake = False
        self._retry_requested = False
        self._connected = False
        self._problem: DeliveryProblem | None = None
        self._shown: DeliveryState | None = None
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)

    def start(self) -> None:
        """Begin delivering; once only."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something new was promised. Does not cut an outage's wait short."""
        with self._signal:
            self._awake = True
            self._signal.notify_all()

    def retry_now(self) -> None:
        """Try everything again at once, unpaced: the network is back, or the exam is over."""
        with self._signal:
            self._pacer = None
            self._retry_requested = True
            self._signal.notify_all()

    def stop(self, timeout_s: float) -> bool:
        """End the thread; whether it ended in time. What is not delivered stays in the outbox."""
        self._stopping.set()
        with self._signal:
            self._signal.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait_s = self._round()
                broken = False
            except DeliveryError as error:
                wait_s, broken = self._backoff.failed(), True
                self._problem = problem_of(error)
                logger.warning("the outbox cannot be used: %s", error)
            except Exception:
                # A fault of ours or of the listener must not end delivery: keep the trace, go on later.
                wait_s, broken = self._backoff.failed(), True
                logger.exception("the uploader met a fault and goes on")
            self._pause(wait_s, new_objects_end_it=not broken and self._backoff.failures == 0)
        self._transport.close()

    def _round(self) -> float:
        with self._signal:
            self._awake = False
            if self._retry_requested:
                self._retry_requested = False
                self._backoff.succeeded()
                hurried = True
            else:
                hurried = False
        if hurried:
            self._outbox.retry_now()
        batch = self._outbox.due(self._clock(), _BATCH, self._attempt)
        self._report()
        for waiting in batch:
            if self._stopping.is_set():
                return 0.0
            wait_s = self._deliver(waiting)
            self._report()
            if wait_s is not None:
                return wait_s
        return 0.0 if batch else POLL_S

    def _deliver(self, waiting: WaitingObject) -> float | None:
        """Deliver one object; the seconds everything has to wait, `None` to go on."""
        data = self._outbox.read(waiting)
        if isinstance(data, Unreadable):
            if data is Unreadable.TEMPORARY:
                self._postpone(waiting, None)
            self._problem = DeliveryProblem(ProblemCode.OBJECT_DAMAGED)
            return None
        if self._pacer is not None and (pace_s := self._pacer.wait_s(len(data))) > 0:
            self._pause(pace_s, new_objects_end_it=False)
            if self._stopping.is_set():
                return 0.0
        began = time.monotonic()
        outcome = self._transport.put(waiting.object_id, data)
        match outcome:
            case Stored() | AlreadyStored():
                self._outbox.delivered(waiting.id, outcome.data)
                if (pacer := self._pacer) is not None:
                    pacer.sent(len(data), time.monotonic() - began)
                self._connected, self._problem = True, None
                self._backoff.succeeded()
                return None
            case UploadRefused():
                self._postpone(waiting, outcome.problem.code)
                self._connected, self._problem = True, outcome.problem
                self._backoff.succeeded()
                logger.error("the endpoint refuses an object: %s", outcome.kind)
                return None
            case Retry():
                self._connected, self._problem = False, outcome.problem
                if self._backoff.failures == 0:
                    logger.warning("delivery is interrupted: %s", outcome.problem.code)
                return self._backoff.failed(outcome.after_s)

    def _postpone(self, waiting: WaitingObject, refusal: str | None) -> None:
        wait_s = full_jitter_s(waiting.tries, self._rng, cap_s=REFUSED_CAP_S)
        self._outbox.postpone(waiting.id, until=self._clock() + wait_s, refusal=refusal)

    def _pause(self, wait_s: float, *, new_objects_end_it: bool) -> None:
        with self._signal:
            self._signal.wait_for(
                lambda: self._stopping.is_set() or self._retry_requested or (new_objects_end_it and self._awake), wait_s
            )

    def _report(self) -> None:
        counts = self._outbox.counts(self._attempt)
        state = DeliveryState(self._connected, counts.waiting_objects, counts.waiting_bytes, self._problem)
        if state != self._shown:
            self._shown = state
            self._listener.delivery_changed(state)
