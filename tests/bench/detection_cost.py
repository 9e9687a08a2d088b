"""Measures what local detection costs, in a process that holds nothing else.

python detection_cost.py FRAMES SOUND

FRAMES is an array of pictures (`numpy.save`), SOUND raw 16-bit samples at 16 kHz. Answers for blocks of pictures
(`detection_blocks`) with everything on, `counted`, or without the count of people, `tracked`; then prints
{"voice_share", "peak_rss_mb"}: percent of a core for sound, megabytes.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import count
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from detection_blocks import peak_rss_mb, serve

from capture.analysis.faces.reader import PictureReader
from capture.analysis.voices.voice_activity import VoiceDetector

PICTURE_NS = 200_000_000
"""The pictures are five a second, and the reader is told so: some of what it says holds for a while."""


def cost(pictures: list[np.ndarray], sound: bytes) -> dict[str, float]:
    """Measure; see the module."""
    reader, voice = PictureReader(), VoiceDetector()
    times_ns = count(step=PICTURE_NS)
    serve(
        {
            "counted": lambda picture: reader.read(picture, next(times_ns)),
            "tracked": lambda picture: reader.read(picture, next(times_ns), counting=False),
        },
        pictures,
    )
    started = time.process_time()
    voice.analyse(sound)
    voice_share = 100 * (time.process_time() - started) / (len(sound) / 32000)
    return {"voice_share": voice_share, "peak_rss_mb": peak_rss_mb()}


if __name__ == "__main__":
    cv2.setNumThreads(1)
    found = cost(list(np.load(sys.argv[1])), Path(sys.argv[2]).read_bytes())
    sys.stdout.write(json.dumps(found) + "\n")
