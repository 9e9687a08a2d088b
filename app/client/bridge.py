"""The one Qt object of the client's logic: brings calls from worker threads to the main thread, and keeps time."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


class Bridge(QObject):
    """A `Scheduler` on Qt's main loop; make it on the main thread."""

    _called = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` on the main thread, soon; safe from any thread."""
        self._called.emit(call)

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Run `call` once after `delay_s` seconds; main thread only."""
        # Qt keeps only a weak hold of a bound method's object; a lambda keeps the caller alive until it is called.
        QTimer.singleShot(round(delay_s * 1000), self, lambda: call())  # noqa: PLW0108 - see above

    def every(self, interval_s: float, call: Callable[[], None]) -> QTimer:
        """Run `call` each `interval_s` seconds until the timer given back is stopped; main thread only."""
        timer = QTimer(self)
        timer.setInterval(round(interval_s * 1000))
        timer.timeout.connect(lambda: call())  # noqa: PLW0108 - see above
        timer.start()
        return timer

    def work(self, job: Callable[[], _Result], then: Callable[[_Result], None]) -> None:
        """Run `job` on a thread of its own and hand its result to `then` on the main thread."""
        threading.Thread(target=lambda: self.post(partial(then, job())), name="work", daemon=True).start()

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        call()
