"""Turns signed exam settings into the words a test taker reads before saying yes.

Every sentence follows from a setting that is on; what is off is not mentioned, except where a person would
reasonably fear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages.control_words import control_words
from crypto.fingerprint import words
from lockdown.contract.settings import Control
from ui.model import ConsentModel, Statement

if TYPE_CHECKING:
    from app.policy.delivery import Endpoint
    from app.policy.detection import DetectionSettings
    from app.policy.document import CheckSettings, ExamSettings

RESUMED = (
    "This program or this computer stopped during your exam. What was recorded before is kept, sealed, and is being "
    "delivered. Go on here to continue the same attempt; your institution sees when it was interrupted."
)
NEVER = (
    "No face or voice is recognised or compared with anybody's.",
    "Your files, e-mails and passwords are not looked at. What you copied is replaced if asked for, never read.",
    "No keys you press are recorded, and no program or drive of yours is changed or removed.",
    "No software decides about you. Recordings may be marked for people to look at; people decide.",
)


def consent_model(settings: ExamSettings, endpoint: Endpoint, *, resumed: bool = False) -> ConsentModel:
    """Give the page "Before you start" for these settings, delivered to `endpoint`.

    `resumed` says that this attempt began earlier and was cut short by a crash or a power cut.
    """
    key_words = " ".join(words(settings.public_keys()[0].fingerprint, count=6))
    days = settings.retention.days
    return ConsentModel(
        institution=settings.institution.name,
        exam_title=settings.exam.title,
        proctoring=_proctoring(settings),
        recorded=_recorded(settings),
        controls=tuple(_control(control) for control in settings.lockdown.controls()),
        checks=_checks(settings),
        stored=Statement(
            "server",
            "Where it goes",
            f"Sealed on this computer before it is kept anywhere, then sent to your institution's storage in the "
            f"region “{endpoint.region}”. Whoever runs that storage cannot open it.",
        ),
        opened_by=Statement(
            "key",
            "Who can open it",
            f"Only people at {settings.institution.name} who hold its exam key, known by these words: {key_words}.",
        ),
        retention=Statement(
            "clock",
            "How long it is kept",
            f"{days} day{'' if days == 1 else 's'} after delivery, then it is deleted.",
        ),
        never=NEVER,
        observed=_observed(settings.observed()),
        notice=RESUMED if resumed else "",
    )


_CONTROL_ICONS = {
    Control.FULL_SCREEN: "full-screen",
    Control.SYSTEM_SHORTCUTS: "keyboard",
    Control.CONSOLE_SWITCH: "keyboard",
    Control.CLIPBOARD: "clipboard",
    Control.PROCESSES: "processes",
    Control.STORAGE: "disk",
    Control.DISPLAYS: "screen",
    Control.VIRTUAL_DEVICES: "webcam",
    Control.INPUT_DEVICES: "keyboard",
    Control.NETWORK: "network",
    Control.DEBUGGER: "processes",
    Control.CLOCK: "clock",
    Control.SCREENSHOT_PROTECTION: "screen",
    Control.PRINTING: "printer",
    Control.DOWNLOADS: "download",
}


def _control(control: Control) -> Statement:
    words_of = control_words(control)
    return Statement(
        _CONTROL_ICONS.get(control, "window"), words_of.title, f"{words_of.what} {words_of.why} {words_of.ends}"
    )


def _proctoring(settings: ExamSettings) -> str:
    if settings.proctoring == "live":
        return "A person of your institution may watch while you work and can be reached by chat."
    return "Nobody watches while you work. The recording can be looked at by people of your institution afterwards."


def _recorded(settings: ExamSettings) -> tuple[Statement, ...]:
    recording = settings.recording
    statements = []
    if recording.camera is not None:
        statements.append(
            Statement(
                "webcam",
                "Your camera",
                f"A picture of you, {recording.camera.frames_per_s} times a second, during the exam.",
            )
        )
    statements += _taken(settings.checks)
    if recording.microphone is not None:
        statements.append(Statement("microphone", "Your microphone", "The sound of your room during the exam."))
    if recording.screen is not None:
        statements.append(
            Statement(
                "screen", "Your screen", "Everything shown on this screen, from the start of the exam to its end."
            )
        )
    statements.append(
        Statement(
            "events", "What happens in the exam window", "When it opens, loses the connection, is left or handed in."
        )
    )
    return tuple(statements)


def _taken(checks: CheckSettings) -> list[Statement]:
    stills = _asked({"your identity document": checks.id_photo, "your signature": checks.signature})
    scans = _asked({"over your desk": checks.desk_scan, "around your room": checks.room_scan})
    taken = []
    if stills:
        sentence = f"You take a still picture of {' and of '.join(stills)} yourself, and see it before it is kept."
        taken.append(Statement("document", "A picture before the exam", sentence))
    if scans:
        sentence = f"You turn the camera {' and '.join(scans)}. Recording begins with this."
        taken.append(Statement("webcam", "What is around you", sentence))
    return taken


def _asked(wanted: dict[str, bool]) -> list[str]:
    return [words for words, asked in wanted.items() if asked]


def _observed(detection: DetectionSettings) -> tuple[Statement, ...]:
    limits = detection.limits
    looked_for = (
        (
            detection.face_presence,
            Statement(
                "person",
                "Whether you can be seen",
                f"A moment is marked when nobody is in the camera's picture for {_seconds(limits.absent_s)}.",
            ),
        ),
        (
            detection.people_count,
            Statement(
                "person",
                "Whether somebody else can be seen",
                f"A moment is marked when more than one person is in the picture for {_seconds(limits.people_s)}.",
            ),
        ),
        (
            detection.gaze,
            Statement(
                "eye",
                "Whether you look away from the screen",
                f"A moment is marked when head and eyes are turned far away for {_seconds(limits.away_s)}. Looking up "
                "to think is normal, and people who review know that.",
            ),
        ),
        (
            detection.voice,
            Statement(
                "speaker",
                "Whether somebody speaks",
                f"A moment is marked when speech is heard for {_seconds(limits.speech_s)}. Not whose it is, and not "
                "what is said.",
            ),
        ),
    )
    return tuple(statement for asked, statement in looked_for if asked)


def _seconds(duration_s: float) -> str:
    return "1 second" if duration_s == 1 else f"{duration_s:g} seconds"


def _checks(settings: ExamSettings) -> tuple[str, ...]:
    recording = settings.recording
    asked = {
        "the camera": recording.camera is not None,
        "the microphone": recording.microphone is not None,
        "the screen recording": recording.screen is not None,
    }
    at_check_in = {
        "Whether your face can be seen in the camera's picture": settings.asks_for_face(),
        "Where your screen is, by looking at five dots; you may leave this out": settings.observed().gaze,
        "Your identity document": settings.checks.id_photo,
        "Your signature": settings.checks.signature,
        "Your desk": settings.checks.desk_scan,
        "Your room": settings.checks.room_scan,
    }
    return (
        *(f"Whether {name} works" for name, wanted in asked.items() if wanted),
        "Whether there is room on the disk and a way to your institution's storage",
        "Whether this computer fits the exam's rules",
        *(sentence for sentence, wanted in at_check_in.items() if wanted),
    )
