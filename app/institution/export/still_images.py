"""Still pictures of documents, put together again from the sealed pieces they were cut into."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.institution.wording.phrases import number
from crypto.opening import OpenedSegment, OpenedSession
from resources.language import N_, _

STREAM = "stills"
FOLDER = "stills"
MOST = 100
"""Pictures of one attempt that are put together; a check-in makes two, and some more where a recorder died."""
MOST_PIECES = 200

NAMES = {"id_photo": N_("identity document"), "signature": N_("signature")}
"""What a picture shows, by the client's word for it; a word that is not known is not used as a file's name."""


@dataclass(frozen=True)
class StillImage:
    """One picture: what it shows, when it was taken (seconds since the start of the attempt), and its JPEG."""

    what: str
    time_s: float | None
    jpeg: bytes

    @property
    def name(self) -> str:
        """What it shows, for people."""
        return _(NAMES.get(self.what, N_("picture")))


def still_pictures(opened: Sequence[OpenedSession]) -> Iterator[StillImage]:
    """Yield the pictures that are whole; one with a missing or foreign piece is left out. Never raises for them."""
    sessions = (session for session in opened if STREAM in session.description.streams)
    found = (pictures_in(session.segments(STREAM)) for session in sessions)
    yield from itertools.islice(itertools.chain.from_iterable(found), MOST)


def pictures_in(segments: Iterable[OpenedSegment]) -> Iterator[StillImage]:
    """Yield the whole pictures of one session's segments."""
    pieces: list[bytes] = []
    for segment in segments:
        header, data = _read(segment.data) if segment.sealed else ({}, b"")
        place, of = number(header.get("piece")), number(header.get("of"))
        if place is None or of is None or place != len(pieces) or not 1 <= of <= MOST_PIECES:
            pieces = []
            if place != 0:
                continue
        pieces.append(data)
        if len(pieces) == of:
            moment = number(header.get("t_us"))
            yield StillImage(str(header.get("what")), None if moment is None else moment / 1_000_000, b"".join(pieces))
            pieces = []


def write_stills(pictures: Iterable[StillImage], out: Path) -> tuple[str, ...]:
    """Write `pictures` into `out`/stills, in their order; gives their names relative to `out`."""
    written: list[str] = []
    for place, still in enumerate(pictures, start=1):
        (out / FOLDER).mkdir(exist_ok=True)
        name = f"{FOLDER}/{place:02d}-{still.what if still.what in NAMES else 'picture'}.jpg"
        (out / name).write_bytes(still.jpeg)
        written.append(name)
    return tuple(written)


def _read(data: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, rest = data.partition(b"\n")
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        return {}, b""
    return (header, rest) if isinstance(header, dict) else ({}, b"")
