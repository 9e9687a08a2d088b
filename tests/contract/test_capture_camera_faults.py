"""What an exam's recording does when a camera goes, stands still or is covered."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.errors import SourceFault
from tests.fixtures.capture_pipelines import OF_A_BUSY_MACHINE, PipelineOf, moving_ns, pipelines, recording_of, told_of
from tests.fixtures.mjpeg import MjpegCamera
from tests.fixtures.recording import Recording, pictures
from tests.fixtures.standstill import Standstills

pytestmark = pytest.mark.clock


@pytest.fixture
def pipeline_of() -> Iterator[PipelineOf]:
    with pipelines() as make:
        yield make


RED, GREEN = 2, 1


def since_t0(kept: Recording, stream: str, t0_ns: int) -> list[tuple[float, np.ndarray]]:
    begun_s = (kept.started_ns(stream) - t0_ns) / SECOND_NS
    return [(begun_s + at, pixels) for at, pixels in pictures(kept.file(stream))]


def test_camera_that_goes_and_comes_back_with_another_size(pipeline_of: PipelineOf, mjpeg: MjpegCamera) -> None:
    kept, pipeline, t0_ns = recording_of(pipeline_of, mjpeg.url)
    time.sleep(1.0)
    unplugged_s = (time.monotonic_ns() - t0_ns) / SECOND_NS
    mjpeg.stop()
    kept.wait_for_state("webcam", "lost", 5)
    noticed_s = (time.monotonic_ns() - t0_ns) / SECOND_NS
    assert noticed_s - unplugged_s < 3
    time.sleep(0.5)
    mjpeg.size = (640, 200)
    mjpeg.start()
    plugged_s = (time.monotonic_ns() - t0_ns) / SECOND_NS
    kept.wait_for_state("webcam", "running", 8)
    time.sleep(1.0)
    pipeline.stop()

    (gap,) = kept.gaps
    assert gap.stream == "webcam"
    assert gap.reason is SourceFault.STOPPED
    assert (gap.from_ns - t0_ns) / SECOND_NS == pytest.approx(unplugged_s, abs=0.4)
    assert plugged_s - 0.1 < (gap.to_ns - t0_ns) / SECOND_NS < plugged_s + 4
    shown = since_t0(kept, "webcam", t0_ns)
    assert {pixels.shape for _, pixels in shown} == {(480, 640, 3)}
    inside = [pixels for at, pixels in shown if gap.from_ns + 1e7 < t0_ns + at * SECOND_NS < gap.to_ns - 1e7]
    assert len(inside) == 1, "the dark card"
    assert inside[0].max() < 60
    before = next(pixels for at, pixels in shown if at < unplugged_s - 0.3)
    after = shown[-1][1]
    assert before[:30, :, RED].mean() > 120
    assert after[:30].mean() < 20, "letter-boxed"
    assert after[240, :, RED].mean() > 120


def test_frozen_camera_is_noticed_and_reported_until_it_moves_again(
    pipeline_of: PipelineOf, mjpeg: MjpegCamera
) -> None:
    kept, pipeline, _ = recording_of(pipeline_of, mjpeg.url)
    mjpeg.frozen = True
    frozen_ns = time.monotonic_ns()
    kept.wait_for_state("webcam", "lost", 6)
    assert kept.states[-1].fault is SourceFault.FROZEN
    time.sleep(1.8)
    assert kept.state_of("webcam") == "lost", "opened again, the same picture is still no picture"
    mjpeg.frozen = False
    kept.wait_for_state("webcam", "running", 8)
    pipeline.stop()
    (gap,) = kept.gaps
    assert gap.from_ns - frozen_ns < 3 * SECOND_NS
    assert gap.reason is SourceFault.FROZEN


def test_covered_camera_goes_on_and_is_said_within_three_seconds_and_its_end_too(
    pipeline_of: PipelineOf, mjpeg: MjpegCamera, standstills: Standstills
) -> None:
    kept, pipeline, _ = recording_of(pipeline_of, mjpeg.url)
    mjpeg.covered = (40, 60, 70)
    covered_ns = time.monotonic_ns()
    kept.wait_for(lambda: bool(told_of(kept, "lens_covered", "began")), "covered")
    mjpeg.covered = None
    kept.wait_for(lambda: bool(told_of(kept, "lens_covered", "ended")), "uncovered")
    pipeline.stop()
    (said,) = told_of(kept, "lens_covered", "began")
    assert len(told_of(kept, "lens_covered", "ended")) == 1
    assert {each.code for each in kept.qualities} <= {"lens_covered", *OF_A_BUSY_MACHINE}
    assert said.stream == "webcam"
    assert moving_ns(standstills, covered_ns, said.at_ns) < 3 * SECOND_NS
    assert standstills.unexplained(kept.gaps) == []
    assert [s.state for s in kept.states] == ["opening", "running", "stopped"]
