"""Objects: the immutable pieces of a sealed session, and their three spellings.

One object is at once a file of an ISF folder (`seg/03-00000012.isg`), a resource of the endpoint
(`/v1/sessions/{sid}/s03/12`) and a row in the outbox (sid, track, seq). This module is the only
place that translates between them, and it accepts exactly one spelling of each.
"""

import re
from dataclasses import dataclass

from app.wire.errors import ObjectNameRefused

MAX_OBJECT_BYTES = 262_144
"""Largest object: 256 KiB, above which a flapping slow link may never finish one (notes/endpoint.md 1.2)."""

MAX_SEQ = 99_999_999

_UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ATTEMPT = re.compile(_UUID4, re.ASCII)
_SID = re.compile(rf"({_UUID4})\.(0|[1-9][0-9]{{0,3}})", re.ASCII)
_SEQ = re.compile(r"0|[1-9][0-9]{0,7}", re.ASCII)
_TRACK = re.compile(r"header|keys|log|s(?:0[0-9]|1[0-5])", re.ASCII)
_SEGMENT_NAME = re.compile(r"seg/(0[0-9]|1[0-5])-([0-9]{8})\.isg", re.ASCII)
_LOG_NAME = re.compile(r"log/([0-9]{8})\.isl", re.ASCII)
_SINGLE = {"header.isf": "header", "keys.isf": "keys"}


def is_attempt(text: str) -> bool:
    """Whether the text is an attempt's identifier: a lower-case UUID of version 4."""
    return _ATTEMPT.fullmatch(text) is not None


def is_sid(text: str) -> bool:
    """Whether the text is a session's identifier: `<attempt>.<take>`, take without leading zeros."""
    return _SID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """The address of one immutable object.

    Attributes:
        sid: `<attempt>.<take>`.
        track: `header`, `keys`, `log`, or `s00` to `s15` for a stream by its position in the header.
        seq: running number within the track, from 0; always 0 for `header` and `keys`.

    Raises:
        ObjectNameRefused: on construction, if any part is out of bounds.
    """

    sid: str
    track: str
    seq: int

    def __post_init__(self) -> None:
        if not is_sid(self.sid):
            raise ObjectNameRefused(f"{self.sid!r} is no session: expected <attempt uuid>.<take>.")
        if _TRACK.fullmatch(self.track) is None:
            raise ObjectNameRefused(f"{self.track!r} is no track: expected header, keys, log or s00 to s15.")
        if not 0 <= self.seq <= MAX_SEQ or (self.track in {"header", "keys"} and self.seq != 0):
            raise ObjectNameRefused(f"{self.seq} is no sequence number of track {self.track}.")

    @classmethod
    def from_name(cls, sid: str, name: str) -> "ObjectId":
        """Read an ISF file name, relative to the session's folder, with forward slashes."""
        if name in _SINGLE:
            return cls(sid, _SINGLE[name], 0)
        if segment := _SEGMENT_NAME.fullmatch(name):
            return cls(sid, f"s{segment[1]}", int(segment[2]))
        if record := _LOG_NAME.fullmatch(name):
            return cls(sid, "log", int(record[1]))
        raise ObjectNameRefused(f"{name!r} is no object of a sealed session.")

    @classmethod
    def from_path(cls, sid: str, track: str, seq: str) -> "ObjectId":
        """Read the three variable parts of the resource's path, as text."""
        if _SEQ.fullmatch(seq) is None:
            raise ObjectNameRefused(f"{seq!r} is no sequence number: expected decimal digits without leading zeros.")
        return cls(sid, track, int(seq))

    @property
    def attempt(self) -> str:
        """The attempt this object's session belongs to."""
        return self.sid.partition(".")[0]

    @property
    def take(self) -> int:
        """Which life of the recorder within the attempt, from 0."""
        return int(self.sid.partition(".")[2])

    @property
    def stream(self) -> int | None:
        """Position of the stream in the header's list, or `None` if this is no segment."""
        return int(self.track[1:]) if self.track[1:].isdigit() else None

    @property
    def name(self) -> str:
        """The ISF file name, relative to the session's folder, with forward slashes."""
        if self.track in {"header", "keys"}:
            return f"{self.track}.isf"
        if self.track == "log":
            return f"log/{self.seq:08d}.isl"
        return f"seg/{self.track[1:]}-{self.seq:08d}.isg"

    @property
    def path(self) -> str:
        """The resource's path at an endpoint, absolute, needing no escapes."""
        return f"/v1/sessions/{self.sid}/{self.track}/{self.seq}"
