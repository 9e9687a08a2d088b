"""What a screen reader is told by itself: changes that a sighted person would see without looking for them."""

from collections.abc import Iterable

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(source: QWidget, sentence: str, *, at_once: bool = False) -> None:
    """Let a running screen reader say `sentence`; `at_once` interrupts what it says just now.

    Nothing happens without one, where `sentence` is empty, or before the window of `source` is shown.
    """
    if not (sentence and QAccessible.isActive() and source.window().isVisible()):
        return
    event = QAccessibleAnnouncementEvent(source, sentence)
    if at_once:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def spoken(lines: Iterable[str]) -> str:
    """Return `lines`, such as a title and what stands under it, as sentences after one another."""
    return " ".join(line if line.endswith((".", "?", ":", "…")) else f"{line}." for line in lines if line)


def open_pages_to_screen_readers() -> None:
    """Let the web engine, once it is loaded, know of a screen reader that was there before it.

    The engine (measured on QtWebEngine 6.12) hears of one that comes later only, and would keep the exam's page from
    everybody who has started theirs first. `QAccessible.setActive` does no more than tell those who listen.
    """
    if QAccessible.isActive():
        QAccessible.setActive(True)
