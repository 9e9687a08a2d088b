"""Events of the exam session: how far it has come, the exam window and its page, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.events.event import Event
from app.events.values import Coded, Whole


class SessionPhase(StrEnum):
    """The phases of an exam session that are reached while it is recorded."""

    CHECKED = "checked"
    IDENTIFIED = "identified"
    LOCKED = "locked"
    RUNNING = "running"


class LeftReason(StrEnum):
    """Why an exam was left without handing in, as the test taker chose it, or as the program found."""

    TECHNICAL = "technical"
    UNWELL = "unwell"
    BREAK_OR_HELP = "break_or_help"
    RECORDING_UNWANTED = "recording_unwanted"
    OTHER = "other"
    BEFORE_EXAM = "before_exam"
    NOT_LOCKED = "not_locked"


class PageIncident(StrEnum):
    """What the exam window refused to its page, and what became of the page."""

    ADDRESS_BLOCKED = "address_blocked"
    RESOURCE_BLOCKED = "resource_blocked"
    DOWNLOAD_BLOCKED = "download_blocked"
    PRINT_BLOCKED = "print_blocked"
    NEW_WINDOW_BLOCKED = "new_window_blocked"
    PERMISSION_REFUSED = "permission_refused"
    SCREEN_SHARE_REFUSED = "screen_share_refused"
    FILE_CHOOSER_REFUSED = "file_chooser_refused"
    CERTIFICATE_REFUSED = "certificate_refused"
    MEDIA_NOT_PLAYED = "media_not_played"
    WORKER_BLOCKED = "worker_blocked"
    CONNECTION_BLOCKED = "connection_blocked"
    DIALOGS_ENDED = "dialogs_ended"
    PAGE_LEFT_EXAM = "page_left_exam"
    GATE_ENDED = "gate_ended"
    CLOSE_ASKED = "close_asked"
    FOCUS_NOT_KEPT = "focus_not_kept"
    KEYBOARD_NOT_HELD = "keyboard_not_held"
    PAGE_CRASHED = "page_crashed"
    PAGE_NOT_LOADED = "page_not_loaded"
    PAGE_CAME_BACK = "page_came_back"


@dataclass(frozen=True)
class PhaseEvent(Event):
    """The session has come to a phase."""

    kind = "phase"

    phase: Coded[SessionPhase]


@dataclass(frozen=True)
class ClientRestartedEvent(Event):
    """The exam program was started again during the exam; its recorder is number `take`."""

    kind = "client_restarted"

    take: Whole


@dataclass(frozen=True)
class ClientClosedEvent(Event):
    """The exam program was asked to quit during the exam; the attempt stays open."""

    kind = "client_closed"


@dataclass(frozen=True)
class ExamPageEvent(Event):
    """The exam window refused something to its page, or the page came or went; never with an address or a title.

    `host` is the host that was blocked, or the scheme with its colon of an address that has none.
    """

    kind = "page"

    what: Coded[PageIncident]
    host: str | None = None


@dataclass(frozen=True)
class ExamPageRepeatedEvent(Event):
    """The same was met again and again; after the first few it was counted, over `lasted_ms` up to this event."""

    kind = "page_repeated"

    what: Coded[PageIncident]
    count: Whole
    lasted_ms: Whole
    host: str | None = None


@dataclass(frozen=True)
class EventsDroppedEvent(Event):
    """So many events of one kind (`of`) could not wait for a recorder, over `lasted_ms` up to this event."""

    kind = "events_dropped"

    of: str
    count: Whole
    lasted_ms: Whole


@dataclass(frozen=True)
class WindowLeftEvent(Event):
    """Another program's window came to the front of the exam window."""

    kind = "window_left"


@dataclass(frozen=True)
class WindowReturnedEvent(Event):
    """The exam window is in front again."""

    kind = "window_returned"


@dataclass(frozen=True)
class BreakBegunEvent(Event):
    """The test taker takes a break that the exam file grants: the page is covered, the exam's time stands still."""

    kind = "break_begun"


@dataclass(frozen=True)
class BreakEndedEvent(Event):
    """The test taker came back after `lasted_s` whole seconds."""

    kind = "break_ended"

    lasted_s: Whole


@dataclass(frozen=True)
class TimeUpEvent(Event):
    """The exam's time, with what is granted to the test taker, was used up; the exam went on."""

    kind = "time_up"


@dataclass(frozen=True)
class HandedInEvent(Event):
    """The test taker handed the exam in."""

    kind = "handed_in"


@dataclass(frozen=True)
class ExamLeftEvent(Event):
    """The exam was left without handing in; `text` is what the test taker added, in their own words."""

    kind = "exam_left"

    reason: Coded[LeftReason]
    text: str | None = None


SessionEvent = (
    PhaseEvent
    | ClientRestartedEvent
    | ClientClosedEvent
    | ExamPageEvent
    | ExamPageRepeatedEvent
    | EventsDroppedEvent
    | WindowLeftEvent
    | WindowReturnedEvent
    | BreakBegunEvent
    | BreakEndedEvent
    | TimeUpEvent
    | HandedInEvent
    | ExamLeftEvent
)
