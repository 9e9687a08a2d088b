"""The bar over the exam page: what is recorded and sent, whether the page came, the time, and the two ways out."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QLocale, QTime, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.client.exam.status_indicator import StatusIndicator
from ui.model import ExamStatus, SourceLight, TimeLeft
from ui.widgets.text import ElidedLabel, button, frame, label

_SHIELDS = {
    "on": ("shield", theme.GOOD, "good"),
    "attention": ("shield-attention", theme.WARNING, "care"),
    "off": ("shield-off", theme.BAD, "bad"),
}
_SOURCES = {
    "on": (theme.GOOD, "quiet"),
    "attention": (theme.WARNING, "care"),
    "off": (theme.QUIET, "quiet"),
    "lost": (theme.BAD, "bad"),
    "absent": (theme.BAD, "bad"),
    "opening": (theme.WARNING, "care"),
}
_CONNECTIONS = {
    "connected": ("network", theme.GOOD),
    "waiting": ("network-waiting", theme.WARNING),
    "offline": ("network-off", theme.WARNING),
}
_TIMES = {
    "plenty": (theme.QUIET, "strong"),
    "soon": (theme.WARNING, "care"),
    "up": (theme.BAD, "bad"),
}
TEXT_SIZES_PERCENT = (100, 125, 150, 200)
_SPACING_PX, _TIGHT_PX = 14, 6
_TITLE_PX, _TITLE_START_PX, _TITLE_LEAST_PX = 300, 130, 60
"""So much of the exam's title, where it is as long, goes before words; before words of trouble; before drawings."""
SETTLED_MS = 1500
"""A state that lasts this long is told to a screen reader: not each step on the way to it."""


