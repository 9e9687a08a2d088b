"""What a sealed event says, in one plain sentence, and whether a person should look at it.

The review window and the report both use these words. Words describe what happened to the program or the machine,
never what somebody meant by it. A kind, a code or a fact that this program does not know is shown as it is, and is
there to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, assert_never

from app.events.checkin import CheckInEvent
from app.events.detection import DetectionEvent
from app.events.lockdown import LockdownEvent
from app.events.recording import (
    ClockMovedEvent,
    EncodingLevelEvent,
    GapEvent,
    ImpairmentEvent,
    RecordingEvent,
    ScreenRecordedEvent,
    SourceChangedEvent,
    StreamNoticeEvent,
    TakeEnd,
    TakeEndedEvent,
    TakeStartedEvent,
)
from app.events.sealed import SealedEvent
from app.events.session import SessionEvent
from app.events.vocabulary import AnyEvent, NoEvent, UnknownEvent
from app.institution.wording.check_in import check_in_wording
from app.institution.wording.detection import detection_wording
from app.institution.wording.lockdown import lockdown_wording
from app.institution.wording.phrases import Weight, Wording, duration_text, plain, shown, weighted
from app.institution.wording.session import session_wording
from app.institution.wording.streams import (
    encoding_level_wording,
    gap_wording,
    impairment_wording,
    notice_wording,
    screen_recorded_wording,
    source_wording,
)
from resources.language import N_, _, isolate

TAKE_ENDS: Mapping[TakeEnd, tuple[str, Weight]] = MappingProxyType(
    {
        TakeEnd.FINISHED: (N_("Recording ended as it should."), "routine"),
        TakeEnd.CLIENT_GONE: (
            N_("Recording ended because the exam program was gone: it crashed, or was closed."),
            "look",
        ),
    }
)


def words(sealed: SealedEvent) -> Wording:
    """Say what a line of the events stream means."""
    said = describe(sealed.event)
    if sealed.understood:
        return said
    more = f" ({_facts(sealed.unknown_facts)})" if sealed.unknown_facts else ""
    return Wording(said.sentence + more, "look", known=False)


def describe(event: AnyEvent) -> Wording:
    """Say what an event means."""
    if isinstance(event, UnknownEvent):
        return Wording(_as_it_is(event), "look", known=False)
    if isinstance(event, RecordingEvent):
        return _recording(event)
    if isinstance(event, SessionEvent):
        return session_wording(event)
    if isinstance(event, CheckInEvent):
        return check_in_wording(event)
    if isinstance(event, LockdownEvent):
        return lockdown_wording(event)
    if isinstance(event, DetectionEvent):
        return detection_wording(event)
    assert_never(event)


def _as_it_is(event: UnknownEvent) -> str:
    if isinstance(event, NoEvent):
        return _("A line that is no event: {line}").format(line=shown(event.facts["line"]))
    kind = plain(event.kind).replace("_", " ") or _("an event without a name")
    return kind + (f" ({_facts(event.facts)})" if event.facts else "")


def _facts(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{plain(name)}: {plain(fact)}" for name, fact in facts.items())


def _recording(event: RecordingEvent) -> Wording:
    match event:
        case TakeStartedEvent():
            if event.take == 0:
                return Wording(_("Recording started."), "routine")
            sentence = _("Recording went on after an interruption, as part {part}.")
            return Wording(sentence.format(part=isolate(event.take + 1)), "look")
        case TakeEndedEvent():
            sentence, weight = weighted(event.why, TAKE_ENDS, N_("Recording ended: {why}."))
            return Wording(sentence.format(why=shown(event.why)), weight)
        case ScreenRecordedEvent():
            return screen_recorded_wording(event)
        case SourceChangedEvent():
            return source_wording(event)
        case GapEvent():
            return gap_wording(event)
        case ImpairmentEvent():
            return impairment_wording(event)
        case EncodingLevelEvent():
            return encoding_level_wording(event)
        case StreamNoticeEvent():
            return notice_wording(event)
        case ClockMovedEvent():
            return _clock_moved(event)
        case _:
            assert_never(event)


def _clock_moved(event: ClockMovedEvent) -> Wording:
    sentence = (
        _("The computer's clock was set forward by {duration}. The times of the recording itself are not changed.")
        if event.by_ms > 0
        else _("The computer's clock was set back by {duration}. The times of the recording itself are not changed.")
    )
    return Wording(sentence.format(duration=duration_text(abs(event.by_ms) / 1000)), "look")
