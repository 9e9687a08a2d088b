"""Turns signed exam settings into the words a test taker reads before saying yes.

Every sentence follows from a setting that is on; what is off is not mentioned, except where a person would
reasonably fear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages.control_words import control_words
from crypto.fingerprint import words
from lockdown.contract.settings import Control
from resources.language import N_, _, isolate, ngettext
from ui.model import ConsentModel, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.policy.delivery import Endpoint
    from app.policy.detection import DetectionSettings
    from app.policy.document import CheckSettings, ExamSettings
    from lockdown.engaging.guard import EnforcementLevel

RESUMED = N_(
    "This program or this computer stopped during your exam. What was recorded before is kept, sealed, and is sent "
    "when your institution's storage can be reached. Go on here to continue the same attempt; your institution sees "
    "when it was interrupted. The exam's page begins anew: you may have to sign in there again, and what it had not "
    "saved has to be written again."
)
NEVER = (
    N_("No face or voice is recognised or compared with anybody's."),
    N_(
        "Your files, emails and passwords are not looked at. Where this exam asks for it, what you copied"
        " is cleared from the clipboard; it is never read."
    ),
    N_("No keys you press are recorded, and no program or drive of yours is changed or removed."),
    N_("No software decides about you. Recordings may be marked for people to look at; people decide."),
)

_HERE: dict[EnforcementLevel, str] = {
    "enforced": N_("This computer can prevent it, or put it right at once."),
    "observed": N_("This computer can notice and note it, and does not prevent it."),
    "not_available": N_("This computer cannot do it, so nothing of it happens."),
}


def consent_model(
    settings: ExamSettings,
    endpoint: Endpoint,
    given: Mapping[Control, EnforcementLevel],
    *,
    resumed: bool = False,
) -> ConsentModel:
    """Give the page "Before you start" for these settings, delivered to `endpoint`.

    `given` is what each control gives on this computer; of one that is not in it nothing is said.
    `resumed` says that this attempt began earlier and was cut short by a crash or a power cut.
    """
    return ConsentModel(
        institution=settings.institution.name,
        exam_title=settings.exam.title,
        proctoring=_proctoring(settings),
        recorded=_recorded(settings),
        controls=tuple(_control(control, given.get(control)) for control in settings.lockdown.controls()),
        time=_time(settings),
        checks=_checks(settings),
        stored=_stored(endpoint),
        opened_by=_opened_by(settings),
        retention=_retention(settings.retention.days),
        never=tuple(_(sentence) for sentence in NEVER),
        observed=_observed(settings.observed()),
        notice=_(RESUMED) if resumed else "",
    )


def _stored(endpoint: Endpoint) -> Statement:
    sentence = _(
        "Sealed on this computer before it is kept anywhere, then sent to your institution's storage in the region "
        "“{region}”. Whoever runs that storage cannot open it."
    )
    return Statement("server", _("Where it goes"), sentence.format(region=isolate(endpoint.region)))


def _opened_by(settings: ExamSettings) -> Statement:
    key_words = " ".join(words(settings.public_keys()[0].fingerprint, count=6))
    sentence = _("Only people at {institution} who hold its exam key, known by these words: {words}.")
    return Statement(
        "key",
        _("Who can open it"),
        sentence.format(institution=isolate(settings.institution.name), words=isolate(key_words)),
    )


def _retention(days: int) -> Statement:
    sentence = ngettext(
        "{days} day after delivery, then it is deleted.", "{days} days after delivery, then it is deleted.", days
    )
    return Statement("clock", _("How long it is kept"), sentence.format(days=isolate(days)))


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


def _control(control: Control, level: EnforcementLevel | None) -> Statement:
    words_of = control_words(control)
    here = f" {_(_HERE[level])}" if level is not None else ""
    detail = f"{words_of.what} {words_of.why} {words_of.ends}{here}"
    return Statement(_CONTROL_ICONS.get(control, "window"), words_of.title, detail)


def _time(settings: ExamSettings) -> tuple[Statement, ...]:
    statements = []
    duration_min, extra_min = settings.exam.duration_min, settings.accommodations.extra_time_min
    if duration_min is not None:
        if extra_min:
            takes = _("{minutes} minutes, {extra} of them extra time that is granted with your exam file.").format(
                minutes=isolate(duration_min + extra_min), extra=isolate(extra_min)
            )
        else:
            takes = ngettext("{minutes} minute.", "{minutes} minutes.", duration_min).format(
                minutes=isolate(duration_min)
            )
        shown = _(
            "It counts from when the exam page is first shown. What is left is shown above the page; the exam does not "
            "close by itself at the end, and your institution sees when the time was up."
        )
        statements.append(Statement("clock", _("How long the exam takes"), f"{takes} {shown}"))
    if settings.accommodations.breaks_allowed:
        breaks = _(
            "You may take breaks with a button above the page. The page is covered meanwhile and the time left stands "
            "still; recording goes on, and the exam page may have a clock of its own that does not stop. When a break "
            "began and ended is recorded."
        )
        statements.append(Statement("pause", _("Breaks"), breaks))
    return tuple(statements)


def _proctoring(settings: ExamSettings) -> str:
    if settings.proctoring == "live":
        return _("A person of your institution may watch while you work and can be reached by chat.")
    return _("Nobody watches while you work. The recording can be looked at by people of your institution afterwards.")


def _recorded(settings: ExamSettings) -> tuple[Statement, ...]:
    recording = settings.recording
    statements = []
    if recording.camera is not None:
        rate = ngettext(
            "A picture of you, {count} time a second, during the exam.",
            "A picture of you, {count} times a second, during the exam.",
            recording.camera.frames_per_s,
        )
        statements.append(
            Statement("webcam", _("Your camera"), rate.format(count=isolate(recording.camera.frames_per_s)))
        )
    statements += _taken(settings.checks)
    if recording.microphone is not None:
        statements.append(Statement("microphone", _("Your microphone"), _("The sound of your room during the exam.")))
    if recording.screen is not None:
        sentence = _("Everything shown on this screen, from the start of the exam to its end.")
        statements.append(Statement("screen", _("Your screen"), sentence))
    sentence = _("When it opens, loses the connection, is left or handed in.")
    statements.append(Statement("events", _("What happens in the exam window"), sentence))
    return tuple(statements)


def _taken(checks: CheckSettings) -> list[Statement]:
    taken = []
    if checks.stills:
        taken.append(Statement("document", _("A picture before the exam"), _still_sentence(checks)))
    if checks.desk_scan or checks.room_scan:
        taken.append(Statement("webcam", _("What is around you"), _scan_sentence(checks)))
    return taken


def _still_sentence(checks: CheckSettings) -> str:
    if checks.id_photo and checks.signature:
        return _(
            "You take a still picture of your identity document and one of your signature yourself, and see each "
            "before it is kept."
        )
    if checks.id_photo:
        return _("You take a still picture of your identity document yourself, and see it before it is kept.")
    return _("You take a still picture of your signature yourself, and see it before it is kept.")


def _scan_sentence(checks: CheckSettings) -> str:
    if checks.desk_scan and checks.room_scan:
        return _("You turn the camera over your desk and around your room. Recording begins with this.")
    if checks.desk_scan:
        return _("You turn the camera over your desk. Recording begins with this.")
    return _("You turn the camera around your room. Recording begins with this.")


def _observed(detection: DetectionSettings) -> tuple[Statement, ...]:
    limits = detection.limits
    looked_for = (
        (
            detection.face_presence,
            "person",
            _("Whether you can be seen"),
            _("A moment is marked when nobody is in the camera's picture for {duration}."),
            limits.absent_s,
        ),
        (
            detection.people_count,
            "person",
            _("Whether somebody else can be seen"),
            _("A moment is marked when more than one person is in the picture for {duration}."),
            limits.people_s,
        ),
        (
            detection.gaze,
            "eye",
            _("Whether you look away from the screen"),
            _(
                "A moment is marked when head and eyes are turned far away for {duration}. Looking up to think is "
                "normal, and people who review know that."
            ),
            limits.away_s,
        ),
        (
            detection.voice,
            "speaker",
            _("Whether somebody speaks"),
            _("A moment is marked when speech is heard for {duration}. Not whose it is, and not what is said."),
            limits.speech_s,
        ),
    )
    return tuple(
        Statement(icon, title, sentence.format(duration=isolate(_seconds(duration_s))))
        for asked, icon, title, sentence, duration_s in looked_for
        if asked
    )


def _seconds(duration_s: float) -> str:
    # A part of a second has the plural form in every language that tells the two apart by the whole number.
    count = int(duration_s) if duration_s == int(duration_s) else 2
    return ngettext("{count} second", "{count} seconds", count).format(count=f"{duration_s:g}")


def _checks(settings: ExamSettings) -> tuple[str, ...]:
    recording, checks = settings.recording, settings.checks
    asked = (
        (_("Whether the camera works"), recording.camera is not None),
        (_("Whether the microphone works"), recording.microphone is not None),
        (_("Whether the screen recording works"), recording.screen is not None),
        (_("Whether the disk has room, and whether your institution's storage can be reached"), True),
        (_("Whether this computer fits the exam's rules"), True),
        (_("Whether your face can be seen in the camera's picture"), settings.asks_for_face()),
        (_("Where your screen is, by looking at five dots; you may leave this out"), settings.observed().gaze),
        (_("Your identity document"), checks.id_photo),
        (_("Your signature"), checks.signature),
        (_("Your desk"), checks.desk_scan),
        (_("Your room"), checks.room_scan),
    )
    return tuple(sentence for sentence, wanted in asked if wanted)
