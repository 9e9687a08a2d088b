"""The test taker's window around the exam: before it, and after it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMainWindow

from ui.model import ChecksModel, GoodbyeModel, HandingInModel, InformedModel, TroubleModel


class ClientWindow(QMainWindow):
    """A stack of pages: informed, checks, waiting, handing_in, goodbye, trouble."""

    accepted = Signal()
    declined = Signal()
    trust_confirmed = Signal()
    recheck_requested = Signal()
    start_requested = Signal()
    leave_requested = Signal(str)
    retry_requested = Signal()
    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._page_name = "waiting"

    @property
    def page_name(self) -> str:
        """Return the name of the page shown now."""
        return self._page_name

    def show_informed(self, model: InformedModel) -> None:
        """Show "Before you start"."""
        self._page_name = "informed"

    def show_checks(self, model: ChecksModel) -> None:
        """Show the device check, or bring it up to date."""
        self._page_name = "checks"

    def show_preview(self, jpeg: bytes) -> None:
        """Show one picture of the camera on the device check."""

    def show_level(self, dbfs: float) -> None:
        """Show the microphone's level on the device check."""

    def show_waiting(self, sentence: str) -> None:
        """Show that something is being done."""
        self._page_name = "waiting"

    def show_handing_in(self, model: HandingInModel) -> None:
        """Show the progress of handing in."""
        self._page_name = "handing_in"

    def show_goodbye(self, model: GoodbyeModel) -> None:
        """Show the last page."""
        self._page_name = "goodbye"

    def show_trouble(self, model: TroubleModel) -> None:
        """Show what went wrong and what to do."""
        self._page_name = "trouble"
