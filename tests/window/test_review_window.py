"""The review: one time for pictures, line, list and sound, by mouse and keyboard."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ui.model import Frame, ReviewEvent, ReviewGap, ReviewModel
from ui.review.events import EventsList
from ui.review.timeline import TimelineView
from ui.review.window import ReviewWindow
from ui.widgets.preview import PreviewView


@dataclass
class Recording:
    """Pictures whose colour is the time, and what was asked of the sound."""

    asked: list[tuple[str, float]] = field(default_factory=list)
    sound: list[str] = field(default_factory=list)

    def frame_at(self, stream: str, time_s: float) -> Frame | None:
        self.asked.append((stream, time_s))
        return None if 30 <= time_s < 40 else (bytes((round(time_s), 0, 0)) * 16 * 9, 16, 9)


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def window(themed, qtbot, recording) -> ReviewWindow:
    made = ReviewWindow(
        ReviewModel(
            "Attempt", "INTERRUPTED", "A gap.", (), 100.0,
            (ReviewEvent(70, "b", "Second", "red"), ReviewEvent(20, "a", "First", "green")),
            (ReviewGap("webcam", 30, 40),), ("webcam", "screen"), recording.frame_at, (0.1, 0.9, 0.2),
            lambda time_s: recording.sound.append(f"play {time_s:.0f}"), lambda: recording.sound.append("stop"),
        )
    )  # fmt: skip
    qtbot.addWidget(made)
    made.resize(1200, 800)
    with qtbot.waitActive(made):
        made.show()
    return made


def test_keys(window, qtbot):
    for key, modifier, there in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 11),
        (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier, 20),
        (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier, 70),
        (Qt.Key.Key_P, Qt.KeyboardModifier.NoModifier, 20),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 100),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 0),
    ):
        qtbot.keyClick(window, key, modifier)
        assert window.player.time_s == pytest.approx(there)
        assert window.findChild(TimelineView).time_s == pytest.approx(there)


def test_event_list_jumps_in_order_of_time(window, qtbot):
    events = window.findChild(EventsList)
    assert [events.item(row).text().split("\n")[1] for row in range(2)] == ["First", "Second"]
    box = events.visualItemRect(events.item(1))
    qtbot.mouseClick(events.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert window.player.time_s == 70


def test_mouse_on_the_line(window, qtbot):
    line = window.findChild(TimelineView)
    band = line._band()
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(round(band.center().x()), round(band.center().y())))
    assert window.player.time_s == pytest.approx(50, abs=0.2)


def test_playing_moves_pictures_and_sound(window, qtbot, recording):
    window.player.seek(10)
    press = window.findChild(QPushButton, "playButton")
    recording.asked.clear()
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.player.time_s > 10.5, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not window.player.playing
    assert recording.sound == ["play 10", "stop"]
    assert {stream for stream, _ in recording.asked} == {"webcam", "screen"}
    assert len({time_s for _, time_s in recording.asked}) >= 3
    assert press.accessibleName() == "Play"


def test_it_stops_at_the_end_and_starts_over(window, qtbot):
    window.player.seek(99.9)
    window.player.play()
    qtbot.waitUntil(lambda: not window.player.playing, timeout=20_000)
    assert window.player.time_s == 100
    window.player.play()
    assert window.player.time_s < 1
    window.player.pause()


def test_gap_has_no_picture(window):
    picture = window.findChild(PreviewView, "webcamPicture")
    window.player.seek(20)
    assert picture.has_image
    window.player.seek(35)
    assert not picture.has_image


def test_closing_stops_the_sound(window, recording):
    window.player.play()
    window.close()
    assert recording.sound[-1] == "stop"


def large_and_small(window):
    places = [window.findChild(QWidget, name) for name in ("largePicture", "smallPicture")]
    return [place.findChild(PreviewView).objectName() for place in places]


def test_the_pictures_change_over_by_key_button_and_press(window, qtbot):
    assert large_and_small(window) == ["screenPicture", "webcamPicture"]
    press = window.findChild(QPushButton, "changePicturesButton")
    assert press.accessibleName() == "Enlarge Camera"
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert large_and_small(window) == ["webcamPicture", "screenPicture"]
    assert press.accessibleName() == "Enlarge Screen"
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert large_and_small(window) == ["screenPicture", "webcamPicture"]
    qtbot.mouseClick(window.findChild(PreviewView, "webcamPicture"), Qt.MouseButton.LeftButton)
    assert large_and_small(window) == ["webcamPicture", "screenPicture"]
    qtbot.mouseClick(window.findChild(PreviewView, "webcamPicture"), Qt.MouseButton.LeftButton)
    assert large_and_small(window) == ["webcamPicture", "screenPicture"]
    window.player.seek(20)
    assert all(window.findChild(PreviewView, name).has_image for name in large_and_small(window))


def test_the_large_picture_uses_the_room(window, qtbot):
    window.player.seek(20)
    qtbot.waitUntil(lambda: window.findChild(PreviewView, "screenPicture").height() > 400, timeout=20_000)
    small, large = (window.findChild(PreviewView, name) for name in ("webcamPicture", "screenPicture"))
    assert large.width() > 2 * small.width()
    assert small.height() >= 0.7 * small.width()


def test_a_picture_that_was_not_recorded_is_not_the_large_one(themed, qtbot, recording):
    model = ReviewModel("Attempt", "COMPLETE", "", (), 9.0, (), (), ("webcam",), recording.frame_at)
    made = ReviewWindow(model)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    assert large_and_small(made) == ["webcamPicture", "screenPicture"]
    assert not made.findChild(QPushButton, "changePicturesButton").isVisible()
    qtbot.keyClick(made, Qt.Key.Key_C)
    qtbot.mouseClick(made.findChild(PreviewView, "screenPicture"), Qt.MouseButton.LeftButton)
    assert large_and_small(made) == ["webcamPicture", "screenPicture"]
    assert {stream for stream, _ in recording.asked} == {"webcam"}


def test_space_pauses_also_where_an_event_was_just_pressed(window, qtbot):
    events = window.findChild(EventsList)
    window.player.play()
    box = events.visualItemRect(events.item(1))
    qtbot.mouseClick(events.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert window.player.playing
    assert window.player.time_s == pytest.approx(70, abs=2)
    qtbot.keyClick(events, Qt.Key.Key_Space)
    assert not window.player.playing
    qtbot.keyClick(events, Qt.Key.Key_Space)
    assert window.player.playing
