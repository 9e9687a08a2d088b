"""Still pictures of an identity document or a signature: taken, looked at, and sealed when they are kept."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from typing import TYPE_CHECKING

from app.client.ipc.from_recorder import StillStored, StillTaken
from app.events.checkin import StillSubject, StillTakenEvent
from capture.settings import MAX_UNIT_BYTES
from capture.still import best_still, preview_of

if TYPE_CHECKING:
    from app.client.ipc.message import Purpose
    from app.client.ipc.pipe import RecorderPipe
    from app.client.recorder.event_writer import EventWriter
    from app.client.recorder.sealing import UnitSealer
    from capture.frames import Pixels, VideoFrame
    from capture.pipeline import Pipeline
    from capture.still import Still

STREAM = "stills"
PICTURES = 6
"""Pictures of the full size that the sharpest is chosen from."""
LONGEST_S = 3.0
SHOWN_WIDTH = 960
_HEADER_ROOM = 512


class Stills:
    """Takes one still at a time; it lies in memory until it is kept, taken again or the process ends.

    `frame` is called on the camera's thread, the rest on the recorder's main thread.
    """

    def __init__(self, pipe: RecorderPipe) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._wanted: Purpose | None = None
        self._from_ns = 0
        self._pictures: list[Pixels] = []
        self._pipeline: Pipeline | None = None
        self._taken: tuple[Purpose, Still, int] | None = None
        self._numbers = 0

    def take(self, purpose: Purpose, pipeline: Pipeline) -> None:
        """Take a still from the pictures that come next, in the camera's full size; `StillTaken` follows."""
        pipeline.use_full_size(True)
        with self._lock:
            self._pipeline = pipeline
            self._wanted, self._from_ns, self._pictures = purpose, time.monotonic_ns(), []

    def frame(self, frame: VideoFrame) -> None:
        """Look at the camera's next picture, if one is wanted."""
        with self._lock:
            if self._wanted is None or frame.captured_ns < self._from_ns:
                return
            if self._pictures and frame.pixels.size > self._pictures[-1].size:
                self._pictures.clear()  # the camera has changed to its full size
            self._pictures.append(frame.pixels)
            waited_s = (frame.captured_ns - self._from_ns) / 1e9
            if len(self._pictures) < PICTURES and waited_s < LONGEST_S:
                return
            purpose, pictures = self._wanted, self._pictures
            self._wanted, self._pictures = None, []
        threading.Thread(
            target=self._choose, args=(purpose, pictures, frame.captured_ns), name="still", daemon=True
        ).start()

    def store(self, purpose: Purpose, units: UnitSealer | None, events: EventWriter | None, t0_ns: int) -> None:
        """Seal the still that was taken; reports to the client whether there was one."""
        with self._lock:
            taken, self._taken = self._taken, None
        if taken is None or taken[0] != purpose or units is None or events is None:
            self._pipe.send(StillStored(purpose=purpose, stored=False))
            return
        _, still, at_ns = taken
        self._numbers += 1
        t0_us = max(0, (at_ns - t0_ns) // 1000)
        facts = {"what": purpose, "number": self._numbers, "width": still.width, "height": still.height}
        limit = MAX_UNIT_BYTES - _HEADER_ROOM
        pieces = [still.jpeg[start : start + limit] for start in range(0, len(still.jpeg), limit)]
        for piece, data in enumerate(pieces):
            header = {**facts, "t_us": t0_us, "piece": piece, "of": len(pieces)}
            units.seal(STREAM, t0_us, json.dumps(header, sort_keys=True).encode() + b"\n" + data)
        taken_event = StillTakenEvent(
            what=StillSubject(purpose),
            number=self._numbers,
            width=still.width,
            height=still.height,
            sharpness=round(still.sharpness, 4),
            glare_share=round(still.glare_share, 4),
            brightness=round(still.brightness, 1),
            sha256=hashlib.sha256(still.jpeg).hexdigest(),
            quality=still.quality,
        )
        events.note(taken_event, at_ns)
        self._pipe.send(StillStored(purpose=purpose, stored=True))

    def _choose(self, purpose: Purpose, pictures: list[Pixels], at_ns: int) -> None:
        still = best_still(pictures)
        with self._lock:
            self._taken = (purpose, still, at_ns)
            if self._pipeline is not None and self._wanted is None:
                self._pipeline.use_full_size(False)
        shown = preview_of(still, SHOWN_WIDTH)
        self._pipe.send(StillTaken.of(purpose, shown, still.width, still.height, still.quality))
