"""Which restrictions the exam window keeps."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExamWindowControls:
    """True means that the restriction is on; without the institution's wish every one is off.

    Whatever these say, the page never reaches local files, the camera, the microphone, the screen or the engine's
    developer tools, never picks a file or takes one that is dropped on it, has no menu of the engine, and never opens
    a second window of its own: an allowed page that asks for one is a tab of this one. Being asked to close, by a
    key, the system or the page itself, closes nothing of the exam's page.

    Attributes:
        full_screen: the window fills the screen.
        focus_return: the window stays on top and comes back when another one takes the keyboard.
        system_shortcuts: Alt+Tab and its like stay in the window.
        clipboard: what was copied outside is replaced with nothing, unread.
        downloads: downloads are refused.
        printing: attempts to print are reported (the window never prints).
        displays_at_most: displays are counted, more than this many are reported; None: they are not counted.
        seats: pairs of keyboard and pointer beyond the first are reported (X11).
    """

    full_screen: bool = False
    focus_return: bool = False
    system_shortcuts: bool = False
    clipboard: bool = False
    downloads: bool = False
    printing: bool = False
    seats: bool = False
    displays_at_most: int | None = None
