"""A sealed attempt into plain files: pictures and sound as Matroska, events as JSON lines, verdict and report.

Only what is authentic leaves the seal: segments that are whole, vouched for by the signed log and opened by the exam
key. What is missing becomes a gap, never a guess. The recorded pictures and sound are copied, not encoded again, and
nothing is held in memory beyond the fragment at hand.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.institution.errors import CannotOpen, UsageError
from app.institution.export import remux
from app.institution.export.still_images import still_pictures, write_stills
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.attempt import AttemptReport, Take, missing_takes
from app.institution.recordings.fragments import Fragment, FragmentWalk
from app.institution.wording.findings import finding_sentence
from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME
from crypto.opening import OpenedSession, open_session
from crypto.verdict import Verdict, VerificationFinding
from resources.language import _

EVENTS = "events"
MEDIA = ("webcam", "microphone", "screen")


@dataclass(frozen=True)
class ExportedStream:
    """One stream as it was written: where, from when to when (seconds since T0), its gaps, and what was lost."""

    stream: str
    file: str | None
    first_s: float | None
    last_s: float | None
    gaps: tuple[tuple[float, float], ...]
    segments_lost: int
    fragments_lost: int
    packets_left_out: int


@dataclass(frozen=True)
class Exported:
    """What an export has written, and the verdict on what it was written from."""

    report: AttemptReport
    verdict: Verdict
    findings: tuple[VerificationFinding, ...]
    streams: tuple[ExportedStream, ...]
    events: int
    stills: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The content of verdict.json."""
        described = next((t.report.description for t in self.report.takes if t.report.description is not None), None)
        return {
            "verdict": self.verdict.value,
            "attempt": self.report.attempt,
            "institution": None if described is None else described.institution,
            "exam": None if described is None else described.exam,
            "candidate": None if described is None else described.candidate,
            "config_sha256": None if described is None else described.config_sha256,
            "started_at": None if described is None else described.started_at,
            "client": None if described is None else described.client,
            "takes": [
                {
                    "session": take.label,
                    "verdict": take.report.verdict.value,
                    "segments": len(take.report.segments),
                    "unsealed": list(take.report.unsealed),
                }
                for take in self.report.takes
            ],
            "missing_takes": list(missing_takes(self.report)),
            "findings": [finding_json(finding) for finding in self.findings],
            "gaps_between_takes": [
                {"stream": gap.stream, "after_take": gap.after_take, "sentence": gap.sentence()}
                for gap in self.report.gaps
            ],
            "streams": [
                {
                    "stream": each.stream,
                    "file": each.file,
                    "first_s": _tenth(each.first_s),
                    "last_s": _tenth(each.last_s),
                    "gaps": [{"from_s": _tenth(start), "to_s": _tenth(end)} for start, end in each.gaps],
                    "segments_lost": each.segments_lost,
                    "fragments_lost": each.fragments_lost,
                    "packets_left_out": each.packets_left_out,
                }
                for each in self.streams
            ],
            "events": self.events,
            "stills": list(self.stills),
        }


def finding_json(finding: VerificationFinding) -> dict[str, Any]:
    """A finding as JSON carries it: its codes and facts, and the sentence for people."""
    return {
        "code": finding.code,
        "where": finding.where,
        "fault": finding.fault,
        "facts": dict(finding.facts),
        "sentence": finding_sentence(finding),
    }


