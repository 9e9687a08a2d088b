"""An encoder leaves the scheduling of the process as it was."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from capture.encoding.planes import planes_of
from capture.encoding.video_encoder import VideoEncoder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only as root may SVT-AV1 take real-time scheduling"
)


def policies() -> set[int]:
    return {os.sched_getscheduler(int(thread.name)) for thread in Path("/proc/self/task").iterdir()}


def test_av1_leaves_no_thread_in_front_of_all_other_programs() -> None:
    """Failed before: every thread was SCHED_FIFO 99, and so was each program that was started later."""
    assert os.SCHED_FIFO not in policies()
    encoder = VideoEncoder(
        lambda _s, _d: None, width=64, height=64, frames_per_s=10, codec="av1", crf=30, unit_s=1.0, key_interval_s=4.0
    )
    assert os.SCHED_FIFO not in policies()
    encoder.encode(planes_of(np.zeros((64, 64, 3), np.uint8), 64, 64), 0)
    assert os.SCHED_FIFO not in policies()
    encoder.close()
