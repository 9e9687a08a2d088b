"""The web engine of one exam window: its profile, the pages that share it, and its one way out."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.egress.gate import EgressGate
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.dialogs import InWindowDialogs, QuestionRoom
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.engine.profile import ExamProfile
from ui.client.exam.engine.request_filter import RequestFilter
from ui.client.exam.features import PageFeatures


class WebEngine(QObject):
    """Makes pages that reach what the exam allows, twice looked at: by address here, by host and port at the gate.

    `blocked` carries a `PageEvent` and the host of what was not reached, or that the gate has ended. `room` is where
    the pages' questions are laid.
    """

    blocked = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        *,
        address_allowed: Callable[[str], bool],
        resource_allowed: Callable[[str], bool],
        host_allowed: Callable[[str, int], bool],
        headers: Mapping[str, str],
        extra_ca_pem: bytes | None,
        storage_dir: Path,
        controls: ExamWindowControls,
        gate: EgressGate,
        features: PageFeatures,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controls = controls
        self._pdf = features.pdf
        self.gate = gate
        self.room = QuestionRoom(window)
        self._requests = RequestFilter(address_allowed, resource_allowed, headers, window, workers=features.workers)
        self._requests.blocked.connect(self.blocked)
        gate.open_to(host_allowed)
        gate.refused.connect(self._not_connected)
        gate.ended.connect(self._gate_ended)
        self._profile = ExamProfile(storage_dir, extra_ca_pem, self._requests, window)

    def make_page(self) -> ExamPage:
        """Return a new page."""
        return ExamPage(
            self._profile.profile,
            requests=self._requests,
            controls=self._controls,
            dialogs=InWindowDialogs(self.room),
            gate=self.gate,
            parent=self._window,
            pdf=self._pdf,
        )

    def shut(self) -> None:
        """Let nothing out any more, and ask nothing."""
        self.gate.refused.disconnect(self._not_connected)
        self.gate.ended.disconnect(self._gate_ended)
        self.gate.close()
        self.room.close()

    def go_after(self, last: ExamPage) -> None:
        """Delete the profile once its `last` page is gone (the engine complains otherwise), and its files after it."""
        profile = self._profile
        last.destroyed.connect(profile.profile.deleteLater)
        profile.profile.destroyed.connect(profile.wipe_afterwards)

    def _not_connected(self, host: str) -> None:
        self.blocked.emit(PageEvent.CONNECTION_BLOCKED, host)

    def _gate_ended(self) -> None:
        self.blocked.emit(PageEvent.GATE_ENDED, "")
