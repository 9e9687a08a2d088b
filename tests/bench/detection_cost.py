"""Measures what local detection costs, in a process that holds nothing else.

python detection_cost.py FRAMES SOUND COUNT

FRAMES is an array of pictures (`numpy.save`), SOUND raw 16-bit samples at 16 kHz, COUNT how many pictures are read.
Prints {"all_ms", "pictures_share", "voice_share", "peak_rss_mb"}: CPU-milliseconds of a picture with everything on;
percent of a core at five pictures a second, people counted 1.5 times; percent of a core for sound; megabytes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from capture.analysis.reader import PictureReader
from capture.analysis.voice import VoiceDetector


def peak_rss_mb() -> float:
    """Return the most memory this program has held. (`getrusage` counts what its parent held before it began.)"""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def cost(frames: np.ndarray, sound: bytes, count: int) -> dict[str, float]:
    """Measure; see the module."""
    reader, voice = PictureReader(), VoiceDetector()
    spent = {}
    for counting in (True, False):
        for frame in frames[:5]:
            reader.read(frame, 0, counting=counting)
        started = time.process_time()
        for number in range(count):
            reader.read(frames[number % len(frames)], number, counting=counting)
        spent[counting] = (time.process_time() - started) * 1000 / count
    started = time.process_time()
    voice.hear(sound)
    voice_share = 100 * (time.process_time() - started) / (len(sound) / 32000)
    return {
        "all_ms": spent[True],
        "pictures_share": (1.5 * spent[True] + 3.5 * spent[False]) / 10,
        "voice_share": voice_share,
        "peak_rss_mb": peak_rss_mb(),
    }


if __name__ == "__main__":
    cv2.setNumThreads(1)
    given = np.load(sys.argv[1]), Path(sys.argv[2]).read_bytes(), int(sys.argv[3])
    sys.stdout.write(json.dumps(cost(*given)))
