"""What a sealed event says, in one plain sentence, and whether a person should look at it.

The review window and the report both speak these words. An event that is not known here is shown as it is. Words
describe what happened to the program or the machine, never what somebody meant by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.institution.wording.check_in import CHECK_IN
from app.institution.wording.detection import DETECTION
from app.institution.wording.lockdown import LOCKDOWN
from app.institution.wording.phrases import Event, Weight, Wording, capital, duration_text, number, plain
from app.institution.wording.streams import quality_words, screen_recorded_words, stream_name

NOT_FACTS = frozenset({"t_us", "wall_ms", "event"})


def words(event: Event) -> Wording:
    """Say what `event` (one JSON object of the events stream, possibly of any shape) means."""
    describe = _SENTENCES.get(str(event.get("event", "")))
    wording = None if describe is None else describe(event)
    return wording if wording is not None else Wording(_as_it_is(event), "look", known=False)


def _as_it_is(event: Event) -> str:
    kind = plain(event.get("event", "")).replace("_", " ") or "an event without a name"
    facts = ", ".join(f"{plain(name)}: {plain(value)}" for name, value in event.items() if name not in NOT_FACTS)
    return kind + (f" ({facts})" if facts else "")


_SOURCES: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        "opening": ("is being opened", "routine"),
        "running": ("is recording", "routine"),
        "stopped": ("has ended", "routine"),
        "lost": ("was lost, and is tried again every second", "look"),
        "absent": ("is not there, and is tried again every two seconds", "look"),
    }
)

_WHY: Mapping[str, str] = MappingProxyType(
    {
        "not_found": "none was connected",
        "not_allowed": "the computer did not allow it to be used",
        "in_use": "another program may have held it",
        "no_answer": "it did not answer",
        "unreadable": "what it gave could not be read",
        "stopped": "it stopped delivering",
        "frozen": "its picture was frozen, the same to the last bit",
        "failed": "it failed in a way that is not known",
    }
)

_PHASES = MappingProxyType(
    {
        "opened": "The exam file was opened.",
        "informed": "The test taker was told what is recorded, and agreed.",
        "checked": "The device check was passed.",
        "identified": "Identification was completed.",
        "locked": "The exam window was opened and lockdown began.",
        "running": "The exam page was shown; the exam could be worked on.",
        "suspended": "The exam was suspended.",
        "submitting": "Handing in began.",
        "aborting": "Leaving began.",
        "released": "Lockdown ended; the computer was as before.",
    }
)

_PAGE: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        "address_blocked": ("A page that is not part of the exam was asked for; it was not opened.", "look"),
        "resource_blocked": ("The exam page asked for content outside the exam; it was not loaded.", "routine"),
        "download_blocked": ("A download was tried; nothing was saved.", "look"),
        "print_blocked": ("Printing was tried; nothing was printed.", "look"),
        "new_window_blocked": ("A new window was asked for; none was opened.", "look"),
        "permission_refused": ("The exam page asked for a device or permission; it was refused.", "look"),
        "screen_share_refused": ("The exam page asked to share the screen; it was refused.", "look"),
        "file_chooser_refused": ("The exam page asked for a file of the computer; none was given.", "look"),
        "certificate_refused": ("The exam server's certificate was not trusted; its page was not loaded.", "look"),
        "clipboard_replaced": (
            "Something copied outside the exam was emptied from the clipboard, unread.",
            "look",
        ),
        "close_asked": ("The exam window was asked to close; it stayed open.", "look"),
        "page_crashed": ("The exam page stopped working, which is a technical fault.", "look"),
        "page_not_loaded": ("The exam page could not be reached over the network.", "look"),
        "page_came_back": ("The exam page could be reached again.", "routine"),
        "focus_not_kept": ("The exam window could not come back to the front by itself.", "look"),
        "keyboard_not_held": ("System shortcuts could not be kept in the exam window.", "look"),
    }
)


def _take_started(event: Event) -> Wording:
    take = number(event.get("take"))
    if not take:
        return Wording("Recording started.", "routine")
    return Wording(f"Recording went on after an interruption, as part {round(take) + 1}.", "look")


def _take_ended(event: Event) -> Wording:
    match event.get("why"):
        case "finished":
            return Wording("Recording ended as it should.", "routine")
        case "client_gone":
            return Wording("Recording ended because the exam program was gone: it crashed, or was closed.", "look")
        case why:
            return Wording(f"Recording ended: {plain(why)}.", "look")


def _source(event: Event) -> Wording | None:
    known = _SOURCES.get(str(event.get("state")))
    if known is None:
        return None
    why = _WHY.get(str(event.get("why")))
    return Wording(f"{capital(stream_name(event.get('stream')))} {known[0]}{f': {why}' if why else ''}.", known[1])


def _gap(event: Event) -> Wording | None:
    begin, end = number(event.get("from_us")), number(event.get("to_us"))
    if begin is None or end is None:
        return None
    nothing = {"webcam": "No camera picture", "screen": "No screen picture", "microphone": "No sound"}
    what = nothing.get(str(event.get("stream")), f"Nothing of {stream_name(event.get('stream'))}")
    slept_ms = number(event.get("slept_ms"))
    if slept_ms is not None:
        slept = f"{what} while the computer slept, for {duration_text(slept_ms / 1000)}."
        return Wording(f"{slept} The time of the recording stood still." if end == begin else slept, "look")
    reason = event.get("reason")
    why = "The recorder stopped and was started again." if reason == "recorder_died" else plain(reason or "")
    return Wording(f"{what} for {duration_text((end - begin) / 1_000_000)}. {why}".rstrip(), "look")


def _clock_moved(event: Event) -> Wording | None:
    by_ms = number(event.get("by_ms"))
    if by_ms is None:
        return None
    how = "forward" if by_ms > 0 else "back"
    times = "The times of the recording itself are not changed by that."
    return Wording(f"The computer's clock was set {how} by {duration_text(abs(by_ms) / 1000)}. {times}", "look")


def _phase(event: Event) -> Wording | None:
    known = _PHASES.get(str(event.get("phase")))
    return None if known is None else Wording(known, "look" if event["phase"] == "suspended" else "routine")


def _page(event: Event) -> Wording | None:
    known = _PAGE.get(str(event.get("what")))
    return None if known is None else Wording(*known)


def _left(event: Event) -> Wording:
    reason = plain(event.get("reason") or "")
    given = f" Reason given: “{reason}”." if reason else ""
    return Wording(f"The exam was left without handing in.{given}", "look")


def _always(sentence: str, weight: Weight) -> Callable[[Event], Wording]:
    return lambda _event: Wording(sentence, weight)


_SENTENCES: Mapping[str, Callable[[Event], Wording | None]] = MappingProxyType(
    {
        "take_started": _take_started,
        "take_ended": _take_ended,
        "client_restarted": _always("The exam program was started again; the exam went on.", "look"),
        "program_closed": _always("The exam program was closed during the exam; the attempt stayed open.", "look"),
        "source": _source,
        "quality": quality_words,
        "screen_recorded": screen_recorded_words,
        "gap": _gap,
        "clock_moved": _clock_moved,
        "phase": _phase,
        "page": _page,
        "window_left": _always("Another window came to the front of the exam.", "look"),
        "window_returned": _always("The exam window was in front again.", "routine"),
        "handed_in": _always("The exam was handed in.", "routine"),
        "left": _left,
        **DETECTION,
        **CHECK_IN,
        **LOCKDOWN,
    }
)
