"""What happened in the exam session, in plain sentences: phases, the exam window, its page, and the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from app.events.session import (
    BreakBegunEvent,
    BreakEndedEvent,
    ClientClosedEvent,
    ClientRestartedEvent,
    EventsDroppedEvent,
    ExamLeftEvent,
    ExamPageEvent,
    ExamPageRepeatedEvent,
    HandedInEvent,
    LeftReason,
    PageIncident,
    PhaseEvent,
    SessionEvent,
    SessionPhase,
    TimeUpEvent,
    WindowLeftEvent,
    WindowReturnedEvent,
)
from app.institution.wording.phrases import Weight, Wording, coded, duration_text, shown, weighted
from resources.language import N_, _, isolate, ngettext

PHASES: Mapping[SessionPhase, str] = MappingProxyType(
    {
        SessionPhase.CHECKED: N_("The device check was passed."),
        SessionPhase.IDENTIFIED: N_("Identification was completed."),
        SessionPhase.LOCKED: N_("The exam window was opened and lockdown began."),
        SessionPhase.RUNNING: N_("The exam page was shown; the exam could be worked on."),
    }
)

PAGE: Mapping[PageIncident, tuple[str, Weight]] = MappingProxyType(
    {
        PageIncident.ADDRESS_BLOCKED: (
            N_("A page that is not part of the exam was asked for; it was not opened."),
            "look",
        ),
        PageIncident.RESOURCE_BLOCKED: (
            N_("The exam page asked for content outside the exam; it was not loaded."),
            "routine",
        ),
        PageIncident.DOWNLOAD_BLOCKED: (N_("A download was tried; nothing was saved."), "look"),
        PageIncident.PRINT_BLOCKED: (N_("Printing was tried; nothing was printed."), "look"),
        PageIncident.NEW_WINDOW_BLOCKED: (N_("A new window was asked for; none was opened."), "look"),
        PageIncident.PERMISSION_REFUSED: (
            N_("The exam page asked for a device or permission; it was refused."),
            "look",
        ),
        PageIncident.SCREEN_SHARE_REFUSED: (N_("The exam page asked to share the screen; it was refused."), "look"),
        PageIncident.FILE_CHOOSER_REFUSED: (
            N_("The exam page asked for a file of the computer; none was given."),
            "look",
        ),
        PageIncident.CERTIFICATE_REFUSED: (
            N_("The exam server's certificate was not trusted; its page was not loaded."),
            "look",
        ),
        PageIncident.MEDIA_NOT_PLAYED: (
            N_("No source of a video or sound of the exam page could be played."),
            "look",
        ),
        PageIncident.WORKER_BLOCKED: (
            N_("The exam page wanted a script that goes on after the page; none was begun."),
            "routine",
        ),
        PageIncident.CONNECTION_BLOCKED: (
            N_("The exam page wanted a connection outside the exam; none was made, and nothing was sent."),
            "look",
        ),
        PageIncident.DIALOGS_ENDED: (
            N_("A page of the exam asked again and again; the test taker let it ask no more."),
            "routine",
        ),
        PageIncident.PAGE_LEFT_EXAM: (
            N_("The exam window's page left the exam for an empty page or one of the engine's; it was brought back."),
            "look",
        ),
        PageIncident.GATE_ENDED: (
            N_("The exam page's way to the network ended, which is a technical fault; nothing was let through."),
            "look",
        ),
        PageIncident.CLOSE_ASKED: (N_("The exam window was asked to close; it stayed open."), "look"),
        PageIncident.PAGE_CRASHED: (N_("A page of the exam stopped working, which is a technical fault."), "look"),
        PageIncident.PAGE_NOT_LOADED: (N_("A page of the exam did not come."), "look"),
        PageIncident.PAGE_CAME_BACK: (N_("A page of the exam that did not come was there after all."), "routine"),
        PageIncident.FOCUS_NOT_KEPT: (N_("The exam window could not come back to the front by itself."), "look"),
        PageIncident.KEYBOARD_NOT_HELD: (N_("System shortcuts could not be kept in the exam window."), "look"),
    }
)

LEFT: Mapping[LeftReason, str] = MappingProxyType(
    {
        LeftReason.TECHNICAL: N_("Reason given: something technical did not work."),
        LeftReason.UNWELL: N_("Reason given: the test taker did not feel well."),
        LeftReason.BREAK_OR_HELP: N_("Reason given: a break or help was needed."),
        LeftReason.RECORDING_UNWANTED: N_("Reason given: the test taker did not want to be recorded any longer."),
        LeftReason.OTHER: N_("Another reason was given."),
        LeftReason.BEFORE_EXAM: N_("This was before the exam started."),
        LeftReason.NOT_LOCKED: N_("Lockdown could not begin on this computer."),
    }
)


def session_wording(event: SessionEvent) -> Wording:
    """Say what an event of the exam session means."""
    match event:
        case PhaseEvent():
            known = isinstance(event.phase, SessionPhase)
            said = coded(event.phase, PHASES) if known else _("Phase: {phase}.").format(phase=shown(event.phase))
            return Wording(said, "routine")
        case ClientRestartedEvent():
            return Wording(_("The exam program was started again; the exam went on."), "look")
        case ClientClosedEvent():
            return Wording(_("The exam program was closed during the exam; the attempt stayed open."), "look")
        case ExamPageEvent():
            return _page(event)
        case ExamPageRepeatedEvent():
            return _page_repeated(event)
        case EventsDroppedEvent():
            return _dropped(event)
        case BreakBegunEvent():
            return Wording(_("A break began: the page was covered, and the exam's time stood still."), "routine")
        case BreakEndedEvent():
            sentence = _("The break ended after {duration}.")
            return Wording(sentence.format(duration=duration_text(event.lasted_s)), "routine")
        case TimeUpEvent():
            return Wording(_("The exam's time was up, extra time included; the exam went on."), "look")
        case WindowLeftEvent():
            return Wording(_("Another window came to the front of the exam."), "look")
        case WindowReturnedEvent():
            return Wording(_("The exam window was in front again."), "routine")
        case HandedInEvent():
            return Wording(_("The exam was handed in."), "routine")
        case ExamLeftEvent():
            return _left(event)
        case _:
            assert_never(event)


def _page(event: ExamPageEvent) -> Wording:
    sentence, weight = weighted(event.what, PAGE, N_("The exam page: {what}."))
    return Wording(sentence.format(what=shown(event.what)) + _about(event.host), weight)


def _page_repeated(event: ExamPageRepeatedEvent) -> Wording:
    sentence, weight = weighted(event.what, PAGE, N_("The exam page: {what}."))
    again = ngettext(
        "The same happened {count} more time within {duration}:",
        "The same happened {count} more times within {duration}:",
        event.count,
    ).format(count=isolate(event.count), duration=duration_text(event.lasted_ms / 1000))
    return Wording(f"{again} {sentence.format(what=shown(event.what))}" + _about(event.host), weight)


def _about(host: str | None) -> str:
    if not host:
        return ""
    said = _("It began with “{scheme}”.") if host.endswith(":") else _("The host was {host}.")
    return " " + said.format(host=shown(host), scheme=shown(host))


def _dropped(event: EventsDroppedEvent) -> Wording:
    sentence = ngettext(
        "The recorder did not answer: {count} event of the kind “{kind}” within {duration} was counted, not sealed.",
        "The recorder did not answer: {count} events of the kind “{kind}” within {duration} were counted, not sealed.",
        event.count,
    )
    facts = {"count": isolate(event.count), "kind": shown(event.of).replace("_", " ")}
    return Wording(sentence.format(**facts, duration=duration_text(event.lasted_ms / 1000)), "look")


def _left(event: ExamLeftEvent) -> Wording:
    said = _("The exam was left without handing in.") + " " + coded(event.reason, LEFT)
    if event.text:
        said += " " + _("In words: “{text}”.").format(text=shown(event.text))
    return Wording(said, "look")
