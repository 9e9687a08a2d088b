"""The two encoders of pictures, and how each is set for a recording that must be cheap, prompt and readable.

Measured on two shared cores (Intel Xeon with AVX-512, Python 3.11, PyAV 18.1.0), CPU-seconds a minute and MB an hour.
A person at 640 x 480 and 10 a second, a key frame every 4 s: AV1 1.8, 14, 40.6 dB; H.264 as below 2.9, 58, 41.5 dB.
Reading a page of 11 pt text at 1920 x 1080 that is scrolled every two seconds: H.264 `veryfast` 1.7, 199; `superfast`
with the far search below 1.1, 53; AV1 2.4, 156. Typing beside a video in the page: crf 30 107, its first picture at
37.4 dB and a screen at rest at 48.5; crf 26 with `qcomp=1` 47, never below 38.5 dB; and the video once a second 36.
"""

from __future__ import annotations

import os
from types import MappingProxyType

from capture.settings import Codec

ENCODERS = MappingProxyType({"av1": "libsvtav1", "h264": "libx264"})
NAMES = MappingProxyType({"av1": "AV1", "h264": "H.264"})

_AV1_SCALE, _AV1_COARSEST = 1.6, 63
_FAR_PX = 256
"""How far text may have scrolled between two pictures to be found again."""


def options(codec: Codec, crf: int) -> dict[str, str]:
    """Give the encoder's options for `crf` on H.264's scale: no frame waits in it, and it runs in one thread."""
    if codec == "av1":
        return {
            "preset": "12",
            "crf": str(min(_AV1_COARSEST, round(crf * _AV1_SCALE))),
            "svtav1-params": "lp=1:pred-struct=1:rtc=1",
        }
    return {
        "preset": "superfast",
        "crf": str(crf),
        "tune": "zerolatency",
        # Key frames come by time only. A screen that hardly changes is not made finer and finer by and by (`qcomp`).
        # Each key frame says itself how it is to be decoded, as AV1's do: 40 bytes, and none needs its run's beginning.
        "x264-params": f"scenecut=0:me=umh:merange={2 * _FAR_PX}:subme=1:weightp=0:qcomp=1:repeat-headers=1",
    }


def keep_quiet() -> None:
    """Let SVT-AV1 report errors only; it would write its settings to standard error. Call before the first encoder."""
    os.environ.setdefault("SVT_LOG", "1")
