"""What detection adds to the recorder: the whole process, sealed and spooled, with everything looked for and without.

Camera (a recorded person, 640 x 480 at 10 pictures a second) and microphone (speech from a file) in real time; the same
recorder process, turn about. CPU seconds are the process's own, user and system, from six seconds after the exam began.

    python tests/bench/bench_watching.py --seconds 40 --runs 2
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from harness import Figure, figure

ROOT = Path(__file__).parents[2]
PERSON = ROOT / ".." / "shared" / "testdata" / "video" / "pai_center_left_center.mp4"
SETTLE_S = 6.0


def run(seconds: float = 40, runs: int = 2) -> list[Figure]:
    """Record `runs` times `seconds` with detection and without; nothing where Linux's /proc is missing."""
    if sys.platform != "linux":
        return []
    sys.path.insert(0, str(ROOT))
    watched, unwatched = [], []
    for _ in range(runs):
        unwatched.append(_record(seconds, watching=False))
        watched.append(_record(seconds, watching=True))
    command = f"python tests/bench/bench_watching.py --seconds {seconds:g} --runs {runs}"
    added = [on[0] - off[0] for on, off in zip(watched, unwatched, strict=True)]
    memory = [on[1] - off[1] for on, off in zip(watched, unwatched, strict=True)]
    peer = {"peer": "the same recorder without detection"}
    return [
        figure("recorder with detection", [on[0] for on in watched], "% of a core", command=command, **peer,
               peer_values=[off[0] for off in unwatched]),
        figure("what detection adds", added, "% of a core", goal="at most 8", command=command),
        figure("memory that detection adds", memory, "MB", goal="at most 200 MB", command=command),
        figure("observations sealed", [on[2] for on in watched], "MB/h", goal="at most 5", command=command),
    ]  # fmt: skip


def _record(seconds: float, *, watching: bool) -> tuple[float, float, float]:
    from app.client.ipc.to_recorder import BeginExam
    from app.policy.detection import DetectionSettings
    from capture.settings import RecordingSettings
    from tests.fixtures.recorder import RecorderRun
    from tests.fixtures.speech import speech_file

    everything = DetectionSettings(face_presence=True, people_count=True, gaze=True, voice=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        speech = speech_file(folder / "speech.wav", seconds=120)
        recording = RecordingSettings.model_validate({"camera": {}, "microphone": {}, "screen": None})
        taken = RecorderRun(folder, recording)
        taken.open(camera=str(PERSON) if PERSON.exists() else "test-person", microphone=str(speech))
        taken.spoken.wait_for("preview")
        taken.begin()
        taken.link.send(BeginExam(detection=everything.detectors() if watching else None, zero=None))
        time.sleep(SETTLE_S)
        begun_s, cpu_s = time.monotonic(), _cpu_s(taken.link.pid)
        time.sleep(seconds)
        share = (_cpu_s(taken.link.pid) - cpu_s) / (time.monotonic() - begun_s)
        memory_mb = _resident_mb(taken.link.pid)
        taken.finish()
        events_mb_per_h = sum(map(len, taken.sealed("events"))) / 1e6 * 3600 / (seconds + SETTLE_S)
    return 100 * share, memory_mb, events_mb_per_h


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU and memory that detection adds to the recorder")
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--runs", type=int, default=2)
    arguments = parser.parse_args()
    print(json.dumps(run(arguments.seconds, arguments.runs), indent=1))


if __name__ == "__main__":
    main()
