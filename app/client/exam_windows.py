"""Makes the locked window of an exam from its signed settings, with the one way out of the engine behind it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.client.machine.window_adapter import window_controls
from ui.client.exam.egress.engine_switches import gate_for_the_engine
from ui.client.exam.engine.rendering import prefer_software_without_gpu
from ui.client.exam.features import PageFeatures
from ui.client.exam.window import ExamWindow

if TYPE_CHECKING:
    from pathlib import Path

    from app.policy.exam_file import VerifiedExam
    from ui.client.exam.egress.gate import EgressGate


class ExamWindows:
    """The exam windows of this process; before the first, the engine they share is told of its gate and how to draw."""

    def __init__(self, browser_folder: Path) -> None:
        self._folder = browser_folder
        self._gate: EgressGate | None = None

    def make(self, exam: VerifiedExam) -> ExamWindow:
        """Make the window of `exam`; from then on its hosts, and no others, can be reached."""
        settings, page = exam.settings, exam.settings.page
        if self._gate is None:
            self._gate = gate_for_the_engine(os.environ, shared_workers=page.workers)
            prefer_software_without_gpu(os.environ)
        addresses = settings.address_filter()
        return ExamWindow(
            title=settings.exam.title,
            start_url=settings.start_url,
            address_allowed=addresses.allows,
            resource_allowed=addresses.allows_resource,
            host_allowed=addresses.allows_host,
            is_hand_in=addresses.is_hand_in,
            headers={},
            extra_ca_pem=None,
            storage_dir=self._folder,
            controls=window_controls(settings.lockdown),
            gate=self._gate,
            breaks=settings.accommodations.breaks_allowed,
            features=PageFeatures(pdf=settings.pdf, workers=page.workers, find=page.find),
        )

    def stop(self) -> None:
        """Let nothing out any more."""
        if self._gate is not None:
            self._gate.stop()
