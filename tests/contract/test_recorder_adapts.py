"""The recorder process takes less of the machine when it is asked to, and its recording stays one."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import av
import pytest

from app.client.ipc.to_recorder import ReduceLoad
from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.recordings.attempt import examine
from capture.settings import CameraSettings, RecordingSettings
from tests.fixtures.recorder import KEY, RecorderRun
from tests.fixtures.standstill import Standstills

pytestmark = pytest.mark.clock


def test_page_that_stutters_makes_pictures_fewer_and_smaller_and_the_export_shows_them_all(
    tmp_path: Path, standstills: Standstills
) -> None:
    # No step but the one of size: eight seconds lie between two steps.
    camera = CameraSettings(least_frames_per_s=10, least_scale=0.5)
    run = RecorderRun(tmp_path, RecordingSettings(camera=camera, microphone=None, screen=None))
    run.open(camera="test-person")
    run.spoken.wait_for("source_changed", holds=lambda each: each.state == "running")
    run.begin()
    time.sleep(1.5)
    run.link.send(ReduceLoad())
    time.sleep(1.5)
    run.finish()
    (step,) = run.events("encoding_level_changed")
    assert step["direction"] == "down"
    assert (step["stream"], step["frames_per_s"], step["scale"], step["cause"]) == ("webcam", 10, 0.5, "machine")
    assert standstills.unexplained_events(run.events("gap"), run.t0_ns) == []
    export(examine(in_folder(run.spool / f"{run.attempt}.0")), KEY, tmp_path / "out")
    with av.open(str(tmp_path / "out" / "webcam.mkv")) as file:
        shown = [(frame.time, frame.width) for frame in file.decode(video=0)]
    sizes = [width for _, width in shown]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {640, 320}
    times = [at for at, _ in shown]
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) < 0.5