def export(
    report: AttemptReport,
    key: RecipientPrivate,
    out: Path,
    *,
    media: bool = True,
    progress: Callable[[str, float], None] | None = None,
) -> Exported:
    """Write webcam.mkv, screen.mkv, microphone.mka (only where there is no webcam), events.jsonl and verdict.json.

    Still pictures go to the folder stills. Without `media` pictures and sound are measured and not written. `out` is
    made; it must be empty. Raises `CannotOpen` when no take opens with `key`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"“{out}” is not an empty folder; choose another one with --out")
    with ExitStack() as stack:
        opened, closed = open_takes(report.takes, key, stack)
        out.mkdir(parents=True, exist_ok=True)
        streams = _write_media(opened, out if media else None, progress)
        events = _write_events(opened, out / "events.jsonl")
        stills = write_stills(still_pictures(opened), out) if media else ()
        findings = [
            *report.findings,
            *closed,
            *(finding for session in opened for finding in session.report.findings),
            *(finding for take in report.takes if take.report.description is None for finding in take.report.findings),
        ]
        refused = any(session.report.verdict is Verdict.TAMPERED for session in opened)
    # A recorder may die between header and slot file: such a take holds nothing that could have been kept from anyone.
    holding = {take.label for take in report.takes if take.report.segments or take.report.unsealed}
    locked_out = any(finding.where in holding for finding in closed)
    verdict = Verdict.TAMPERED if refused or locked_out else report.verdict
    exported = Exported(report, verdict, tuple(dict.fromkeys(findings)), streams, events, stills)
    text = json.dumps(exported.as_json(), indent=2, ensure_ascii=False) + "\n"
    (out / "verdict.json").write_text(text, encoding="utf-8")
    return exported


def open_takes(
    takes: Sequence[Take], key: RecipientPrivate, stack: ExitStack
) -> tuple[list[OpenedSession], list[VerificationFinding]]:
    """Open every take that opens with `key`; the others become findings. Raises `CannotOpen` when none does."""
    opened: list[OpenedSession] = []
    closed: list[VerificationFinding] = []
    for take in takes:
        try:
            opened.append(stack.enter_context(open_session(take.source, key, take.enrolled_pk0)))
        except FormatError as error:
            damaged = {"object": HEADER_NAME if take.report.description is None else KEYS_NAME, **error.facts}
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, error.fault, damaged))
        except KeyMismatchError:
            closed.append(VerificationFinding(AttemptFinding.NOT_OPENED, take.label, None, {"key": key.kid}))
    if not opened:
        raise CannotOpen("; ".join(map(finding_sentence, closed)) or _("there is no take to open"))
    return opened, closed


def media_fragments(opened: Sequence[OpenedSession], stream: str, walk: FragmentWalk) -> Iterator[Fragment]:
    """The whole, authentic fragments of one media stream, take after take."""
    for session in opened:
        if stream in session.description.streams:
            yield from walk.take(session.segments(stream))


def _write_media(
    opened: Sequence[OpenedSession], out: Path | None, progress: Callable[[str, float], None] | None
) -> tuple[ExportedStream, ...]:
    recorded = [stream for stream in MEDIA if any(stream in each.description.streams for each in opened)]
    walks = {stream: FragmentWalk() for stream in recorded}
    tracks = {stream: remux.RemuxTrack.of(media_fragments(opened, stream, walks[stream])) for stream in recorded}
    playable = [stream for stream in recorded if tracks[stream].template is not None]
    files: dict[str, list[str]] = {}
    for stream in playable:
        files.setdefault(_file_of(stream, playable), []).append(stream)
    for name, streams in files.items():
        progress_of_stream = None if progress is None else functools.partial(progress, name)
        if out is None:
            remux.measure([tracks[stream] for stream in streams])
        else:
            remux.write(out / name, [tracks[stream] for stream in streams], progress_of_stream)
    return tuple(
        ExportedStream(
            stream,
            _file_of(stream, playable) if stream in playable and out is not None else None,
            tracks[stream].coverage.first_s,
            tracks[stream].coverage.last_s,
            tuple(tracks[stream].coverage.gaps),
            _logged(opened, stream) - walks[stream].segments_used,
            walks[stream].fragments_lost,
            tracks[stream].coverage.left_out,
        )
        for stream in recorded
    )


def _logged(opened: Sequence[OpenedSession], stream: str) -> int:
    return sum(record.stream == stream for session in opened for record in session.report.segments)


def _file_of(stream: str, playable: Sequence[str]) -> str:
    if stream == "microphone":
        return "webcam.mkv" if "webcam" in playable else "microphone.mka"
    return f"{stream}.mkv"


def _write_events(opened: Sequence[OpenedSession], path: Path) -> int:
    with path.open("wb") as file:
        return sum(1 for line in event_lines(opened) if file.write(line + b"\n"))


def event_lines(opened: Sequence[OpenedSession]) -> Iterator[bytes]:
    """The authentic lines of the events stream, take after take."""
    for session in opened:
        if EVENTS in session.description.streams:
            for segment in session.segments(EVENTS):
                if segment.sealed:
                    yield from segment.data.splitlines()


def _tenth(moment_s: float | None) -> float | None:
    return None if moment_s is None else round(moment_s, 1)
