"""The guards of the exam window itself: made from the controls that the exam asks for, not yet engaged."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.guards.clipboard import QtClipboardGuard
from ui.client.exam.guards.displays import DisplayWatch
from ui.client.exam.guards.focus import FocusGuard, FocusWatch
from ui.client.exam.guards.full_screen import FullScreenWatch
from ui.client.exam.guards.keyboard import KeyboardGrab
from ui.client.exam.guards.seats import SeatWatch

WindowGuard = FullScreenWatch | FocusGuard | KeyboardGrab | QtClipboardGuard | DisplayWatch | SeatWatch


def window_guards(window: QMainWindow, watch: FocusWatch, controls: ExamWindowControls) -> tuple[WindowGuard, ...]:
    """Make the guards of `window` in the order to engage them; `watch` reports its focus."""
    guards: list[WindowGuard] = []
    if controls.full_screen and QGuiApplication.platformName() == "xcb":
        guards.append(FullScreenWatch(window))
    if controls.focus_return:
        guards.append(FocusGuard(window, watch))
    if controls.clipboard:
        guards.append(QtClipboardGuard(window))
    if controls.system_shortcuts:
        guards.append(KeyboardGrab(window))
    if controls.displays_at_most is not None:
        guards.append(DisplayWatch(window, controls.displays_at_most))
    if controls.seats:
        guards.append(SeatWatch(window))
    return tuple(guards)
