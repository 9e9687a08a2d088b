"""What somebody does with a file handed out for an appeal: check it and watch it, without any key of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.institution.disclosure.file import DisclosedClip
from app.institution.errors import UsageError
from app.institution.export import remux
from app.institution.export.decoding import Decoded, decode
from app.institution.export.still_images import STREAM as STILLS
from app.institution.export.still_images import pictures_in, write_stills
from app.institution.recordings.fragments import FragmentWalk
from app.institution.recordings.opened import EVENTS, MEDIA
from crypto.disclosure import open_disclosed
from crypto.opening import OpenedSegment
from resources.language import N_

CHECKED = (
    N_("the header, and that the log is bound to it"),
    N_("the signature and the order of every log record up to the last piece handed out"),
    N_("that each piece is the one the log names, and opens whole with its own key"),
)
NOT_CHECKED = (
    N_("the note, which nobody signed"),
    N_("that the recording is of this exam and person: that is for the institution to say, and for its endpoint"),
    N_("the rest of the recording, which is not here"),
)


@dataclass(frozen=True)
class CheckedClip:
    """A clip whose segments were all opened and are vouched for by the log; `segments` in their order."""

    clip: DisclosedClip
    segments: tuple[OpenedSegment, ...]

    @property
    def begins_s(self) -> tuple[float, float]:
        """When the first and the last segment of the clip itself begin, in seconds since the start of the attempt."""
        shown = [each.t0_us / 1_000_000 for each in self.segments if each.index >= self.clip.note.first_index]
        return (min(shown, default=0.0), max(shown, default=0.0))


def check(path: Path) -> CheckedClip:
    """Read and open a disclosure.

    Raises `DisclosureRefused` for what is no such file, and `crypto.errors.SealingError` for objects that are not as
    they were sealed or do not open with the keys beside them.
    """
    clip = DisclosedClip.load(path)
    opened = [each for each in open_disclosed(clip, clip.disclosure) if each.stream == clip.note.stream]
    segments = [OpenedSegment(each.index, each.t0_us, each.data, sealed=True) for each in opened]
    return CheckedClip(clip, tuple(sorted(segments, key=lambda each: each.index)))


@dataclass(frozen=True)
class ExportedClip:
    """The names of the files a clip was written to, and what came of decoding them, where it is of media."""

    files: Sequence[str]
    decoded: Decoded | None = None


def export(checked: CheckedClip, out: Path) -> ExportedClip:
    """Write the clip as plain files into `out`, new or empty: media, ``events.jsonl`` or pictures, and the note.

    What of the stream's beginning is there only so that the rest plays is left out. Media is decoded once.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"“{out}” is not an empty folder; choose another one with --out")
    out.mkdir(parents=True, exist_ok=True)
    note = checked.clip.note
    (out / "note.json").write_text(note.model_dump_json(indent=2) + "\n", encoding="utf-8")
    written = _write(checked, note.stream, out)
    decoded = decode(out / written[0])[0] if written and note.stream in MEDIA else None
    return ExportedClip(("note.json", *written), decoded)


def _write(checked: CheckedClip, stream: str, out: Path) -> Sequence[str]:
    if stream == EVENTS:
        (out / "events.jsonl").write_bytes(b"".join(each.data for each in checked.segments))
        return ("events.jsonl",)
    if stream == STILLS:
        return write_stills(pictures_in(checked.segments), out)
    if stream not in MEDIA:
        return ()
    name = f"{stream}.{'mka' if stream == 'microphone' else 'mkv'}"
    walked = FragmentWalk().take(checked.segments)
    shown = (each for each in walked if each.segment >= checked.clip.note.first_index)
    return (name,) if remux.write(out / name, [remux.RemuxTrack.of(shown)]) else ()
