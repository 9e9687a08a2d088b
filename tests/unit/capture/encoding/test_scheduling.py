"""An encoder leaves the scheduling of the process as it was."""

import os
import subprocess
import sys

import numpy as np
import pytest

from capture.encoding.planes import planes_of
from capture.encoding.video_encoder import VideoEncoder

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only as root may SVT-AV1 take real-time scheduling"
)


def inherited() -> int:
    """The policy of a program that is started now."""
    asks = "import os; print(os.sched_getscheduler(0))"
    return int(subprocess.run([sys.executable, "-I", "-c", asks], check=True, capture_output=True).stdout)


def test_av1_puts_no_program_started_later_in_front_of_all_others() -> None:
    """Failed before: the process was SCHED_FIFO 99, and so was each program that it started."""
    encoder = VideoEncoder(
        lambda _s, _d: None, width=64, height=64, frames_per_s=10, codec="av1", crf=30, unit_s=1.0, key_interval_s=4.0
    )
    encoder.encode(planes_of(np.zeros((64, 64, 3), np.uint8), 64, 64), 0)
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    assert inherited() == os.SCHED_OTHER
    encoder.close()
