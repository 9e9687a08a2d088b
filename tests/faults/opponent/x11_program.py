"""A program of the opponent that talks to the X server itself: `python x11_program.py TRICK EXAM`.

It prints ``done`` when the trick is played, undoes it after a line on stdin, and prints ``undone``. EXAM is the
number of the exam's window. Standard library only, so that it starts at once.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable

_xlib = ctypes.CDLL("libX11.so.6")
_xext = ctypes.CDLL("libXext.so.6")
_composite = ctypes.CDLL("libXcomposite.so.1")
_Display, _Window = ctypes.c_void_p, ctypes.c_ulong
_xlib.XOpenDisplay.restype = _Display
_xlib.XCloseDisplay.argtypes = (_Display,)
_xlib.XDefaultRootWindow.restype = _xlib.XCreateSimpleWindow.restype = _Window
_xlib.XCreateSimpleWindow.argtypes = (_Display, _Window, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 3, *[_Window] * 2)
_xlib.XChangeWindowAttributes.argtypes = (_Display, _Window, ctypes.c_ulong, ctypes.c_void_p)
for _name in ("XMapRaised", "XUnmapWindow", "XRaiseWindow", "XDestroyWindow"):
    getattr(_xlib, _name).argtypes = (_Display, _Window)
_xlib.XReparentWindow.argtypes = (_Display, _Window, _Window, ctypes.c_int, ctypes.c_int)
_xlib.XMoveResizeWindow.argtypes = (_Display, _Window, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2)
_xlib.XSetInputFocus.argtypes = (_Display, _Window, ctypes.c_int, ctypes.c_ulong)
for _name in ("XSync", "XGrabServer", "XUngrabServer"):
    getattr(_xlib, _name).argtypes = (_Display, ctypes.c_int)[: 2 if _name == "XSync" else 1]
_xext.XShapeCombineRectangles.argtypes = (
    _Display, _Window, *[ctypes.c_int] * 3, ctypes.c_void_p, *[ctypes.c_int] * 3,
)  # fmt: skip
_xext.XShapeCombineMask.argtypes = (_Display, _Window, *[ctypes.c_int] * 3, ctypes.c_ulong, ctypes.c_int)
_composite.XCompositeGetOverlayWindow.argtypes = _composite.XCompositeReleaseOverlayWindow.argtypes = _Display, _Window
_composite.XCompositeGetOverlayWindow.restype = _Window
_composite.XCompositeRedirectWindow.argtypes = (_Display, _Window, ctypes.c_int)
_composite.XCompositeUnredirectWindow.argtypes = (_Display, _Window, ctypes.c_int)

_YELLOW = 0xFFFF00
_OVERRIDE_REDIRECT = 1 << 9
_BOUNDING, _INPUT, _SET = 0, 2, 0
_MANUAL = 1
_POINTER_ROOT = 1


class _Attributes(ctypes.Structure):
    """XSetWindowAttributes up to the one that is set here."""

    _fields_ = (
        *((name, ctypes.c_ulong) for name in ("pixmap", "pixel", "border_pixmap", "border_pixel")),
        *((name, ctypes.c_int) for name in ("bit_gravity", "win_gravity", "backing_store")),
        *((name, ctypes.c_ulong) for name in ("planes", "backing_pixel")),
        ("save_under", ctypes.c_int),
        *((name, ctypes.c_long) for name in ("event_mask", "do_not_propagate")),
        ("override_redirect", ctypes.c_int),
        *((name, ctypes.c_ulong) for name in ("colormap", "cursor")),
    )


class Opponent:
    """What can be done to the window `exam` with nothing but a connection to the same X server."""

    def __init__(self, exam: int) -> None:
        self.exam = exam
        self.display = _Display(_xlib.XOpenDisplay(None))
        self.root = _xlib.XDefaultRootWindow(self.display)

    def close(self) -> None:
        """Disconnect; everything that was made goes."""
        _xlib.XCloseDisplay(self.display)

    def sync(self) -> None:
        """Have everything done up to here."""
        _xlib.XSync(self.display, 0)

    def window(self, parent: int, left: int, top: int, wide: int, high: int) -> int:
        """Make a yellow window that no window manager manages, not shown yet."""
        made = _xlib.XCreateSimpleWindow(self.display, parent, left, top, wide, high, 0, 0, _YELLOW)
        attributes = _Attributes(override_redirect=1)
        _xlib.XChangeWindowAttributes(self.display, made, _OVERRIDE_REDIRECT, ctypes.byref(attributes))
        return int(made)

    def over(self, left: int, top: int, wide: int, high: int) -> Callable[[], object]:
        """Lay a window over the exam that takes no keyboard."""
        return self.show(self.window(self.root, left, top, wide, high))

    def untouchable(self) -> Callable[[], object]:
        """Lay one over it that lets every click through to the exam."""
        window = self.window(self.root, 0, 0, 1920, 1080)
        _xext.XShapeCombineRectangles(self.display, window, _INPUT, 0, 0, None, 0, _SET, 0)
        return self.show(window)

    def blinking(self) -> Callable[[], object]:
        """Show one for a quarter of a second, again and again."""
        window, ended = self.window(self.root, 400, 300, 600, 400), threading.Event()

        def blink() -> None:
            while not ended.is_set():
                for change in (_xlib.XMapRaised, _xlib.XUnmapWindow):
                    change(self.display, window)
                    self.sync()
                    ended.wait(0.25)

        thread = threading.Thread(target=blink)
        thread.start()
        return lambda: (ended.set(), thread.join(), _xlib.XDestroyWindow(self.display, window))

    def inside(self) -> Callable[[], object]:
        """Put a window into the exam's own."""
        return self.show(self.window(self.exam, 100, 100, 600, 400))

    def outline(self) -> Callable[[], object]:
        """Cut the exam's window down to a strip, so that what lies below it is seen."""
        strip = (ctypes.c_short * 4)(0, 0, 1920, 100)
        _xext.XShapeCombineRectangles(self.display, self.exam, _BOUNDING, 0, 0, strip, 1, _SET, 0)
        return lambda: _xext.XShapeCombineMask(self.display, self.exam, _BOUNDING, 0, 0, 0, _SET)

    def overlay(self) -> Callable[[], object]:
        """Show a window in the one that lies above all others, which no list of windows names."""
        above = _composite.XCompositeGetOverlayWindow(self.display, self.root)
        hide = self.show(self.window(above, 300, 300, 600, 400))
        return lambda: (hide(), _composite.XCompositeReleaseOverlayWindow(self.display, self.root))

    def redirected(self) -> Callable[[], object]:
        """Have the exam drawn into memory only, as compositors do, and show nothing of it."""
        _composite.XCompositeRedirectWindow(self.display, self.exam, _MANUAL)
        return lambda: _composite.XCompositeUnredirectWindow(self.display, self.exam, _MANUAL)

    def held(self) -> Callable[[], object]:
        """Show a window while nobody else is served, so that nobody else is told of it in time."""
        window = self.window(self.root, 0, 0, 1920, 1080)
        _xlib.XGrabServer(self.display)
        _xlib.XMapRaised(self.display, window)
        self.sync()
        for _ in range(15):  # so that a machine that stands still for a while does not count as having been looked at
            time.sleep(0.1)
        _xlib.XDestroyWindow(self.display, window)
        _xlib.XUngrabServer(self.display)
        return lambda: None

    def framed(self) -> Callable[[], object]:
        """Put the exam's window into one of ours, moved aside by half of it."""
        frame = self.window(self.root, 0, 0, 1920, 1080)
        _xlib.XMapRaised(self.display, frame)
        _xlib.XReparentWindow(self.display, self.exam, frame, 960, 0)
        return lambda: (
            _xlib.XReparentWindow(self.display, self.exam, self.root, 0, 0),
            _xlib.XDestroyWindow(self.display, frame),
        )

    def shrunk(self) -> Callable[[], object]:
        """Put the exam's window into one of ours and make it small; nothing lies over it, and it is all to be seen."""
        undo = self.framed()
        _xlib.XMoveResizeWindow(self.display, self.exam, 0, 0, 640, 480)
        return lambda: (_xlib.XMoveResizeWindow(self.display, self.exam, 0, 0, 1920, 1080), undo())

    def keyboard(self) -> Callable[[], object]:
        """Take the keyboard away without a window: what is typed goes to whatever is under the pointer."""
        _xlib.XSetInputFocus(self.display, _POINTER_ROOT, 0, 0)
        return lambda: None

    def show(self, window: int) -> Callable[[], object]:
        """Show a window above the others."""
        _xlib.XMapRaised(self.display, window)
        return lambda: _xlib.XDestroyWindow(self.display, window)


TRICKS: dict[str, Callable[[Opponent], Callable[[], object]]] = {
    "all": lambda opponent: opponent.over(0, 0, 1920, 1080),
    "part": lambda opponent: opponent.over(800, 500, 300, 150),
    "line": lambda opponent: opponent.over(20, 1040, 300, 24),
    "untouchable": Opponent.untouchable,
    "blinking": Opponent.blinking,
    "inside": Opponent.inside,
    "outline": Opponent.outline,
    "overlay": Opponent.overlay,
    "redirected": Opponent.redirected,
    "held": Opponent.held,
    "framed": Opponent.framed,
    "shrunk": Opponent.shrunk,
    "keyboard": Opponent.keyboard,
}

if __name__ == "__main__":
    opponent = Opponent(int(sys.argv[2]))
    undo = TRICKS[sys.argv[1]](opponent)
    opponent.sync()
    print("done", flush=True)
    sys.stdin.readline()
    undo()
    opponent.sync()
    print("undone", flush=True)
