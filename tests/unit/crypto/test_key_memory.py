"""What an attacker finds who reads the memory of a sealing process."""

import os
import subprocess
import sys

import pytest

from crypto.folder import SealedFolder
from crypto.header import Header
from crypto.opening import _session_key
from crypto.ratchet import StreamRatchet
from crypto.sealing import SEALING_ENVIRONMENT
from tests.fixtures.process_memory import found, memory
from tests.unit.crypto.objects import KEY

COUNT = 40
SEALING = f"""
import sys
from pathlib import Path
from crypto.keys import RecipientPublic
from crypto.sealing import SessionSealer
from tests.unit.crypto.objects import description

class Folder:
    def put(self, name, data):
        path = Path(sys.argv[1]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

public = RecipientPublic("exam-2026", bytes.fromhex(sys.argv[2]))
sealer = SessionSealer(description(streams=("events",)), [public], Folder())
for n in range({COUNT}):
    sealer.seal("events", n, bytes(20_000))
print("sealed", flush=True)
sys.stdin.readline()
sealer.finish()
print("finished", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/PID/mem")
def test_a_sealing_process_holds_no_key_of_the_past(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", SEALING, str(tmp_path), KEY.public.encoded.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **SEALING_ENVIRONMENT},
    )
    try:
        assert process.stdout.readline() == "sealed\n"
        sealing = memory(process.pid)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "finished\n"
        finished = memory(process.pid)
        process.communicate("\n", timeout=30)
    finally:
        process.kill()
        process.wait(timeout=30)

    source = SealedFolder(tmp_path)
    header = Header.parse(source.read("header.isf"))
    session_key = _session_key(source.read("keys.isf"), header, KEY)
    ratchet = StreamRatchet(session_key, header.hid, 0)
    past = {"session": session_key}
    for n in range(COUNT):
        past[f"chain {n}"] = bytes(ratchet._chain)
        past[f"segment {n}"] = ratchet.segment_key(source.read(f"seg/00-{n:08d}.isg")[:52])
        ratchet.advance()
    current = {"chain now": ratchet._chain}
    assert found(sealing, current) == ["chain now"], "the search itself does not work"
    assert found(sealing, past) == []
    assert found(finished, {**past, **current}) == []
