"""How every window looks."""

from PySide6.QtWidgets import QApplication


def apply_theme(app: QApplication) -> None:
    """Give `app` the look of every window."""
    app.setStyle("Fusion")