class StatusBar(QFrame):
    """One line. Where it gets narrow, words go before drawings do, so that the title stays to be read.

    First goes what is as it should be, then what the line under the bar says too; the two buttons always stay.
    """

    hand_in_pressed = Signal()
    leave_pressed = Signal()
    break_pressed = Signal()
    text_size_changed = Signal(int)

    def __init__(self, title: str, *, breaks: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "header")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._percent = TEXT_SIZES_PERCENT[0]
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(7), theme.px(12), theme.px(7))
        row.setSpacing(theme.px(14))
        self._shield = StatusIndicator("shieldIndicator")
        row.addWidget(self._shield)
        self._uprights = (_upright(), _upright())
        row.addWidget(self._uprights[0])
        self._title = ElidedLabel(title, "strong")
        row.addWidget(self._title, 1)
        self._sources_row = QHBoxLayout()
        self._sources_row.setSpacing(theme.px(10))
        row.addLayout(self._sources_row)
        self._sources: dict[str, StatusIndicator] = {}
        self._page = StatusIndicator("pageIndicator", hidden=True)
        row.addWidget(self._page)
        self._connection = StatusIndicator("connectionIndicator")
        row.addWidget(self._connection)
        self._time_left = StatusIndicator("timeLeftIndicator", hidden=True)
        self._time = label("", "strong", wrap=False)
        self._time.setObjectName("clock")
        row.addWidget(self._uprights[1])
        row.addWidget(self._time_left)
        row.addWidget(self._time)
        self.text_size = button("", "textSizeButton", role="tool", icon="text-size")
        self.text_size.clicked.connect(self._next_text_size)
        self.take_break = button(
            _(texts.BREAK), "breakButton", role="bar", icon="pause", description=_(texts.BREAK_SENTENCE)
        )
        self.take_break.setToolTip(_(texts.BREAK))
        self.take_break.clicked.connect(self.break_pressed)
        self.take_break.setVisible(breaks)
        self.leave = button(_(texts.LEAVE), "leaveButton", role="bar", description=_(texts.LEAVE_SENTENCE))
        self.leave.clicked.connect(self.leave_pressed)
        self.hand_in = button(
            _(texts.HAND_IN), "handInButton", role="bar-primary", description=_(texts.HAND_IN_SENTENCE)
        )
        self.hand_in.clicked.connect(self.hand_in_pressed)
        for control in (self.text_size, self.take_break, self.leave, self.hand_in):
            row.addWidget(control)
        self._name_text_size()
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._tick()
        self._status: ExamStatus | None = None
        self._announced: ExamStatus | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._announce)

    @property
    def percent(self) -> int:
        """Return the page's text size as it is shown."""
        return self._percent

    def set_status(self, status: ExamStatus) -> None:
        """Show `status`."""
        before, self._status = self._status, status
        if before == status:
            return
        self._paint(status)
        if before is None or _worth_announcing(before) != _worth_announcing(status):
            self._settled.start()

    def set_page_trouble(self, words: str, sentence: str) -> None:
        """Show that something is the matter with the exam's page, or nothing about it where `words` is empty."""
        self._page.show_state("window-attention", theme.WARNING, words, "care", sentence)
        self._page.setVisible(bool(words))
        self._repaint()

    def set_text_size(self, percent: int) -> None:
        """Show the page's text size, as chosen by keys."""
        self._percent = percent
        self._name_text_size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose what is spelled out by the room there is."""
        super().resizeEvent(event)
        self._repaint()

    def _repaint(self) -> None:
        if self._status is not None:
            self._paint(self._status)

    def _announce(self) -> None:
        """Announce what is new since the last time: whether all is recorded, and whether it can be sent."""
        before, now = self._announced, self._status
        if now is None:
            return
        if before is None or before.shield_sentence != now.shield_sentence:
            announce(self._shield, now.shield_sentence, at_once=now.shield == "off")
        if before is not None and before.connection != now.connection:
            announce(self._connection, now.connection_sentence)
        self._announced = now

    def _paint(self, status: ExamStatus) -> None:
        """Say all there is to say, then leave out what there is no room for."""
        drawing, colour, role = _SHIELDS[status.shield]
        word = _(texts.SHIELD_WORDS[status.shield]) if status.sources else ""
        self._shield.show_state(drawing, colour, word, role, status.shield_sentence)
        self._paint_sources(status.sources)
        self._page.word.show()
        drawing, colour = _CONNECTIONS[status.connection]
        sent = _(texts.CONNECTION_WORDS[status.connection])
        waiting = _(texts.WAITING_TO_SEND).format(size=_size(status.waiting_bytes))
        words = f"{sent} · {waiting}" if status.waiting_bytes else sent
        role = "quiet" if status.connection == "connected" else "care"
        self._connection.show_state(drawing, colour, words, role, status.connection_sentence)
        self._paint_time(status.time_left)
        self.take_break.setText(f" {_(texts.BREAK)}")
        for part in (self._connection, self._time, *self._uprights):
            part.show()
        self._row.setSpacing(theme.px(_SPACING_PX))
        for title_px, leave_out in self._ways_to_save_room(status, sent):
            if self._needed_px() + min(theme.px(title_px), self._title.whole_px) <= self.width():
                break
            leave_out()

    def _ways_to_save_room(self, status: ExamStatus, sent: str) -> Iterator[tuple[int, Callable[[], object]]]:
        """Yield what may be left out, the least needed first, each with how much of the title it has to give way to."""
        connected, left = status.connection == "connected", status.time_left
        yield _TITLE_PX, partial(self._connection.say, sent)
        if connected:
            yield _TITLE_PX, partial(self._connection.say, "")
        if left is not None:
            yield _TITLE_PX, self._time.hide
        yield _TITLE_PX, partial(self.take_break.setText, "")
        yield _TITLE_START_PX, partial(self._connection.say, "")
        for indicator in self._sources.values():
            yield _TITLE_START_PX, partial(indicator.say, "")
        if left is not None:
            yield _TITLE_START_PX, partial(self._time_left.say, left.short or left.word)
        for upright in self._uprights:
            yield _TITLE_START_PX, upright.hide
        yield _TITLE_START_PX, partial(self._shield.say, "")
        yield 0, self._page.word.hide
        yield _TITLE_LEAST_PX, partial(self._row.setSpacing, theme.px(_TIGHT_PX))
        yield _TITLE_LEAST_PX, partial(self._hide_drawings, status)

    def _hide_drawings(self, status: ExamStatus) -> None:
        """Leave out the drawings of what is as it should be."""
        self._connection.setVisible(status.connection != "connected")
        for light in status.sources:
            self._sources[light.stream].setVisible(light.state != "on")

    def _needed_px(self) -> int:
        """How wide the bar is without its title."""
        for indicator in (self._shield, self._page, self._connection, self._time_left, *self._sources.values()):
            indicator.updateGeometry()
        self._sources_row.invalidate()
        return self._row.minimumSize().width()

    def _paint_time(self, left: TimeLeft | None) -> None:
        self._time_left.setVisible(left is not None)
        if left is not None:
            colour, role = _TIMES[left.state]
            self._time_left.show_state("clock", colour, left.word, role, left.sentence)

    def _paint_sources(self, lights: tuple[SourceLight, ...]) -> None:
        for gone in set(self._sources) - {light.stream for light in lights}:
            indicator = self._sources.pop(gone)
            self._sources_row.removeWidget(indicator)
            indicator.deleteLater()
        for light in lights:
            if light.stream not in self._sources:
                self._sources[light.stream] = StatusIndicator(f"{light.stream}Indicator")
                self._sources_row.addWidget(self._sources[light.stream])
            indicator = self._sources[light.stream]
            name, states = texts.SOURCE_WORDS.get(light.stream, (light.stream, {}))
            state = _(states.get(light.state, name))
            word = "" if light.state in {"on", "off"} else state
            colour, role = _SOURCES[light.state]
            indicator.show_state(light.stream, colour, word, role, light.sentence or state)
            indicator.show()

    def _next_text_size(self) -> None:
        larger = [size for size in TEXT_SIZES_PERCENT if size > self._percent]
        self._percent = larger[0] if larger else TEXT_SIZES_PERCENT[0]
        self._name_text_size()
        self.text_size_changed.emit(self._percent)

    def _name_text_size(self) -> None:
        name = _(texts.TEXT_SIZE).format(percent=self._percent)
        self.text_size.setAccessibleName(name)
        self.text_size.setToolTip(name)

    def _tick(self) -> None:
        now = QLocale().toString(QTime.currentTime(), QLocale.FormatType.ShortFormat)
        if now != self._time.text():
            self._time.setText(now)


def _worth_announcing(status: ExamStatus) -> tuple[str, str]:
    return status.shield_sentence, status.connection


def _upright() -> QFrame:
    made = frame("upright")
    made.setFixedSize(1, theme.px(22))
    made.setStyleSheet(f"background: {theme.seen(theme.LINE)}; border: none;")
    return made


def _size(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
