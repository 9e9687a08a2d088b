"""A recorder that is killed while it seals to a disk that keeps half-written files."""

import random
import subprocess
import sys
import time

import pytest

from crypto.folder import SealedFolder
from crypto.opening import open_session
from crypto.verdict import Verdict, verify
from tests.fixtures.soak import times
from tests.unit.crypto.objects import KEY

SEALING = """
import os, sys
from pathlib import Path
from crypto.keys import RecipientPublic
from crypto.sealing import SessionSealer
from tests.unit.crypto.objects import description

class SlowDisk:
    def put(self, name, data):
        path = Path(sys.argv[1]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb", buffering=0) as file:
            for begin in range(0, len(data), 97 if len(data) < 300 else 9000):
                file.write(data[begin : begin + (97 if len(data) < 300 else 9000)])

public = RecipientPublic("exam-2026", bytes.fromhex(sys.argv[2]))
sealer = SessionSealer(description(streams=("events", "webcam")), [public], SlowDisk())
n = 0
while True:
    sealer.seal("events", n, b"%d" % n)
    sealer.seal("webcam", n, n.to_bytes(4, "big") * 12_000)
    n += 1
    if n == 1:
        print("begun", flush=True)
"""


@pytest.mark.parametrize("seed", range(times(8, 200)))
def test_what_a_killed_recorder_leaves_is_interrupted_and_true(tmp_path, seed):
    with subprocess.Popen(
        [sys.executable, "-c", SEALING, str(tmp_path), KEY.public.encoded.hex()], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "begun\n"
            time.sleep(random.Random(seed).uniform(0.01, 0.12))
        finally:
            process.kill()
    source = SealedFolder(tmp_path)
    report = verify(source)
    assert report.verdict is Verdict.INTERRUPTED, report.findings
    assert len(report.unsealed) <= 1
    assert all(record.intact for record in report.segments)
    with open_session(source, KEY) as session:
        events = list(session.segments("events"))
        frames = list(session.segments("webcam"))
    assert [s.data for s in events if s.sealed] == [b"%d" % n for n in range(sum(s.sealed for s in events))]
    for frame in frames:
        whole = frame.index.to_bytes(4, "big") * 12_000
        assert frame.data == whole if frame.sealed else whole.startswith(frame.data)
    assert sum(s.sealed for s in (*events, *frames)) == len(report.segments)
    assert report.segments
