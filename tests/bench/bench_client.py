"""What a whole exam costs: the client with its web engine, beside ffmpeg recording the same inputs to plain files.

The client is the real program (windows, web engine on the demonstration's page, recorder, sealing, spool, upload to a
real endpoint), sat by the autopilot; its processes are measured from the first sealed segment on. ffmpeg records the
same camera file, the same microphone and a 1920 x 1080 display on which a bare web engine window shows the same page;
only ffmpeg itself is counted, so the ratio says what windows, web engine, sealing and delivery cost on top.

    make bench ARGS=client
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from capture_inputs import inputs
from capture_peer import ffmpeg
from harness import Figure, figure

ROOT = Path(__file__).parents[2]
SECONDS, RUNS = 60.0, 3
COMMAND = "make bench ARGS=client"
PATIENCE_S = 60.0
_MIB = 2**20


def run(seconds: float = SECONDS, runs: int = RUNS) -> list[Figure]:
    """Sit an exam and record with ffmpeg, turn about; returns CPU, memory and bytes with medians."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="bench-") as name, inputs(Path(name)) as (camera, environment):
        ours, peers = [], []
        for number in range(runs):
            folder = Path(name) / f"run-{number}"
            folder.mkdir()
            ours.append(_client(camera, seconds, environment, folder))
            with _bare_page(environment, folder):
                peers.append(ffmpeg(camera, seconds, environment, folder))
    recorder = [one["recorder_cpu_s_per_min"] for one in ours]
    return [
        figure(
            "whole client, camera + screen + sound + idle exam page",
            [one["cpu_s_per_min"] for one in ours],
            "CPU-s/min",
            peer="ffmpeg, plain files, no page",
            peer_values=[one["cpu_s_per_min"] for one in peers],
            goal="at most 25 % of one core (15 CPU-s/min)",
            command=COMMAND,
        ),
        figure(
            "of it the recorder process, sealing and spool included",
            recorder,
            "CPU-s/min",
            peer="ffmpeg, plain files",
            peer_values=[one["cpu_s_per_min"] for one in peers],
            goal="at most what ffmpeg takes",
            command=COMMAND,
        ),
        figure("memory of all processes, PSS", [one["pss_mb"] for one in ours], "MB", goal="at most 700 MB"),
        figure("memory of all processes, RSS summed", [one["rss_mb"] for one in ours], "MB"),
        figure(
            "bytes delivered",
            [one["mb_per_h"] for one in ours],
            "MB/h",
            peer="ffmpeg, plain files",
            peer_values=[one["mb_per_h"] for one in peers],
            goal="at most 110 MB/h",
            command=COMMAND,
        ),
    ]


def _client(camera: Path, seconds: float, environment: dict[str, str], folder: Path) -> dict[str, float]:
    from app.demo.certificates import issue_for_loopback
    from app.demo.exam_page import ExamSite
    from app.demo.programs import endpoint, institution
    from app.demo.settings import EXAM_ID, EXAM_TITLE, REGION, demo_settings

    secret = folder / "passphrase.txt"
    secret.write_text(secrets.token_urlsafe(24) + "\n")
    unlock = ("--passphrase-file", str(secret))
    office = folder / "institution"
    institution(office, "init", "--id", "bench", "--name", "Bench", *unlock)
    institution(office, "representative", "add", "representative", *unlock)
    certificate = issue_for_loopback(folder / "tls")
    with ExamSite() as site, endpoint(folder / "endpoint", certificate, office / "root.pub", REGION) as running:
        template, exam_file = folder / "template.json", folder / "exam.invigilo"
        template.write_text(json.dumps(demo_settings(site, running, certificate.authority_pem)))
        institution(office, "exam", "new", EXAM_ID, "--title", EXAM_TITLE, "--settings", str(template), *unlock)
        institution(office, "exam", "sign", EXAM_ID, "--out", str(exam_file), *unlock)
        exam_process = subprocess.Popen(
            [
                *(sys.executable, "-m", "app.demo.test_taker", str(exam_file), "--camera", str(camera)),
                *("--data", str(folder / "client"), "--spool", str(folder / "spool")),
                *("--screens", str(folder / "screens"), "--seconds", str(seconds + 30)),
            ],
            env={**environment, "INVIGILO_ALLOW_ROOT": "1"},
            stderr=subprocess.DEVNULL,
        )
        try:
            return _measured(psutil.Process(exam_process.pid), folder / "endpoint" / "sessions", seconds)
        finally:
            for process in psutil.Process(exam_process.pid).children(recursive=True):
                process.kill()
            exam_process.kill()
            exam_process.wait()


def _measured(client: psutil.Process, sessions: Path, seconds: float) -> dict[str, float]:
    deadline = time.monotonic() + PATIENCE_S
    while not list(sessions.glob("*/seg/*")):
        if time.monotonic() > deadline:
            raise RuntimeError("the client delivered nothing")
        time.sleep(0.1)
    time.sleep(12.0)  # the autopilot has typed its answers by then; the page is idle
    cpu_s, recorder_s, size = _cpu_s(client), _recorder_s(client), _stored(sessions)
    began = time.monotonic()
    time.sleep(seconds)
    minutes = (time.monotonic() - began) / 60
    memory = [process.memory_full_info() for process in (client, *client.children(recursive=True))]
    return {
        "cpu_s_per_min": (_cpu_s(client) - cpu_s) / minutes,
        "recorder_cpu_s_per_min": (_recorder_s(client) - recorder_s) / minutes,
        "pss_mb": sum(one.pss for one in memory) / _MIB,
        "rss_mb": sum(one.rss for one in memory) / _MIB,
        "mb_per_h": (_stored(sessions) - size) / 1e6 / minutes * 60,
    }


def _cpu_s(client: psutil.Process) -> float:
    used = [process.cpu_times() for process in (client, *client.children(recursive=True))]
    return sum(one.user + one.system for one in used)


def _recorder_s(client: psutil.Process) -> float:
    recorder = next(one for one in client.children() if "app.client.recorder" in one.cmdline())
    used = recorder.cpu_times()
    return used.user + used.system


def _stored(sessions: Path) -> int:
    return sum(path.stat().st_size for path in sessions.rglob("*") if path.is_file())


@contextmanager
def _bare_page(environment: dict[str, str], folder: Path) -> Iterator[None]:
    from app.demo.exam_page import ExamSite

    with ExamSite() as site:
        page = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("start_page.py")), "bare", site.start_url, str(folder)],
            env={**os.environ, **environment},
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(5)
            yield
        finally:
            page.terminate()
            page.wait(10)
