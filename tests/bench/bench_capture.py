"""What recording costs: the recorder process beside the ffmpeg command line on the same three inputs.

Inputs: a 1920 x 1080 X display with a page in the web engine, up to 5 pictures a second; a motion-JPEG file as camera,
640 x 480 in real time, 10 pictures a second; a PulseAudio microphone, 16 kHz. The page does three things in turn:
nothing; it is read and scrolled, seven lines every six seconds; an answer is typed beside a playing video.

The recorder is the real process with its default settings: analysis off, encoding, sealing, spool. ffmpeg writes plain
files (`capture_peer.py`). CPU seconds are those of the process, user and system, from six seconds after the recording
began, so without starting up. Bytes are those of an hour: what was kept of the first six seconds, with the first whole
picture of the screen, once, and what was kept of the minute after them for the rest of it, two whole pictures of the
screen among it. Of ffmpeg, whose every ten seconds are alike, they are all that was kept, by the time recorded. Both
run turn about.

    make bench ARGS=capture
    python tests/bench/bench_capture.py --seconds 180 --runs 1 --script typing
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import av
import psutil
from capture_inputs import inputs, shown, write_page
from capture_peer import cpu_s, ffmpeg, peak_rss_mb
from harness import Figure, figure

if TYPE_CHECKING:
    from tests.fixtures.recorder import RecorderRun

ROOT = Path(__file__).parents[2]
SECONDS, RUNS = 60.0, 3
HOUR_S = 3600.0
SETTLE_S = 6.0
SCRIPTS = {"still": "still page", "reading": "reading and scrolling", "typing": "typing, video in the page"}
_PEER = "ffmpeg, plain files"
_METRICS = (
    ("cpu_s_per_min", "CPU", "CPU-s/min", "at most what ffmpeg takes, 0.7 of it wished for"),
    ("mb_per_h", "bytes", "MB/h", "at most 110 MB/h, 60 wished for"),
    ("peak_rss_mb", "peak memory", "MB", "at most 350 MB"),
)


def run(seconds: float = SECONDS, runs: int = RUNS, scripts: Sequence[str] = tuple(SCRIPTS)) -> list[Figure]:
    """Record `runs` times `seconds` with each on every script, turn about; medians."""
    sys.path.insert(0, str(ROOT))
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name, inputs(Path(name)) as (camera, environment):
        folder = Path(name)
        write_page(folder)
        for script in scripts:
            ours, peers = [], []
            with shown(folder, script, environment):
                for number in range(runs):
                    ours.append(_recorder(camera, seconds, environment, folder / f"{script}-{number}"))
                    peers.append(ffmpeg(camera, seconds, environment, folder, settle_s=SETTLE_S))
            figures += [
                figure(
                    f"{SCRIPTS[script]}: {words}",
                    [one[key] for one in ours],
                    unit,
                    peer=_PEER,
                    peer_values=[one[key] for one in peers],
                    goal=goal,
                    command="make bench ARGS=capture",
                )
                for key, words, unit, goal in _METRICS
            ]
        figures.append(
            figure("webcam picture, PSNR of brightness", [_webcam_psnr_db(camera)], "dB", goal="at least 39 dB")
        )
    return figures


def _recorder(camera: Path, seconds: float, environment: dict[str, str], folder: Path) -> dict[str, float]:
    from app.client.ipc.to_recorder import BeginExam
    from capture.settings import RecordingSettings
    from tests.fixtures.recorder import RecorderRun

    folder.mkdir()
    os.environ.update(environment)  # the recorder process inherits it
    run = RecorderRun(folder, RecordingSettings())
    run.open(camera=str(camera), microphone="default", screen="0")
    for stream in ("webcam", "microphone", "screen"):
        run.spoken.wait_for(
            "source_changed", holds=lambda each, name=stream: (each.stream, each.state) == (name, "running")
        )
    time.sleep(1.5)  # as in a check-in, the sound's clock settles
    recorder = psutil.Process(run.link.pid)
    began = time.monotonic()
    run.begin()
    run.link.send(BeginExam(detection=None, zero=None))
    time.sleep(SETTLE_S)
    before, from_s, opening = cpu_s(recorder), time.monotonic(), _kept(run)
    time.sleep(seconds)
    used, elapsed_s = cpu_s(recorder) - before, time.monotonic() - from_s
    peak = peak_rss_mb(run.link.pid)
    run.finish()
    recorded_s = time.monotonic() - began - SETTLE_S
    amiss = [
        each for each in [*run.events("impairment"), *run.events("stream_notice")] if each["what"] != "sound_realigned"
    ]
    if gaps := run.events("gap") + amiss:
        raise RuntimeError(f"the recording is not whole: {gaps}")
    an_hour = opening + (_kept(run) - opening) * (HOUR_S - SETTLE_S) / recorded_s
    return {
        "cpu_s_per_min": used * 60 / elapsed_s,
        "mb_per_h": an_hour / 1e6,
        "peak_rss_mb": peak,
    }


def _kept(run: RecorderRun) -> int:
    """Bytes in the spool."""
    return sum(path.stat().st_size for path in (run.spool / f"{run.attempt}.0").rglob("*") if path.is_file())


def _webcam_psnr_db(camera: Path) -> float:
    """Peak signal to noise of the person's brightness (Y) after the webcam's encoder, against what went into it."""
    import cv2
    import numpy as np

    from capture.encoding.planes import planes_of
    from capture.encoding.video_encoder import VideoEncoder
    from capture.settings import CameraSettings

    settings, units = CameraSettings(), []
    encoder = VideoEncoder(
        lambda _, data: units.append(data), width=settings.width, height=settings.height,
        frames_per_s=settings.frames_per_s, codec=settings.codec, crf=settings.crf, unit_s=4, key_interval_s=4,
    )  # fmt: skip
    source, given = cv2.VideoCapture(str(camera), cv2.CAP_FFMPEG), []
    while len(given) < 20 * settings.frames_per_s:
        found, picture = source.read()
        if not found:
            break
        encoder.encode(planes_of(picture, settings.width, settings.height), 100 * len(given))
        given.append(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)[: settings.height].astype(np.float32))
    encoder.close()
    with av.open(io.BytesIO(b"".join(units))) as film:
        kept = [frame.to_ndarray()[: settings.height].astype(np.float32) for frame in film.decode(video=0)]
    errors = [float(np.mean((one - other) ** 2)) for one, other in zip(given, kept, strict=True)]
    return float(10 * np.log10(255**2 / statistics.mean(errors)))


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU, bytes and memory of the recorder beside ffmpeg")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--script", choices=SCRIPTS, action="append")
    arguments = parser.parse_args()
    print(json.dumps(run(arguments.seconds, arguments.runs, arguments.script or tuple(SCRIPTS)), indent=1))


if __name__ == "__main__":
    main()
