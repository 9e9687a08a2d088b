"""The report of an export as one page that opens anywhere and loads nothing from outside.

It says what was recorded, whether the recording is whole, and who can open it. It says nothing about the person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2

from app.institution.export import Exported
from app.institution.stills import Still, stills
from crypto.verdict import Verdict

MAX_EVENTS = 2000

_UNKNOWN = "\u2013"

_ALREADY_SHOWN = {"t_us", "wall_ms", "event"}
_STATEMENTS = {
    Verdict.COMPLETE: "Every byte is as it was sealed during the exam, from the first segment to the last record.",
    Verdict.INTERRUPTED: "Everything here is as it was sealed during the exam. The recording was interrupted; "
    "what is missing is named below.",
    Verdict.TAMPERED: "Something was changed, added or taken away after it was sealed. Only what is provably authentic "
    "has been exported; what is wrong is named below.",
}


@dataclass(frozen=True)
class Openers:
    """Who can open the recording: the exam key's name, and the representatives it is wrapped for."""

    kid: str
    representatives: tuple[str, ...]


@dataclass(frozen=True)
class EventRow:
    """One line of the events table."""

    time: str
    event: str
    facts: str


def write_report(out: Path, exported: Exported, *, institution: str, title: str, openers: Openers) -> Path:
    """Write report.html beside the exported files."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    rows = list(_events(out / "events.jsonl"))
    page = environment.get_template("report.html.j2").render(
        institution=institution,
        title=title,
        openers=openers,
        verdict=exported.verdict.value,
        statement=_STATEMENTS[exported.verdict],
        facts=exported.as_json(),
        streams=exported.streams,
        holes=exported.report.holes,
        findings=exported.findings,
        events=rows[:MAX_EVENTS],
        events_left_out=max(0, len(rows) - MAX_EVENTS),
        pictures=_pictures(out, exported),
        made_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    path = out / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def clock(moment_s: float | None) -> str:
    """A time since the start: ``1:02:03.4``, or a dash where there is none."""
    if moment_s is None:
        return _UNKNOWN
    tenths = round(moment_s * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest // 10:02d}.{rest % 10}"


def _pictures(out: Path, exported: Exported) -> Sequence[Still]:
    found: list[Still] = []
    for each in exported.streams:
        if each.stream in {"webcam", "screen"} and each.file and each.first_s is not None and each.last_s is not None:
            found += stills(out / each.file, each.stream, each.first_s, each.last_s, 3)
    return found


def _events(path: Path) -> Iterator[EventRow]:
    with path.open("rb") as file:
        for line in file:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if not isinstance(event, Mapping):
                yield EventRow(_UNKNOWN, "a line that is no event", "")
                continue
            moment = event.get("t_us")
            facts = ", ".join(f"{name}: {value}" for name, value in event.items() if name not in _ALREADY_SHOWN)
            shown = clock(moment / 1_000_000) if isinstance(moment, int) else _UNKNOWN
            yield EventRow(shown, str(event.get("event", "")).replace("_", " "), facts)
