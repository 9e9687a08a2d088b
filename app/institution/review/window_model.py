"""The review window over one opened attempt: the one place where Qt and the institution's program meet."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.institution.finding_codes import contradicts
from app.institution.reading.course import opened_report
from app.institution.reading.levels import Levels
from app.institution.reading.options import ReadingOptions
from app.institution.recordings.attempt import AttemptReport, missing_takes
from app.institution.recordings.gaps import gaps_of
from app.institution.recordings.opened import OpenedTakes
from app.institution.review.audio_output import AudioPlayer, device_output
from app.institution.review.playback import RecordingPlayback, envelope
from app.institution.wording.findings import finding_sentence
from app.institution.wording.phrases import capital
from app.institution.wording.timeline import TimelineEntry, event_timeline, most_significant, recorded_gaps
from app.institution.wording.verdict import meaning
from resources.language import _, isolate, ngettext
from resources.moments import day_and_time
from ui.model import Frame, ReviewDocument, ReviewEvent, ReviewGap, ReviewModel, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

FIRST_PICTURE_S = 2.0
"""A stream's first picture is shown this much early."""


def review_model(
    report: AttemptReport,
    playback: RecordingPlayback,
    title: str,
    opened_by: Iterable[str],
    reading: ReadingOptions | None = None,
) -> ReviewModel:
    """What the window shows. Nothing is red unless the institution's own levels say so."""

    def frame_at(stream: str, time_s: float) -> Frame | None:
        first_s = next(iter(playback.starts_s(stream)), time_s)
        # Cameras need a moment to begin; the window opens at 0 and should not look broken for it.
        pixels = playback.frame_at(stream, first_s if 0 < first_s - time_s < FIRST_PICTURE_S else time_s)
        return None if pixels is None else (pixels.tobytes(), pixels.shape[1], pixels.shape[0])

    speaker = AudioPlayer(playback.sound, device_output) if playback.sound else None
    duration_s = playback.duration_s
    reading = reading or ReadingOptions()
    sealed = list(reading.events(playback.events()))
    report = opened_report(report, playback.opened, [each.event for each in sealed])
    verdict = playback.opened.verdict(report)
    return ReviewModel(
        title=title,
        verdict=verdict.value,
        verdict_sentence=meaning(verdict),
        facts=tuple(_facts(report, playback.opened, opened_by)),
        duration_s=duration_s,
        events=tuple(_events(event_timeline(sealed), reading.levels)),
        gaps=tuple(
            ReviewGap(gap.stream, gap.from_s, gap.to_s, gap.sentence)
            for gap in gaps_of(recorded_gaps(sealed), playback.missing)
        ),
        streams=playback.streams,
        frame_at=frame_at,
        sound_envelope=envelope(playback.sound, duration_s),
        play_sound=None if speaker is None else speaker.play,
        stop_sound=None if speaker is None else speaker.stop,
        documents=tuple(
            ReviewDocument(capital(still.name), still.time_s or 0.0, still.jpeg) for still in playback.documents()
        ),
    )


PICTURE_AFTER_S = 1.5
"""The window has drawn its first pictures by then."""


def show(model: ReviewModel, picture: Path | None = None) -> int:
    """Open the window and stay until it is closed; with `picture`, save one of it as PNG and close."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415  # the other commands run where there is no display
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from ui.review.window import ReviewWindow  # noqa: PLC0415
    from ui.theme import apply_theme  # noqa: PLC0415

    running = QApplication.instance()
    application: QApplication = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    apply_theme(application)
    window = ReviewWindow(model)
    window.show()
    if picture is not None:

        def save() -> None:
            window.grab().save(str(picture))
            window.close()

        QTimer.singleShot(round(PICTURE_AFTER_S * 1000), window, save)
    status = application.exec()
    if model.stop_sound is not None:
        model.stop_sound()
    return status


def _facts(report: AttemptReport, opened: OpenedTakes, opened_by: Iterable[str]) -> Iterator[Statement]:
    described = next((t.description for t in report.takes if t.description is not None), None)
    if described is not None:
        yield Statement("person", _("Candidate"), described.candidate)
        yield Statement("clock", _("Begun"), day_and_time(described.started_at))
    yield Statement("key", _("Who can open it"), ", ".join(opened_by) or _("nobody else"))
    for finding in opened.findings(report):
        grave = contradicts(finding)
        title = _("Does not fit") if grave else _("To be known")
        yield Statement("shield-off" if grave else "attention", title, finding_sentence(finding))
    for number in missing_takes(report):
        sentence = _("Part {number} was begun, but it is not here.").format(number=isolate(number + 1))
        yield Statement("attention", _("Missing"), sentence)


def _events(entries: tuple[TimelineEntry, ...], levels: Levels) -> Iterator[ReviewEvent]:
    shown, left_out = most_significant(entries)
    last_s = 0.0
    for each, level in zip(shown, levels.of(shown), strict=True):
        sentence = each.sentence
        if each.time_s is None:
            sentence = _("(at an unknown time) {sentence}").format(sentence=sentence)
        else:
            last_s = max(0.0, each.time_s)
        yield ReviewEvent(last_s, each.kind, sentence, level)
    if left_out:
        sentence = ngettext(
            "{count} more event is not listed here; an export holds them all.",
            "{count} more events are not listed here; an export holds them all.",
            left_out,
        )
        yield ReviewEvent(last_s, "left_out", sentence.format(count=isolate(left_out)), "green")
