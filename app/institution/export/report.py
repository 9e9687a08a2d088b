"""The report of an export as one page that opens anywhere, prints well and loads nothing from outside.

It says what was recorded, whether the recording is whole, and who can open it. It says nothing about the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.institution.export.export import Exported, ExportedStream
from app.institution.finding_codes import contradicts
from app.institution.page import page_of
from app.institution.reading.options import ReadingOptions
from app.institution.recordings.gaps import Stretch, covered_s
from app.institution.wording.findings import finding_sentence
from app.institution.wording.phrases import UNKNOWN, capital, clock, duration_text
from app.institution.wording.streams import stream_name
from app.institution.wording.timeline import event_timeline, most_significant
from app.institution.wording.verdict import about, meaning
from resources.language import N_, _
from resources.moments import day_and_time

if TYPE_CHECKING:
    from app.institution.export.thumbnails import Thumbnail

LEVEL_WORDS = {"green": N_("● routine"), "yellow": N_("▲ worth a look"), "red": N_("■ look closely")}
"""As the review window names them; a shape beside the colour, for who sees no colours."""


@dataclass(frozen=True)
class KeyHolders:
    """Who can open the recording: the exam key's name, and the representatives it is wrapped for."""

    kid: str
    representatives: tuple[str, ...]


@dataclass(frozen=True)
class StreamRow:
    """One stream as the page shows it: its name, its file and whether that plays, and for how long it was recorded."""

    name: str
    file: str
    first_s: float | None
    last_s: float | None
    recorded: str
    missing: str
    segments_lost: int
    decoded: str = ""
    failed: tuple[Stretch, ...] = ()


def write_report(
    out: Path,
    exported: Exported,
    *,
    institution: str,
    title: str,
    holders: KeyHolders,
    reading: ReadingOptions | None = None,
) -> Path:
    """Write report.html beside the exported files."""
    from app.institution.export.thumbnails import documents  # noqa: PLC0415 - loads the picture library

    reading = reading or ReadingOptions()
    with (out / "events.jsonl").open("rb") as lines:
        entries = event_timeline(reading.events(line.removesuffix(b"\n") for line in lines))
    shown, left_out = most_significant(entries)
    page = page_of(
        Path(__file__).with_name("report.html.j2"),
        clock=clock,
        institution=institution,
        title=title,
        holders=holders,
        verdict=exported.verdict.value,
        statement=meaning(exported.verdict),
        about=about(),
        facts=exported.as_json(),
        streams=[_row(each) for each in exported.streams],
        missing=exported.gaps,
        gaps=exported.report.gaps_between_takes,
        findings=[(finding_sentence(finding), contradicts(finding)) for finding in exported.findings],
        events=list(zip(shown, reading.levels.of(shown), strict=True)),
        level_words={level: _(words) for level, words in LEVEL_WORDS.items()},
        redetected=reading.rules is not None,
        events_left_out=left_out,
        worth_a_look=sum(level != "green" for level in reading.levels.of(entries)),
        pictures=_pictures(out, exported),
        documents=documents(out, exported.stills),
        made_at=day_and_time(datetime.now(UTC)),
    )
    path = out / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def _row(each: ExportedStream) -> StreamRow:
    name, file = capital(stream_name(each.stream)), each.file or _("not exported")
    if each.first_s is None or each.last_s is None:
        return StreamRow(name, _("nothing to play"), None, None, UNKNOWN, UNKNOWN, each.segments_lost)
    missing_s = covered_s((max(begin, each.first_s), min(end, each.last_s)) for begin, end in each.gaps)
    recorded_s = each.last_s - each.first_s - missing_s
    missing = duration_text(missing_s) if missing_s > 0 else _("nothing")
    row = StreamRow(name, file, each.first_s, each.last_s, duration_text(recorded_s), missing, each.segments_lost)
    if each.decoded is None:
        return row
    return replace(row, decoded=each.decoded.sentence(each.stream), failed=each.decoded.failed)


def _pictures(out: Path, exported: Exported) -> Sequence[Thumbnail]:
    from app.institution.export.thumbnails import thumbnails  # noqa: PLC0415 - as above

    found: list[Thumbnail] = []
    for each in exported.streams:
        if each.stream in {"webcam", "screen"} and each.file and each.first_s is not None and each.last_s is not None:
            found += thumbnails(out / each.file, each.stream, each.first_s, each.last_s, 3)
    return found
