"""How much of the exam's window is to be seen on an X screen; it never raises, moves or closes anything.

What hides the exam is any window of another program that lies above it: one that no window manager knows, one that a
manager keeps above, one that was put *into* the exam's own window; and whatever takes away from the exam's outline. An
exam that was made smaller, as a program can that puts it into a window of its own, is hidden by what it lost.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from lockdown.watching.coverage import Rectangle, common, hidden_percent

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.x11 import Family, XServer  # noqa: E402  (empty to the type checker on other platforms)

_MANAGER, _COMPOSITOR = "WM_S0", "_NET_WM_CM_S0"  # the selections that say who is one
_MANY_PARTS = 50  # of an outline: each look stays cheap, whatever shape a program gives to a window


class WindowOcclusion:
    """Looks how much of the window `exam` is hidden; windows of a process that is `needed` never count."""

    def __init__(self, server: XServer, exam: int, needed: Callable[[int], bool]) -> None:
        self._server = server
        self._exam = exam
        self._needed = needed
        self._watched: set[int] = set()
        self._lies_in: tuple[int, ...] = ()
        self._most_points = 0
        # Whoever draws the desktop, and the exam's frame, when the exam begins could show anything anyway.
        drawing = (*map(server.owner_of, (_MANAGER, _COMPOSITOR)), *(window for window, _ in self._way_to_root() or ()))
        self._desktop = {server.pid(window) for window in drawing} - {None}
        self._overlay = server.overlay()
        server.watch_shape(exam)

    def hidden_percent(self) -> float:
        """Return it, 0 to 100; 100 where the window is not on the screen at all."""
        way = self._way_to_root()
        if self._watch((self._overlay, *(window for window, _ in way or ()))):
            way = self._way_to_root()  # what came before it was watched was not told
        self._lies_in = tuple(window for window, _ in way or ())
        if way is None or not self._server.shown((self._exam,)):
            return 100.0
        above = [*self._inside(way[0][1]), *_above(way), *self._in_the_overlay()]
        exam = self._server.outline(self._exam)[:_MANY_PARTS]
        frames = [self._server.outline(window)[:_MANY_PARTS] for window, _ in way[1:]]
        covers: list[Rectangle] = []
        for window in self._server.shown([each for each in above if not self._server.same_client(each, self._exam)]):
            over = common(self._outer(window), exam)
            if over and self._counts(window):
                covers += over
        return hidden_percent(exam, frames, covers, self._total_points())

    def in_other_hands(self) -> bool:
        """Return whether a program other than the desktop's has the exam's window in its own, or draws it elsewhere.

        It takes the server's answer, so it waits as long as another program has the server for itself.
        """
        around = {self._server.pid(window) for window in self._lies_in[1:]} - {None}
        return not around <= self._desktop or (
            not self._composited() and any(self._server.redirected(window) for window in self._lies_in[:-1])
        )

    def _total_points(self) -> int:
        """Return how many points the exam should have: the most it ever had, where a display still shows so many.

        With every display off for a moment, as while a cable is changed, nobody hides anything.
        """
        self._most_points = max(self._most_points, self._server.size(self._exam))
        return min(self._most_points, self._server.largest_display() or self._most_points)

    def _composited(self) -> bool:
        owner = self._server.owner_of(_COMPOSITOR)
        return bool(owner) and self._server.pid(owner) in self._desktop

    def _in_the_overlay(self) -> Sequence[int]:
        """Return the compositors' window where no compositor of the desktop has it, else what others put into it."""
        if not self._composited():
            return (self._overlay,)
        family = self._server.family(self._overlay)
        inside = () if family is None else family.children
        return [child for child in inside if self._server.pid(child) not in self._desktop]

    def _way_to_root(self) -> list[tuple[int, Family]] | None:
        """Return the exam's window and those it lies in, up to the root, each with its family; None: it is gone."""
        way = []
        window = self._exam
        while window:
            family = self._server.family(window)
            if family is None:
                return None
            way.append((window, family))
            window = family.parent
        return way

    def _inside(self, family: Family) -> Sequence[int]:
        """Return the windows of others that lie in one of ours, from the children of one of ours."""
        found: list[int] = []
        for child in family.children:
            if not self._server.same_client(child, self._exam):
                found.append(child)
                continue
            self._watch((child,))
            if (inner := self._server.family(child)) is not None:
                found += self._inside(inner)
        return found

    def _watch(self, windows: Iterable[int]) -> bool:
        new = set(windows) - self._watched
        self._server.watch(new)
        self._watched |= new
        return bool(new)

    def _outer(self, window: int) -> Sequence[Rectangle]:
        """Return the outline of a window, or what surrounds it where it has many parts."""
        parts = self._server.outline(window)
        if len(parts) <= _MANY_PARTS:
            return parts
        return (
            Rectangle(
                min(part.left for part in parts),
                min(part.top for part in parts),
                max(part.right for part in parts),
                max(part.bottom for part in parts),
            ),
        )

    def _counts(self, window: int) -> bool:
        """Return whether it is neither this program's nor that of one which a person needs."""
        return not all(maker == os.getpid() or (maker and self._needed(maker)) for maker in self._makers(window))

    def _makers(self, window: int) -> set[int | None]:
        """Return whose window it is; the frame that the window manager puts around a window is its program's."""
        maker = self._server.pid(window)
        family = self._server.family(window)
        if family is not None and maker is not None and maker == self._server.pid(self._server.owner_of(_MANAGER)):
            framed = [child for child in family.children if not self._server.same_client(child, window)]
            return {self._server.pid(child) for child in framed} or {maker}
        return {maker}


def _above(way: Sequence[tuple[int, Family]]) -> list[int]:
    """Return the windows that lie above the exam's or above what it lies in, at each step of its way to the root."""
    found: list[int] = []
    for (window, _), (_, around) in pairwise(way):
        if window in around.children:
            found += around.children[around.children.index(window) + 1 :]
    return found
