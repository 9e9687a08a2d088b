"""The peer of the recorder's benchmarks: the ffmpeg command line recording the same three inputs to plain files."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil

SCREEN_KEYS, CAMERA_KEYS = 50, 40
"""Pictures between key frames: ten and four seconds."""


def ffmpeg(
    camera: Path, seconds: float, environment: dict[str, str], folder: Path, *, settle_s: float = 0.0
) -> dict[str, float]:
    """Record for `settle_s` and `seconds`; CPU is of the latter, bytes of both.

    H.264 `veryfast`, crf 28, one thread, no latency; Opus at 24 kbit/s; fragmented MP4.
    """
    x264 = ["-c:v", "libx264", "-threads", 1, "-preset", "veryfast", "-crf", 28, "-tune", "zerolatency"]
    x264 += ["-pix_fmt", "yuv420p"]
    fragments = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
    screen, webcam = folder / "screen.mp4", folder / "webcam.mp4"
    whole_s = settle_s + seconds
    command: list[object] = [
        *("ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-thread_queue_size", 64, "-f", "x11grab"),
        *("-framerate", 5, "-video_size", "1920x1080", "-i", environment["DISPLAY"]),
        *("-thread_queue_size", 64, "-re", "-stream_loop", -1, "-i", camera),
        *("-thread_queue_size", 512, "-f", "pulse", "-sample_rate", 16000, "-channels", 1, "-i", "default"),
        *("-t", whole_s, "-map", "0:v", *x264, "-g", SCREEN_KEYS, *fragments, screen),
        *("-t", whole_s, "-map", "1:v", "-map", "2:a", *x264, "-g", CAMERA_KEYS),
        *("-c:a", "libopus", "-application", "voip", "-b:a", "24k", *fragments, webcam),
    ]
    began = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], env=environment)
    try:
        measured = psutil.Process(process.pid)
        time.sleep(settle_s)
        before = cpu_s(measured) if settle_s else 0.0
        time.sleep(max(0.0, began + whole_s - 0.5 - time.monotonic()))
        used, elapsed_s = cpu_s(measured) - before, time.monotonic() - began - settle_s
        peak = peak_rss_mb(process.pid)
        if process.wait(120) != 0:
            raise RuntimeError("ffmpeg failed: is it built with x11grab and pulse?")
    finally:
        process.kill()
        process.wait()
    size = screen.stat().st_size + webcam.stat().st_size
    return {
        "cpu_s_per_min": used * 60 / elapsed_s,
        "mb_per_h": size / 1e6 * 3600 / whole_s,
        "peak_rss_mb": peak,
    }


def cpu_s(process: psutil.Process) -> float:
    """CPU seconds of a process so far, user and system."""
    used = process.cpu_times()
    return float(used.user + used.system)


def peak_rss_mb(pid: int) -> float:
    """Largest resident memory of a process so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6
