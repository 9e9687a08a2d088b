"""Pictures and sound of an opened attempt at any time of it, out of memory: nothing is written.

Opening walks every media segment once and notes where each fragment begins; pictures are then decrypted and decoded
when they are asked for. Sound is small (11 MB an hour) and its sealed content is kept in memory, still encoded.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from app.institution.export.remux import ABSOLUTE_WITHIN_S, LONGEST_STILL_S, RemuxTrack, measure
from app.institution.export.still_images import StillImage, still_pictures
from app.institution.recordings.fragments import Fragment, FragmentWalk, RunFile, read_again
from app.institution.recordings.gaps import Stretch
from app.institution.recordings.opened import MEDIA, OpenedTakes, open_takes
from app.institution.recordings.takes import Take
from crypto.keys import RecipientPrivate

SOUND_RATE_HZ = 48_000


@dataclass(frozen=True)
class _Place:
    """Where one fragment is."""

    t0_us: int
    session: int
    run: int
    init: bytes
    segment: int
    sequence: int
    key: bool


class RecordingPlayback:
    """An attempt, opened to be looked at; a context manager. For one thread.

    Takes that do not open with the key are left out. Raises `CannotOpen` when none opens.
    """

    def __init__(
        self, takes: Sequence[Take], key: RecipientPrivate, progress: Callable[[str], None] | None = None
    ) -> None:
        self._stack = ExitStack()
        self._places: dict[str, list[_Place]] = {}
        self._ends_s: dict[str, float] = {}
        self._cursors: dict[str, _Cursor] = {}
        self.sound: list[Fragment] = []
        """The microphone's fragments in order of time."""
        self.missing: dict[str, list[Stretch]] = {}
        """Where nothing of a stream is here between what is."""
        self.opened: OpenedTakes = open_takes(takes, key, self._stack)
        try:
            for stream in MEDIA:
                if progress is not None:
                    progress(stream)
                self._index(stream)
        except BaseException:
            self._stack.close()
            raise

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the picture streams there are."""
        return tuple(stream for stream in ("webcam", "screen") if self._places.get(stream))

    @property
    def duration_s(self) -> float:
        """Seconds from T0 to the end of what was recorded last, as an export tells it."""
        return max(self._ends_s.values(), default=0.0)

    def events(self) -> Iterator[bytes]:
        """The lines of the events stream."""
        return self.opened.event_lines()

    def documents(self) -> tuple[StillImage, ...]:
        """The still pictures taken at check-in."""
        return tuple(still_pictures(self.opened.sessions))

    def starts_s(self, stream: str) -> tuple[float, ...]:
        """When each fragment of a stream begins, in seconds since T0."""
        return tuple(place.t0_us / 1_000_000 for place in self._places.get(stream, ()))

    def frame_at(self, stream: str, time_s: float) -> NDArray[np.uint8] | None:
        """The picture that was current at `time_s`: RGB, (height, width, 3) uint8; None where there is none."""
        places = self._places.get(stream, [])
        number = bisect.bisect_right(places, round(time_s * 1_000_000), key=lambda place: place.t0_us) - 1
        if number < 0:
            return None
        first = next((each for each in range(number, -1, -1) if places[each].key), 0)
        cursor = self._cursors.get(stream)
        if cursor is None or cursor.first != first or cursor.shown_s > time_s:
            beyond = next((each for each in range(first + 1, len(places)) if places[each].key), len(places))
            cursor = self._cursors[stream] = _Cursor(first, self._chain(stream, places[first:beyond]))
        return cursor.picture(time_s)

    def close(self) -> None:
        """Wipe the keys."""
        self._cursors.clear()
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _index(self, stream: str) -> None:
        track = RemuxTrack.of(self._noted(stream))
        measure([track])
        self._places.setdefault(stream, []).sort(key=lambda place: place.t0_us)
        self.sound.sort(key=lambda fragment: fragment.t0_us)
        self.missing[stream] = track.coverage.gaps
        self._ends_s[stream] = track.coverage.last_s or 0.0

    def _noted(self, stream: str) -> Iterator[Fragment]:
        """The fragments of a stream, each noted as it goes by."""
        places = self._places.setdefault(stream, [])
        for number, fragment in self.opened.fragments(stream, FragmentWalk()):
            where = (fragment.init, fragment.segment, fragment.sequence, fragment.key)
            places.append(_Place(fragment.t0_us, number, fragment.run, *where))
            if stream == "microphone":
                self.sound.append(fragment)
            yield fragment

    def _chain(self, stream: str, places: Sequence[_Place]) -> Iterator[Fragment]:
        """A fragment with a key frame and those that need it, each read when it is asked for."""
        for place in places:
            segments = self.opened.sessions[place.session].segments(stream, place.segment)
            data = read_again(segments, place.sequence)
            if data is None:
                return
            where = (place.segment, place.sequence, place.key)
            yield Fragment(place.run, place.init, place.t0_us, data, *where)


class _Cursor:
    """Decodes forwards from the fragment numbered `first`, which begins with a key frame, to the next such one."""

    def __init__(self, first: int, chain: Iterator[Fragment]) -> None:
        self.first = first
        self._frames = _decoded(chain)
        self._shown = next(self._frames, None)
        self._ahead = next(self._frames, None)
        self.shown_s = 0.0 if self._shown is None else self._shown[0]
        self._pixels: NDArray[np.uint8] | None = None

    def picture(self, time_s: float) -> NDArray[np.uint8] | None:
        while self._ahead is not None and self._ahead[0] <= time_s:
            self._shown, self._ahead = self._ahead, next(self._frames, None)
            self._pixels = None
        if self._shown is None or time_s - self._shown[0] > LONGEST_STILL_S:
            return None
        self.shown_s = self._shown[0]
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(self._shown[1].to_ndarray(format="rgb24"), np.uint8)
        return self._pixels


def _decoded(chain: Iterator[Fragment]) -> Iterator[tuple[float, av.VideoFrame]]:
    first = next(chain, None)
    if first is None:
        return
    # Authentic bytes from a client that misbehaves may be no MP4; then there is simply no picture.
    try:
        with av.open(RunFile(first.init, itertools.chain((first,), chain)), "r", format="mp4") as container:
            shift_s: float | None = None
            for frame in container.decode(video=0):
                if shift_s is None:
                    shift_s = first.t0_us / 1_000_000 - frame.time
                yield frame.time + shift_s, frame
    except (av.error.FFmpegError, IndexError):
        return


def sound_from(sound: Sequence[Fragment], time_s: float) -> Iterator[tuple[float, NDArray[np.int16]]]:
    """Decoded sound from about `time_s` on: seconds since T0 and samples (one channel, 48 kHz, int16), in order.

    Pieces may leave gaps between them where nothing was recorded, or could not be decoded.
    """
    first = max(0, bisect.bisect_right(sound, time_s * 1_000_000, key=lambda each: each.t0_us) - 1)
    for _, run in itertools.groupby(sound[first:], key=lambda fragment: fragment.run):
        yield from _run_sound(run)


def _run_sound(run: Iterator[Fragment]) -> Iterator[tuple[float, NDArray[np.int16]]]:
    first = next(run)
    shift_s: float | None = None
    try:
        with av.open(RunFile(first.init, itertools.chain((first,), run)), "r", format="mp4") as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE_HZ)
            for frame in container.decode(audio=0):
                if frame.time is None:
                    continue
                if shift_s is None:
                    away_s = first.t0_us / 1_000_000 - frame.time
                    shift_s = 0.0 if abs(away_s) < ABSOLUTE_WITHIN_S else away_s
                for part in resampler.resample(frame):
                    yield frame.time + shift_s, np.asarray(part.to_ndarray(), np.int16).reshape(-1)
    except (av.error.FFmpegError, IndexError):
        # What cannot be decoded is silent; the run's other sound has been given.
        return


def envelope(sound: Sequence[Fragment], duration_s: float, steps: int = 1200) -> tuple[float, ...]:
    """Loudness from 0 to 1 at `steps` even steps over `duration_s`; empty where there is no sound."""
    if not sound or duration_s <= 0:
        return ()
    loudest = np.zeros(steps, np.float64)
    for begin_s, wave in sound_from(sound, 0.0):
        at = (begin_s + np.arange(wave.size) / SOUND_RATE_HZ) * steps / duration_s
        places = np.clip(at.astype(np.int64), 0, steps - 1)
        np.maximum.at(loudest, places, np.abs(wave.astype(np.float64)) / 32768)
    return tuple(float(value) for value in loudest)
