"""The words of the time left, for the exam window's bar and the line under it."""

from __future__ import annotations

import math

from resources.language import _, isolate, ngettext
from ui.model import TimeLeft

SOON_S = 5 * 60
"""With less than this left seconds are shown, and the words are in the colour of what needs care."""


def model(left_s: float, *, on_break: bool) -> TimeLeft:
    """Give what the bar shows with `left_s` seconds left; they may be fewer than none."""
    if left_s <= 0:
        return TimeLeft(_("Time is up"), time_up(), "up", "0:00")
    whole_s = math.ceil(left_s)
    if whole_s <= SOON_S:
        short = isolate(f"{whole_s // 60}:{whole_s % 60:02d}")
        word = _("{time} left").format(time=short)
    else:
        minutes = math.ceil(whole_s / 60)
        short = _("{minutes} min").format(minutes=isolate(minutes))
        word = _minutes(minutes)
    sentence = _("The exam's time: {left}.").format(left=word)
    if on_break:
        sentence = f"{sentence} {_('It stands still during your break.')}"
    return TimeLeft(word, sentence, "soon" if whole_s <= SOON_S else "plenty", short)


def warning(minutes: int) -> str:
    """Say that `minutes` are left."""
    said = ngettext("One minute of the exam's time is left.", "{minutes} minutes of the exam's time are left.", minutes)
    return said.format(minutes=isolate(minutes))


def time_up() -> str:
    """Say that no time is left, and what to do."""
    return _("Time is up: hand in now. The exam does not close by itself; your institution sees when you handed in.")


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min left").format(minutes=isolate(rest))
    return _("{hours} h {minutes} min left").format(hours=isolate(hours), minutes=isolate(rest))
