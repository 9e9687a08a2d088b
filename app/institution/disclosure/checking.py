"""What somebody does with a file handed out for an appeal: check it and watch it, without any key of their own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.institution.disclosure.file import DisclosedClip
from app.institution.errors import DisclosureRefused, UsageError
from app.institution.export.still_images import STREAM as STILLS
from app.institution.export.still_images import pictures_in, write_stills
from app.institution.recordings.fragments import FragmentWalk
from app.institution.recordings.opened import EVENTS, MEDIA
from crypto.disclosure import open_disclosed
from crypto.header import Header, SessionDescription
from crypto.names import HEADER_NAME
from crypto.opening import OpenedSegment
from resources.language import N_, _, isolate

if TYPE_CHECKING:
    from app.institution.export.decoding import Decoded

CHECKED = (
    N_("the header, and that the log is bound to it"),
    N_("the signature and the order of every log record up to the last piece handed out"),
    N_("that each piece is the one the log names, and opens whole with its own key"),
    N_("that the note names the institution, exam, candidate and session of the header, and the pieces that are here"),
)
NOT_CHECKED = (
    N_("who disclosed it, when, why and which stretch was asked for: the note says so, and nobody signed it"),
    N_("that it is all that was handed out: somebody could have taken pieces away"),
    N_("that the recording is of this exam and person: that is for the institution to say, and for its endpoint"),
    N_("the rest of the recording, which is not here"),
)


@dataclass(frozen=True)
class CheckedClip:
    """A clip whose segments were all opened and are vouched for by the log; `segments` in their order.

    Whose it is, of what and when say `description`, `stream` and `segments`, which were sealed; the note of `clip` says
    the same, and besides only what nobody signed.
    """

    clip: DisclosedClip
    description: SessionDescription
    stream: str
    segments: tuple[OpenedSegment, ...]

    @property
    def begins_s(self) -> tuple[float, float]:
        """When the first and the last segment of the clip itself begin, in seconds since the start of the attempt."""
        shown = [each.t0_us / 1_000_000 for each in self.segments if each.index >= self.clip.note.first_index]
        return (min(shown), max(shown))


def check(path: Path) -> CheckedClip:
    """Read and open a disclosure.

    Raises `DisclosureRefused` for what is no such file, or has a note that contradicts what was sealed, and
    `crypto.errors.SealingError` for objects that are not as they were sealed or do not open with the keys beside them.
    """
    clip = DisclosedClip.load(path)
    opened = list(open_disclosed(clip, clip.disclosure))
    streams = {each.stream for each in opened}
    if len(streams) != 1:
        raise DisclosureRefused(
            _("“{file}” holds pieces of several streams; a disclosure is of one").format(file=isolate(path.name))
        )
    segments = sorted(
        (OpenedSegment(each.index, each.t0_us, each.data, sealed=True) for each in opened), key=lambda each: each.index
    )
    checked = CheckedClip(clip, Header.parse(clip.read(HEADER_NAME)).description, streams.pop(), tuple(segments))
    _refuse_contradiction(checked, path.name)
    return checked


def _may_begin_with(indices: Sequence[int], stream: str) -> Sequence[int]:
    """The segments that a clip itself can begin with: behind the last gap; and without one, media behind its first too.

    One segment before the clip may be there because nothing plays without it.
    """
    behind_gaps = [index for before, index in itertools.pairwise(indices) if index > before + 1]
    if behind_gaps:
        return behind_gaps[-1:]
    return indices[: 2 if stream in MEDIA else 1]


def _refuse_contradiction(checked: CheckedClip, file: str) -> None:
    note, sealed = checked.clip.note, checked.description
    said = {
        "institution": (note.institution, sealed.institution),
        "exam": (note.exam, sealed.exam),
        "session": (note.session, sealed.session),
        "candidate": (note.candidate, sealed.candidate),
        "stream": (note.stream, checked.stream),
        "segments": (note.segments, len(checked.segments)),
    }
    first = _may_begin_with([each.index for each in checked.segments], checked.stream)
    if note.first_index not in first:
        said["first_index"] = (note.first_index, first[0])
    last_s = checked.segments[-1].t0_us / 1_000_000
    if last_s >= note.to_s:
        said["to_s"] = (f"{note.to_s:g}", f"{last_s:g}")
    for field, (noted, true) in said.items():
        if noted != true:
            raise DisclosureRefused(
                _(
                    "“{file}”: its note was changed: {field} is “{noted}” there and “{sealed}” in what was sealed. Ask "
                    "for the file again"
                ).format(file=isolate(file), field=field, noted=isolate(noted), sealed=isolate(true))
            )


@dataclass(frozen=True)
class ExportedClip:
    """The names of the files a clip was written to, and what came of decoding them, where it is of media."""

    files: Sequence[str]
    decoded: Decoded | None = None


def export(checked: CheckedClip, out: Path, *, decode_check: bool = True) -> ExportedClip:
    """Write the clip as plain files into `out`, new or empty: media, ``events.jsonl`` or pictures, and the note.

    What of the stream's beginning is there only so that the rest plays is left out. Media is decoded once, unless
    without `decode_check`.
    """
    from app.institution.export.decoding import decode  # noqa: PLC0415 - media libraries, which checking need not wait for

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            _("“{folder}” is not an empty folder; choose another one with --out").format(folder=isolate(out))
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / "note.json").write_text(checked.clip.note.model_dump_json(indent=2) + "\n", encoding="utf-8")
    written = _write(checked, checked.stream, out)
    decoded = decode(out / written[0])[0] if decode_check and written and checked.stream in MEDIA else None
    return ExportedClip(("note.json", *written), decoded)


def _write(checked: CheckedClip, stream: str, out: Path) -> Sequence[str]:
    from app.institution.export import remux  # noqa: PLC0415 - likewise

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
