"""The locked exam window."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMainWindow

from ui.client.exam.controls import ExamWindowControls
from ui.model import ExamStatus


class ExamWindow(QMainWindow):
    """The exam's web page under a bar that says what is recorded and sent."""

    page_painted = Signal()
    hand_in_requested = Signal()
    leave_requested = Signal(str)
    page_event = Signal(str)
    left_window = Signal()
    returned_to_window = Signal()

    def __init__(
        self,
        *,
        title: str,
        start_url: str,
        address_allowed: Callable[[str], bool],
        is_hand_in: Callable[[str], bool],
        headers: Mapping[str, str],
        extra_ca_pem: bytes | None,
        storage_dir: Path,
        controls: ExamWindowControls,
    ) -> None:
        super().__init__()

    def open(self) -> None:
        """Show the window and load the exam."""

    def set_status(self, status: ExamStatus) -> None:
        """Show the state of recording and delivery in the bar."""

    def set_notice(self, sentence: str) -> None:
        """Show one sentence under the bar; an empty one takes it away."""

    def reload_page(self) -> None:
        """Load the page again."""

    def close_for_good(self) -> None:
        """Close the window and wipe what the engine stored."""
