"""The page "Where your screen is": words before and after, and a dot on the whole page in between."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.language import _
from ui import texts, theme
from ui.client.checkin.model import CalibrationModel, CheckInModel
from ui.client.checkin.step_page import StepPage, set_sentence
from ui.widgets.text import label


class DotField(QWidget):
    """Paints one dot, with a ring around it that fills over the whole time."""

    def __init__(self) -> None:
        super().__init__()
        self._place = (0.5, 0.5)
        self._progress = 0.0
        self.setObjectName("dotField")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_(texts.CALIBRATION_DOT))

    def show_dot(self, x: float, y: float, progress: float) -> None:
        """Put the dot at the shares `x` of the width and `y` of the height."""
        self._place, self._progress = (x, y), progress
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.painted(theme.GROUND))
        room = theme.px(34)
        centre = QPointF(
            room + self._place[0] * (self.width() - 2 * room), room + self._place[1] * (self.height() - 2 * room)
        )
        ring = QRectF(centre.x() - theme.px(22), centre.y() - theme.px(22), theme.px(44), theme.px(44))
        painter.setPen(QPen(theme.painted(theme.LINE), theme.px(5)))
        painter.drawEllipse(ring)
        painter.setPen(QPen(theme.painted(theme.ACCENT), theme.px(5)))
        painter.drawArc(ring, 90 * 16, -round(self._progress * 360 * 16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.painted(theme.ACCENT))
        painter.drawEllipse(centre, theme.px(9), theme.px(9))


class CalibrationPage(StepPage):
    """Ten seconds of looking at five dots; the keyboard stays on "Go on without" while the dot moves."""

    def __init__(self, model: CalibrationModel) -> None:
        super().__init__()
        self.body.addWidget(label(_(texts.CALIBRATION_TITLE), "title"))
        self._sentence = label("", "lead", name="calibrationSentence")
        self.body.addWidget(self._sentence)
        self.body.addStretch(1)
        self._field = DotField()
        over = QVBoxLayout(self._field)
        over.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        self._instruction = label("", "lead", wrap=False)
        row.addWidget(self._instruction)
        row.addStretch(1)
        over.addLayout(row)
        over.addSpacing(theme.px(90))
        self._stop = self.action("leave_out", _(texts.GO_ON_WITHOUT), "calibrationStopButton", role="plain")
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self._stop)
        below.addStretch(1)
        over.addLayout(below)
        over.addStretch(1)
        self._field.setParent(self)
        self._field.hide()
        self._without = self.action("leave_out", _(texts.GO_ON_WITHOUT), "calibrationWithoutButton", role="plain")
        self._begin = self.action("begin", _(texts.CALIBRATION_BEGIN), "calibrationBeginButton", role="primary")
        self._again = self.action("again", _(texts.TRY_AGAIN), "calibrationAgainButton", icon="retry")
        self._continue = self.action("continue", _(texts.CONTINUE), "calibrationContinueButton", role="primary")
        self._hint = label(_(texts.CALIBRATION_OPTIONAL), "small")
        self.add_buttons((self._without,), (self._again, self._begin, self._continue), hint=self._hint)
        self.show_model(model)

    @property
    def running(self) -> bool:
        """Whether the dot is shown: the window fills the screen then."""
        return not self._field.isHidden()

    def update_model(self, model: CheckInModel) -> bool:
        """Bring the page up to date, if the model is one of it."""
        if not isinstance(model, CalibrationModel):
            return False
        self.show_model(model)
        return True

    def show_model(self, model: CalibrationModel) -> None:
        """Bring the page up to date."""
        running, was_running = model.state == "running", self.running
        set_sentence(self._sentence, model.sentence, "lead")
        self._instruction.setText(model.sentence if running else "")
        self._field.show_dot(model.x, model.y, model.progress)
        self._field.setGeometry(self.rect())
        self._field.setVisible(running)
        self._field.raise_()
        self._hint.setVisible(model.state == "ready")
        match model.state:
            case "ready":
                self.offer(self._begin, self._without)
            case "running":
                if not was_running:
                    self._field.setFocus()  # not the button: one Enter too many must not leave it out
                self.offer(self._stop)
            case "done":
                self.offer(self._continue)
            case "failed":
                self.offer(self._continue, self._again)
        if was_running and not running:
            self._continue.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the dot's field cover the whole page."""
        super().resizeEvent(event)
        self._field.setGeometry(self.rect())
