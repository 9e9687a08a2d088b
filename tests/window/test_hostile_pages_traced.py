"""The hostile pages in an exam that runs workers, with every system call of it that concerns a network looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.fixtures.hostile_pages import UNTOLD, WORKERS, hosts_of_ways, names_of_ways

CONNECTED = re.compile(r"connect\(\d+<TCP.*?htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"")
SENT = re.compile(r"send(?:to|msg|mmsg)\(\d+<UDP.*")
"""What connects a socket of UDP sends nothing: the engine asks the system so which way a packet would go."""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_workers_reach_what_is_allowed_and_no_name_is_looked_up(display, tmp_path):
    """Failed before: an allowed host was reached from a worker of its page alone; nobody had looked for names."""
    trace = tmp_path / "trace"
    traced = (
        "strace",
        "-f",
        "-qq",
        "-yy",
        "--seccomp-bpf",
        "-o",
        str(trace),
        "-e",
        "trace=connect,sendto,sendmsg,sendmmsg",
    )
    done = subprocess.run(
        [*traced, sys.executable, "-m", "tests.fixtures.hostile_sitting", str(tmp_path / "engine")],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QTWEBENGINE_DISABLE_SANDBOX": "1"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["contacted"] == []
    assert {*hosts_of_ways(), *names_of_ways()} - set(seen["told"]) <= UNTOLD - WORKERS
    assert {path.removeprefix("/reached/") for path in seen["reached"]} == {each.replace(" ", "-") for each in WORKERS}
    lines = trace.read_text(errors="replace").splitlines()
    gate, platform = (("127.0.0.1", seen["ports"][name]) for name in ("gate", "platform"))
    connected = {(found[2], int(found[1])) for line in lines if (found := CONNECTED.search(line))}
    assert connected == {gate, platform}, "TCP, name servers included"
    assert [line for line in lines if SENT.search(line)] == []
    assert any("<UDP" in line for line in lines), "the trace tells sockets of UDP apart"
