"""What is said of a recorded stream: its name, its source, of what quality it was, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.events.recording import (
    EncodingLevelEvent,
    GapEvent,
    ImpairmentEvent,
    ScreenRecordedEvent,
    SourceChangedEvent,
    StreamNoticeEvent,
)
from app.events.values import UnknownCode
from app.institution.wording.phrases import Weight, Wording, capital, coded, duration_text, listed, shown, weighted
from capture.reports import Condition, Impairment, StreamNotice
from capture.sources.screen_limits import ScreenLimit
from resources.language import N_, _, isolate

_STREAMS: Mapping[str, str] = MappingProxyType(
    {
        "webcam": N_("camera"),
        "microphone": N_("microphone"),
        "screen": N_("screen"),
        "events": N_("events"),
        "stills": N_("still pictures"),
    }
)


def stream_name(stream: object) -> str:
    """The stream as people call it."""
    return coded(str(stream), _STREAMS)


SOURCE_STATES: Mapping[Condition, tuple[str, Weight]] = MappingProxyType(
    {
        Condition.OPENING: (N_("{stream}: is being opened."), "routine"),
        Condition.RUNNING: (N_("{stream}: is recording."), "routine"),
        Condition.STOPPED: (N_("{stream}: has ended."), "routine"),
        Condition.LOST: (N_("{stream}: was lost, and is tried again every second."), "look"),
        Condition.ABSENT: (N_("{stream}: is not there, and is tried again every two seconds."), "look"),
    }
)

WHY: Mapping[str, str] = MappingProxyType(
    {
        "not_found": N_("No device was found."),
        "not_allowed": N_("The computer did not allow the device to be used."),
        "in_use": N_("Another program may have held the device."),
        "no_answer": N_("The device did not answer."),
        "unreadable": N_("What the device gave could not be read."),
        "stopped": N_("The device stopped delivering."),
        "frozen": N_("Its picture was frozen, the same to the last bit."),
        "failed": N_("It failed in a way that is not known."),
        "not_chosen": N_("No device was chosen."),
        "sound_library_missing": N_("The computer lacked the library that records sound."),
        "sound_configuration_missing": N_("The computer's sound configuration was missing."),
        "file_unreadable": N_("The file that stood in for the device could not be read."),
        "file_without_length": N_("The file that stood in for the device had no length."),
        "file_without_sound": N_("The file that stood in for the microphone had no sound in it."),
    }
)
"""By `capture.errors.SourceFault`."""

GAP_REASONS: Mapping[str, str] = MappingProxyType(
    {
        **WHY,
        "nothing_arrived": N_("Nothing arrived for a while: the computer was too busy, or asleep."),
        "machine_busy": N_("The computer was too busy to record everything."),
        "encoding_failed": N_("The computer could not encode the recording."),
        "not_stored": N_("The recording could not be stored on the computer."),
        "recorder_exited": N_("The recorder stopped and was started again."),
    }
)

SCREEN_LIMITS: Mapping[ScreenLimit, str] = MappingProxyType(
    {
        ScreenLimit.OTHER_WINDOWS: N_("windows of programs that are not of the older X11 kind"),
        ScreenLimit.POINTER: N_("the pointer"),
        ScreenLimit.PROTECTED_WINDOWS: N_("windows that forbid being recorded, which are black in it"),
        ScreenLimit.SYSTEM_PROMPTS: N_("the lock screen and the system's own questions for a password"),
    }
)

_GAPS: Mapping[str, str] = MappingProxyType(
    {
        "webcam": N_("No camera picture for {duration}."),
        "screen": N_("No screen picture for {duration}."),
        "microphone": N_("No sound for {duration}."),
    }
)

_SUSPENDED: Mapping[str, str] = MappingProxyType(
    {
        "webcam": N_("No camera picture while the computer slept, for {duration}."),
        "screen": N_("No screen picture while the computer slept, for {duration}."),
        "microphone": N_("No sound while the computer slept, for {duration}."),
    }
)

NOTICES: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        StreamNotice.DISPLAY_CHANGED: (
            N_("{stream}: the displays changed; the recording has their size from here on."),
            "look",
        ),
        StreamNotice.SOUND_REALIGNED: (N_("{stream}: the sound was moved to fit the clock again."), "routine"),
        StreamNotice.FRAMES_DROPPED: (
            N_("{stream}: pictures were left out because the computer was too busy."),
            "look",
        ),
        StreamNotice.DELIVERY_FAILED: (N_("{stream}: a part could not be stored on the computer."), "look"),
        StreamNotice.ENCODING_FAILED: (N_("{stream}: a part could not be encoded."), "look"),
    }
)

IMPAIRMENTS: Mapping[Impairment, str] = MappingProxyType(
    {
        Impairment.PICTURE_BLACK: N_("{stream}: the picture is black: the shutter may be closed, or the room dark."),
        Impairment.LENS_COVERED: N_("{stream}: the picture is an even surface: something may stand before the lens."),
        Impairment.SCREEN_BLACK: N_("{stream}: the picture of the screen is black."),
        Impairment.SOUND_SILENT: N_("{stream}: complete silence, as of a microphone that is muted."),
    }
)
"""Impairments of a source, which begin and end. They are about the device, never about a person."""

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "machine": N_("This puts the exam first on a busy computer."),
        "bytes": N_("This keeps the recording within the bytes that an hour may take."),
    }
)


def source_wording(event: SourceChangedEvent) -> Wording:
    """Say how a source does."""
    sentence, weight = weighted(event.state, SOURCE_STATES, N_("{stream}: {state}."))
    said = sentence.format(stream=_stream(event.stream), state=shown(event.state))
    return Wording(said if event.why is None else f"{said} {coded(event.why, WHY)}", weight)


def gap_wording(event: GapEvent) -> Wording:
    """Say what is missing, for how long and why."""
    if event.slept_ms is not None:
        sentence = _(_SUSPENDED.get(event.stream, N_("Nothing of {stream} while the computer slept, for {duration}.")))
        slept = duration_text(event.slept_ms / 1000)
        said = sentence.format(stream=stream_name(event.stream), duration=slept)
        if event.from_us == event.to_us:
            said += " " + _("The time of the recording stood still.")
        return Wording(said, "look")
    sentence = _(_GAPS.get(event.stream, N_("Nothing of {stream} for {duration}.")))
    missing = duration_text((event.to_us - event.from_us) / 1_000_000)
    why = shown(event.text) if event.text is not None else coded(event.reason, GAP_REASONS)
    said = f"{sentence.format(stream=stream_name(event.stream), duration=missing)} {why}"
    if event.error is not None and event.text is None:
        said += " " + _("The error was {error}.").format(error=shown(event.error))
    return Wording(said, "look")


def impairment_wording(event: ImpairmentEvent) -> Wording:
    """Say what a source shows instead of a picture or sound, or that it delivers again."""
    if event.state == "ended":
        return Wording(_("{stream}: works again.").format(stream=_stream(event.stream)), "routine")
    sentence = _("{stream}: {what}.") if isinstance(event.what, UnknownCode) else _(IMPAIRMENTS[event.what])
    return Wording(sentence.format(stream=_stream(event.stream), what=shown(event.what)), "look")


def encoding_level_wording(event: EncodingLevelEvent) -> Wording:
    """Say how finely a stream is recorded from here on."""
    if event.direction == "up":
        sentence = _(
            "{stream}: recorded more finely again (at most {rate} pictures a second, {size}, rate factor {crf})."
        )
    else:
        sentence = _(
            "{stream}: recorded less finely from here on (at most {rate} pictures a second, {size}, rate factor {crf})."
        )
    share = isolate(f"{event.scale:.0%}")
    size = _("full size") if event.scale == 1 else _("{share} of the size").format(share=share)
    said = sentence.format(
        stream=_stream(event.stream),
        rate=isolate(f"{event.frames_per_s:g}"),
        size=size,
        crf=isolate(f"{event.crf:g}"),
    )
    if event.cause is not None and event.direction != "up":
        said += " " + coded(event.cause, CAUSES)
    return Wording(said, "routine")


def notice_wording(event: StreamNoticeEvent) -> Wording:
    """Say what happened to a stream once."""
    sentence, weight = weighted(event.what, NOTICES, N_("{stream}: {what}."))
    said = [sentence.format(stream=_stream(event.stream), what=shown(event.what))]
    if event.width is not None and event.height is not None:
        size = _("Pixels from here on: {width} across, {height} down.")
        said.append(size.format(width=isolate(event.width), height=isolate(event.height)))
    if event.moved_ms is not None:
        said.append(_("It was moved by {moved} ms.").format(moved=isolate(event.moved_ms)))
    if event.encoder is not None:
        said.append(_("The encoder was {encoder}.").format(encoder=shown(event.encoder)))
    if event.error is not None:
        said.append(_("The error was {error}.").format(error=shown(event.error)))
    return Wording(" ".join(said), weight)


def screen_recorded_wording(event: ScreenRecordedEvent) -> Wording:
    """Say what a recording of the screen leaves out."""
    if not event.left_out:
        return Wording(_("Screen: everything that is shown is recorded on this system."), "routine")
    limits = listed([coded(limit, SCREEN_LIMITS) for limit in event.left_out])
    return Wording(_("Screen: not seen in the recording on this system: {limits}.").format(limits=limits), "look")


def _stream(stream: str) -> str:
    return capital(stream_name(stream))
