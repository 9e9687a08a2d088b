"""What a device check says of camera, microphone and screen: a finding with advice against exactly what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.client.pages.source_words import TITLES, fault_words, impairment_sentence
from capture.reports import Condition
from resources.language import N_, _
from ui.model import CheckItem

if TYPE_CHECKING:
    from capture.errors import SourceFault
    from capture.reports import Impairment, StreamName

CODES: Mapping[StreamName, str] = MappingProxyType({"webcam": "C-01", "microphone": "M-01", "screen": "X-01"})

WITHOUT_IT: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("You can start without it: your institution will see that there was no picture."),
        "microphone": N_("You can start without it: your institution will see that there was no sound."),
        "screen": N_("You can start without it: your institution will see that the screen was not recorded."),
    }
)
AS_IT_IS = N_("You can start as it is: your institution will see it noted.")
IMPAIRMENT_FIXES: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("Open the camera's shutter, or take away what covers its lens; a light helps in a dark room."),
        "microphone": N_("Switch the microphone on, at its own switch or in the system's sound settings."),
        "screen": N_("Allow Invigilo to record the screen in the system's settings, and switch the display on."),
    }
)
OPENING = N_("Opening …")
STARTING = N_("Waiting for the recorder to start. On a busy or slow computer this can take a minute or more.")
SILENT = N_("It does not answer.")
SILENT_FIX = N_("Close other programs that may use it, and look whether it is connected and switched on.")
NOT_RECORDED = N_("This exam does not record it.")


def source_finding(
    stream: StreamName, condition: Condition, fault: SourceFault | None, impairment: Impairment | None, *, exam: bool
) -> CheckItem:
    """Judge the source of `stream` by its `condition` and what it delivers, None where nothing is wrong with that.

    With an `exam` the advice goes on to say what starting without it means. A missing device never bars the way.
    """
    item = CheckItem(CODES[stream], _(TITLES[stream]), "ready", "")
    if condition is Condition.OPENING:
        return replace(item, state="checking", sentence=_(OPENING))
    if condition is not Condition.RUNNING:
        return _absent(stream, item, fault, exam=exam)
    if impairment is None:
        return item
    fix = _(IMPAIRMENT_FIXES[stream])
    return replace(
        item,
        state="attention",
        sentence=impairment_sentence(impairment),
        fix=f"{fix} {_(AS_IT_IS)}" if exam else fix,
    )


def source_unknown(stream: StreamName) -> CheckItem:
    """Say that the recorder, which asks for `stream`, has still to start."""
    return CheckItem(CODES[stream], _(TITLES[stream]), "checking", _(STARTING))


def source_not_asked(stream: StreamName) -> CheckItem:
    """Say that the exam does not record `stream`."""
    return CheckItem(CODES[stream], _(TITLES[stream]), "not_asked", _(NOT_RECORDED))


def _absent(stream: StreamName, item: CheckItem, fault: SourceFault | None, *, exam: bool) -> CheckItem:
    if fault is None:
        sentence, fix = _(SILENT), _(SILENT_FIX)
    else:
        words = fault_words(stream, fault)
        sentence, fix = words.what, words.help
    return replace(item, state="attention", sentence=sentence, fix=f"{fix} {_(WITHOUT_IT[stream])}" if exam else fix)
