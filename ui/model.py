"""What the windows show, as plain frozen values: every sentence is complete when it arrives here.

The windows never compute, translate or look up anything about an exam: a program fills these values, a window
paints them. `Statement.icon` and stream names are file names of `resources/icons` without `.svg`; an unknown name
is painted as `info`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

CheckState = Literal["checking", "ready", "attention", "blocking", "not_asked"]
SourceLightState = Literal["on", "attention", "off", "lost", "absent", "opening"]
ShieldState = Literal["on", "attention", "off"]
ConnectionState = Literal["connected", "waiting", "offline"]
VerdictName = Literal["COMPLETE", "INTERRUPTED", "INCONSISTENT", "TAMPERED"]
ReviewLevel = Literal["green", "yellow", "red"]

Frame = tuple[bytes, int, int]
"""One picture: RGB bytes without padding (3 * width * height), width, height in pixels."""


@dataclass(frozen=True)
class Statement:
    """One fact in plain words: a short title and one or two sentences."""

    icon: str
    title: str
    detail: str


@dataclass(frozen=True)
class TrustPrompt:
    """First exam of an institution on this machine: the words to compare with those the institution published."""

    institution: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ConsentModel:
    """The page "Before you start".

    `observed` is what the program looks for by itself, `time` how long the exam takes and whether there are breaks.
    `trust` is None where the institution is already known on this machine. `notice` says what happened the last time,
    where there is something to say.
    """

    institution: str
    exam_title: str
    proctoring: str
    recorded: tuple[Statement, ...]
    controls: tuple[Statement, ...]
    checks: tuple[str, ...]
    stored: Statement
    opened_by: Statement
    retention: Statement
    never: tuple[str, ...]
    trust: TrustPrompt | None = None
    notice: str = ""
    observed: tuple[Statement, ...] = ()
    time: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class CheckItem:
    """One finding of the device check: what was found, how to put it right, who may let it pass.

    `state` is "attention" where the exam can start as it is, "blocking" where it cannot, "not_asked" where nothing
    was asked of it and nothing looked at. `can_close`: what was found are programs, and they can be closed for the test
    taker.
    """

    code: str
    title: str
    state: CheckState
    sentence: str
    fix: str = ""
    override: str = ""
    can_close: bool = False


@dataclass(frozen=True)
class ChecksModel:
    """The page "Device check". `sentence` sums the `items` up.

    `more_follows`: the exam does not start right behind it, check-in comes first.
    """

    items: tuple[CheckItem, ...]
    may_start: bool
    sentence: str
    camera_expected: bool
    microphone_expected: bool
    more_follows: bool = False


@dataclass(frozen=True)
class UnfinishedExam:
    """An exam that was begun and not ended. `exam_file` is what goes on with it, None where nobody has kept it."""

    sentence: str
    exam_file: str | None = None


@dataclass(frozen=True)
class StartModel:
    """The page of a start without an exam."""

    unfinished: tuple[UnfinishedExam, ...] = ()


@dataclass(frozen=True)
class SourceLight:
    """One recorded source in the exam's bar. `stream` is "webcam", "microphone" or "screen".

    `attention`: it is recorded, but there is nothing to see or hear in it. `lost`: it was recorded before; `absent`: it
    never was; `opening`: it is not known yet.
    """

    stream: str
    state: SourceLightState
    sentence: str


@dataclass(frozen=True)
class TimeLeft:
    """The exam's time in the bar: a `word` or two, the `sentence` in full, and a `short` word where it is narrow."""

    word: str
    sentence: str
    state: Literal["plenty", "soon", "up"]
    short: str = ""


@dataclass(frozen=True)
class ExamStatus:
    """Everything the bar above the exam page shows. `waiting_bytes` is what is still to be sent.

    `time_left` is None where the exam has no duration.
    """

    shield: ShieldState
    shield_sentence: str
    sources: tuple[SourceLight, ...]
    connection: ConnectionState
    connection_sentence: str
    waiting_objects: int
    waiting_bytes: int
    notice: str = ""
    time_left: TimeLeft | None = None


@dataclass(frozen=True)
class HoldModel:
    """The cover over a held exam. `code` is in groups with dashes; `problem` says what was wrong with an answer."""

    reasons: tuple[str, ...]
    code: str
    problem: str = ""


@dataclass(frozen=True)
class HandingInModel:
    """The upload after the exam; counts are sealed parts. `may_close`: the rest can be sent at a later start."""

    delivered: int
    total: int
    sentence: str
    finished: bool
    may_close: bool


@dataclass(frozen=True)
class FarewellModel:
    """The last page; `may_save_receipts` offers the proof of delivery as a file, `saved` says what came of that."""

    title: str
    sentence: str
    facts: tuple[Statement, ...] = ()
    may_save_receipts: bool = False
    saved: str = ""


@dataclass(frozen=True)
class TroubleModel:
    """Something that stops the way: what happened, where, what to do. `code` is what a support desk asks for."""

    code: str
    title: str
    what: str
    where: str
    todo: str
    may_retry: bool


@dataclass(frozen=True)
class ReviewEvent:
    """One event of a recording, `time_s` seconds after its start."""

    time_s: float
    kind: str
    sentence: str
    level: ReviewLevel


@dataclass(frozen=True)
class ReviewGap:
    """A stretch of one stream that was not recorded, in seconds after the start."""

    stream: str
    from_s: float
    to_s: float
    sentence: str = ""


@dataclass(frozen=True)
class ReviewDocument:
    """A still picture of a document, taken at check-in `time_s` seconds after the recording's start; a whole JPEG."""

    title: str
    time_s: float
    jpeg: bytes


@dataclass(frozen=True)
class ReviewModel:
    """One opened recording.

    `frame_at(stream, time_s)` gives the picture that was current at that time, or None where there is none; it is
    called on the interface's thread about ten times a second while playing, so it should answer within 50 ms.
    `sound_envelope` holds loudness from 0 to 1 at even steps over the whole duration (empty: no sound recorded).
    `play_sound(time_s)` starts the sound from there, `stop_sound()` ends it; both None where sound cannot be played.
    """

    title: str
    verdict: VerdictName
    verdict_sentence: str
    facts: tuple[Statement, ...]
    duration_s: float
    events: tuple[ReviewEvent, ...]
    gaps: tuple[ReviewGap, ...]
    streams: tuple[str, ...]
    frame_at: Callable[[str, float], Frame | None]
    sound_envelope: tuple[float, ...] = ()
    play_sound: Callable[[float], None] | None = None
    stop_sound: Callable[[], None] | None = None
    documents: tuple[ReviewDocument, ...] = ()
