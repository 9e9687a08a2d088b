"""The window in which a representative looks at one recording."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from resources.language import _
from ui import icons, texts, theme
from ui.model import ReviewModel
from ui.review import words
from ui.review.clock import as_clock
from ui.review.documents import Documents
from ui.review.events import EventsList
from ui.review.pictures import Pictures
from ui.review.player import Player
from ui.review.timeline import TimelineView
from ui.widgets.text import button, frame, label, picture

SKIP_S = 10.0
DOCUMENTS_KEY = "D"
CHANGE_KEY = "C"
FACTS_WITHOUT_SCROLLING = 3
_VERDICTS = {
    "COMPLETE": ("shield", theme.GOOD, "card-good", "good"),
    "INTERRUPTED": ("shield-attention", theme.WARNING, "card-care", "care"),
    "INCONSISTENT": ("shield-off", theme.BAD, "card-bad", "bad"),
    "TAMPERED": ("shield-off", theme.BAD, "card-bad", "bad"),
}

_FACT_COLOURS = {"attention": theme.WARNING, "shield-off": theme.BAD}


class ReviewWindow(QMainWindow):
    """Camera and screen, one of them large, over one timeline, with events to jump to.

    Keys: Space plays and pauses, Left and Right go one second (Shift: ten), N and P go to the next and the previous
    event, Home and End to the ends, C changes the pictures over, D shows
    the pictures of documents taken at check-in.
    """

    def __init__(self, model: ReviewModel) -> None:
        super().__init__()
        self._model = model
        self.setWindowTitle(f"{texts.PROGRAM}: {model.title}")
        self.setWindowIcon(icons.icon("eye", theme.ACCENT, 64))
        self._player = Player(model, self)
        self._pictures = Pictures(model, self)
        self._timeline = TimelineView(model)
        self._events = EventsList(model.events)
        self.setCentralWidget(self._lay_out())
        self.setMinimumSize(QSize(760, 480))
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(QSize(min(theme.px(1360), room.width()), min(theme.px(880), room.height() - theme.FRAME_PX)))

        self._player.moved.connect(self._moved)
        self._player.playing_changed.connect(self._playing_changed)
        self._timeline.sought.connect(self._player.seek)
        self._events.chosen.connect(self._player.seek)
        self._pictures.changed.connect(self._pictures_changed)
        self._shortcuts()
        self._player.seek(0.0)
        self._play.setFocus()

    @property
    def player(self) -> Player:
        """Return what moves through the recording, for automated runs."""
        return self._player

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the sound with the window."""
        self._player.pause()
        super().closeEvent(event)

    def _lay_out(self) -> QWidget:
        central = QWidget()
        central.setObjectName("page")
        row = QHBoxLayout(central)
        row.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        row.setSpacing(theme.px(18))
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self._verdict())
        left.addWidget(self._pictures.large, 1)
        left.addWidget(self._timeline)
        left.addLayout(self._controls())
        row.addLayout(left, 3)
        row.addWidget(self._side(), 1)
        return central

    def _verdict(self) -> QFrame:
        drawing, colour, role, word_role = _VERDICTS[self._model.verdict]
        made = frame(role)
        made.setObjectName("verdict")
        row = QHBoxLayout(made)
        row.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        row.setSpacing(theme.px(14))
        row.addWidget(picture(drawing, colour, 30))
        lines = QVBoxLayout()
        lines.setSpacing(theme.px(2))
        lines.addWidget(label(self._model.title, "heading"))
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(label(_(words.VERDICT_WORDS[self._model.verdict]) + ":", word_role, wrap=False))
        line.addWidget(label(self._model.verdict_sentence), 1)
        lines.addLayout(line)
        row.addLayout(lines, 1)
        return made

    def _controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self._play = button(_(words.PLAY), "playButton", role="primary", icon="play")
        self._play.setMinimumWidth(theme.px(124))
        self._play.clicked.connect(self._player.toggle)
        row.addWidget(self._play)
        for name, drawing, text, key, act in (
            ("previousEventButton", "previous", _(words.EVENT_PREVIOUS), "P", self._previous_event),
            ("backButton", "back", _(words.SECONDS_BACK), "Shift+Left", lambda: self._skip(-SKIP_S)),
            ("forwardButton", "forward", _(words.SECONDS_FORWARD), "Shift+Right", lambda: self._skip(SKIP_S)),
            ("nextEventButton", "next", _(words.EVENT_NEXT), "N", self._next_event),
        ):
            press = _tool(name, drawing, text, key)
            press.clicked.connect(act)
            row.addWidget(press)
        self._change = _tool("changePicturesButton", self._pictures.small_stream, "", CHANGE_KEY)
        self._change.clicked.connect(self._pictures.change)
        self._change.setVisible(self._pictures.may_change)
        self._pictures_changed()
        row.addWidget(self._change)
        documents = _tool("documentsButton", "document", _(words.DOCUMENTS), DOCUMENTS_KEY)
        documents.clicked.connect(self._show_documents)
        documents.setVisible(bool(self._model.documents))
        row.addWidget(documents)
        self._time = label("", "strong", name="timeLabel", wrap=False)
        row.addWidget(self._time)
        note = label(_(words.REVIEW_NOTE), "small")
        note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(note, 1)
        return row

    def _side(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(theme.px(240))
        side.setMaximumWidth(theme.px(420))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._pictures.small)
        column.addWidget(label(_(words.EVENTS), "strong"))
        column.addWidget(self._events, 3)
        if self._model.facts:
            column.addWidget(self._facts())
        return side

    def _facts(self) -> QWidget:
        inner = frame("card")
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        rows.setSpacing(theme.px(4))
        for fact in self._model.facts:
            row = QHBoxLayout()
            row.setSpacing(theme.px(10))
            drawing = picture(fact.icon, _FACT_COLOURS.get(fact.icon, theme.ACCENT), 18)
            row.addWidget(drawing, 0, Qt.AlignmentFlag.AlignTop)
            said = label(f"{fact.title}: {fact.detail}", "small")
            said.setAccessibleName(f"{fact.title}. {fact.detail}")
            row.addWidget(said, 1)
            rows.addLayout(row)
        if len(self._model.facts) <= FACTS_WITHOUT_SCROLLING:
            return inner
        rows.addStretch()
        facts = QScrollArea()
        facts.setWidgetResizable(True)
        facts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        facts.setWidget(inner)
        facts.setMaximumHeight(theme.px(150))
        return facts

    def _shortcuts(self) -> None:
        for keys, act in (
            ("Space", self._player.toggle),
            ("N", self._next_event),
            ("P", self._previous_event),
            ("Left", lambda: self._skip(-1.0)),
            ("Right", lambda: self._skip(1.0)),
            ("Shift+Left", lambda: self._skip(-SKIP_S)),
            ("Shift+Right", lambda: self._skip(SKIP_S)),
            ("Home", lambda: self._player.seek(0.0)),
            ("End", lambda: self._player.seek(self._model.duration_s)),
            (CHANGE_KEY, self._pictures.change),
            (DOCUMENTS_KEY, self._show_documents),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _show_documents(self) -> None:
        if self._model.documents and self.findChild(Documents) is None:
            self._player.pause()
            Documents(self, self._model.documents)

    def _moved(self, time_s: float) -> None:
        self._pictures.show_time(time_s)
        self._timeline.set_time(time_s)
        self._events.mark(time_s)
        self._time.setText(f"{as_clock(time_s)} / {as_clock(self._model.duration_s)}")

    def _playing_changed(self, playing: bool) -> None:
        text = _(words.PAUSE) if playing else _(words.PLAY)
        self._play.setText(f" {text}")
        self._play.setAccessibleName(text)
        self._play.setIcon(icons.icon("pause" if playing else "play", theme.ON_ACCENT, theme.px(20)))

    def _pictures_changed(self) -> None:
        stream = self._pictures.small_stream
        text = _(words.PICTURE_LARGE).format(stream=_(words.STREAM_WORDS[stream]))
        self._change.setIcon(icons.icon(stream, theme.ACCENT, theme.px(20)))
        self._change.setAccessibleName(text)
        self._change.setToolTip(f"{text} ({CHANGE_KEY})")

    def _skip(self, seconds: float) -> None:
        self._player.seek(self._player.time_s + seconds)

    def _next_event(self) -> None:
        time_s = self._events.time_after(self._player.time_s)
        if time_s is not None:
            self._player.seek(time_s)

    def _previous_event(self) -> None:
        time_s = self._events.time_before(self._player.time_s)
        self._player.seek(time_s if time_s is not None else 0.0)


def _tool(name: str, drawing: str, text: str, key: str) -> QPushButton:
    made = button("", name, role="tool", icon=drawing)
    made.setAccessibleName(text)
    made.setToolTip(f"{text} ({key})")
    return made
