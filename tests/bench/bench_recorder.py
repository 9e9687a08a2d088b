"""What recording costs: this recorder beside the ffmpeg command line on the same three inputs.

Inputs: a 1920 x 1080 X display with a page that scrolls and is typed into, 5 pictures a second; a motion-JPEG file as
640 x 480 camera in real time, 10 pictures a second; a PulseAudio microphone, 16 kHz. Both encode H.264 with one thread
and the same presets and crf, and Opus at 24 kbit/s, into fragmented MP4 with a key frame every four seconds.

Not the same, and said here: ffmpeg writes plain files; this recorder hands its units to a sink that discards them (the
seal and the spool have benches of their own), and also makes previews and levels. CPU seconds are those of the process,
user and system: ffmpeg's from start to end, this recorder's from `record()` to the end of `stop()`, so without Python's
imports, which a four-hour exam does not notice.

    python tests/bench/bench_recorder.py --seconds 60 --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import Figure, figure

ROOT = Path(__file__).parents[2]
PERSON = ROOT / ".." / "shared" / "testdata" / "video" / "pai_center_left_center.mp4"
SCREEN_PRESET, CAMERA_PRESET = "veryfast", "superfast"
_METRICS = (
    ("cpu_s_per_min", "camera + screen + sound", "CPU-s/min", "at most what ffmpeg takes"),
    ("mb_per_h", "bytes kept", "MB/h", "at most 110 MB/h"),
    ("peak_rss_mb", "peak memory", "MB", "at most 350 MB"),
)


def run(seconds: float = 60, runs: int = 3) -> list[Figure]:
    """Record `runs` times `seconds` with each, turn about; returns CPU, bytes and memory with medians."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="bench-") as name, _inputs(Path(name)) as (camera, environment):
        ours, peers = [], []
        for _ in range(runs):
            ours.append(_ours(camera, seconds, environment))
            peers.append(_ffmpeg(camera, seconds, environment, Path(name)))
    command = f"python tests/bench/bench_recorder.py --seconds {seconds:g} --runs {runs}"
    return [
        figure(
            f"recorder, {words}",
            [one[key] for one in ours],
            unit,
            peer="ffmpeg, plain files",
            peer_values=[one[key] for one in peers],
            goal=goal,
            command=command,
        )
        for key, words, unit, goal in _METRICS
    ]


@contextmanager
def _inputs(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    from tests.fixtures.display import running_x_server
    from tests.fixtures.sound import PrivatePulse

    camera = folder / "camera.avi"
    shape = "fps=10,scale=640:480:force_original_aspect_ratio=increase,crop=640:480"
    _call("ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", PERSON, "-t", 60, "-an", "-vf", shape,
          "-c:v", "mjpeg", "-q:v", 5, camera)  # fmt: skip
    speech, talk = folder / "speech.wav", folder / "talk.wav"
    _call("espeak-ng", "-w", speech, "The answer to question seven is forty two, because the light is scattered.")
    _call("ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", speech, "-t", 3600, talk)
    sound_folder = folder / "p"
    sound_folder.mkdir()
    pulse = PrivatePulse(sound_folder)
    pulse.start()
    with running_x_server(folder) as display:
        environment = {**os.environ, **pulse.env, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        page = subprocess.Popen([sys.executable, str(Path(__file__).with_name("exam_page.py"))], env=environment)
        talker = pulse.speaking(talk)
        try:
            time.sleep(4)
            yield camera, environment
        finally:
            for process in (talker, page):
                process.terminate()
                process.wait(10)
            pulse.stop()


def _ours(camera: Path, seconds: float, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, __file__, "--record", str(camera), "--seconds", str(seconds)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, timeout=seconds + 60)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _ffmpeg(camera: Path, seconds: float, environment: dict[str, str], folder: Path) -> dict[str, float]:
    x264 = ["-c:v", "libx264", "-threads", 1, "-crf", 28, "-tune", "zerolatency", "-pix_fmt", "yuv420p"]
    fragments = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
    screen, webcam = folder / "screen.mp4", folder / "webcam.mp4"
    command: list[object] = [
        *("ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-thread_queue_size", 64, "-f", "x11grab"),
        *("-framerate", 5, "-video_size", "1920x1080", "-i", environment["DISPLAY"]),
        *("-thread_queue_size", 64, "-re", "-stream_loop", -1, "-i", camera),
        *("-thread_queue_size", 512, "-f", "pulse", "-sample_rate", 16000, "-channels", 1, "-i", "default"),
        *("-t", seconds, "-map", "0:v", *x264, "-preset", SCREEN_PRESET, "-g", 20, *fragments, screen),
        *("-t", seconds, "-map", "1:v", "-map", "2:a", *x264, "-preset", CAMERA_PRESET, "-g", 40),
        *("-c:a", "libopus", "-application", "voip", "-b:a", "24k", *fragments, webcam),
    ]
    process = subprocess.Popen([str(part) for part in command], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError("ffmpeg failed: is it built with x11grab and pulse?")
    size = screen.stat().st_size + webcam.stat().st_size
    return _figures(used.ru_utime + used.ru_stime, size, used.ru_maxrss, seconds)


def _record(camera: str, seconds: float) -> dict[str, float]:
    """Run in a process of its own: record and measure this process."""
    sys.path.insert(0, str(ROOT))
    from capture.pipeline import Pipeline, SourceNames
    from capture.settings import CameraSettings, RecordingSettings, ScreenSettings
    from tests.fixtures.recording import Recording

    class Discarding(Recording):
        size = 0

        def deliver(self, stream: str, started_ns: int, data: bytes) -> None:
            self.size += len(data)

    kept = Discarding()
    settings = RecordingSettings(
        camera=CameraSettings(preset=CAMERA_PRESET), screen=ScreenSettings(preset=SCREEN_PRESET)
    )
    pipeline = Pipeline(settings, SourceNames(camera, "default", "0"), sink=kept, listener=kept)
    pipeline.open()
    for stream in ("webcam", "microphone", "screen"):
        kept.wait_for_state(stream, "running")
    time.sleep(1.5)  # as in a check-in, the sound's clock settles
    begun = _cpu_s()
    pipeline.record(time.monotonic_ns())
    time.sleep(seconds)
    pipeline.stop()
    used = _cpu_s() - begun
    amiss = [quality for quality in kept.qualities if quality.code != "sound_realigned"]
    if kept.gaps or amiss:
        raise RuntimeError(f"the recording is not whole: {kept.gaps} {amiss}")
    return _figures(used, kept.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, seconds)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _figures(cpu_s: float, size: int, rss_kib: int, seconds: float) -> dict[str, float]:
    return {
        "cpu_s_per_min": cpu_s * 60 / seconds,
        "mb_per_h": size / 1e6 * 3600 / seconds,
        "peak_rss_mb": rss_kib * 1024 / 1e6,
    }


def _call(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, timeout=120)


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU, bytes and memory of the recorder beside ffmpeg")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.record:
        print(json.dumps(_record(arguments.record, arguments.seconds)))
    else:
        print(json.dumps(run(arguments.seconds, arguments.runs), indent=1))


if __name__ == "__main__":
    main()
