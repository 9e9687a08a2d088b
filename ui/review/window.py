"""The window in which a representative looks at one recording."""

from PySide6.QtWidgets import QMainWindow

from ui.model import ReviewModel


class ReviewWindow(QMainWindow):
    """Webcam and screen side by side over one timeline."""

    def __init__(self, model: ReviewModel) -> None:
        super().__init__()
