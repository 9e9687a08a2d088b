"""The colour that a page asks for (`<input type=color>`), chosen inside the window."""

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtWidgets import QColorDialog, QFrame, QScrollArea, QWidget

from resources.language import N_, _
from ui import texts
from ui.widgets.overlay import Overlay
from ui.widgets.text import button

_TITLE = N_("Choose a colour")
_TAKE = N_("Use this colour")


class ColourChoice(QObject):
    """Answers the engine's own colour dialog, which is never shown: it would be a window beside the locked one.

    PySide 6.12 hands this wish of a page to nobody; the engine makes a dialog below its `view` and opens it. What the
    person sees is laid over the window, without the tool that picks a colour from elsewhere on the screen.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a dialog from the screen as soon as there is one, and answer it once it is opened."""
        made = event.child() if isinstance(event, QChildEvent) else None
        if isinstance(made, QWidget) and made.windowType() == Qt.WindowType.Dialog:
            # Once while it is being made, or it would be the desktop's own one; once more, as Qt takes it back.
            made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            if event.type() == QEvent.Type.ChildPolished and isinstance(made, QColorDialog):
                made.setWindowModality(Qt.WindowModality.NonModal)
                _ask(self._view.window(), made)
        return False


def _sideways(choice: QWidget) -> QScrollArea:
    """Let `choice`, whose columns are Qt's own, be moved sideways where large text leaves it too little room.

    Its height is the overlay's to scroll; the keyboard brings what it comes to into sight.
    """
    room = QScrollArea()
    room.setFrameShape(QFrame.Shape.NoFrame)
    room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    room.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    room.setWidgetResizable(True)
    room.setWidget(choice)
    choice.ensurePolished()
    room.setFixedHeight(choice.minimumSizeHint().height() + room.horizontalScrollBar().sizeHint().height())
    return room


def _ask(window: QWidget, asked: QColorDialog) -> None:
    overlay = Overlay(window, _(_TITLE), "colourChoice")
    choice = QColorDialog(asked.currentColor())
    choice.setWindowFlags(Qt.WindowType.Widget)
    choice.setOptions(
        QColorDialog.ColorDialogOption.NoButtons
        | QColorDialog.ColorDialogOption.NoEyeDropperButton
        | QColorDialog.ColorDialogOption.DontUseNativeDialog
    )
    overlay.body.addWidget(_sideways(choice))
    back = button(_(texts.PAGE_CANCEL), "colourCancelButton")
    back.clicked.connect(overlay.dismiss)
    overlay.add_button(back)
    take = button(_(_TAKE), "colourTakeButton", role="primary")

    def taken() -> None:
        overlay.dismissed.disconnect(asked.reject)
        asked.setCurrentColor(choice.currentColor())
        asked.accept()
        overlay.dismiss()

    take.clicked.connect(taken)
    overlay.add_button(take)
    overlay.dismissed.connect(asked.reject)
    asked.destroyed.connect(overlay.deleteLater)
    overlay.present(take)
