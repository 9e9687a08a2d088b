"""kill -9 of client and endpoint at random moments: nothing that was promised is lost or altered.

`INVIGILO_KILL_SECONDS` makes it longer (soak); 12 seconds in the normal suite. On a slow machine it goes on until as
much was promised, and as many programs were killed, as the assertions at its end ask for.
"""

import dataclasses
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from app.client.delivery.transport import EndpointTransport, Stored
from app.wire.objects import ObjectId
from crypto.folder import SealedFolder
from crypto.verdict import Verdict, verify
from tests.fixtures.busy_machine import slowness
from tests.unit.delivery.kit import Authority, EndpointProcess, Institution, sealed

SECONDS = float(os.environ.get("INVIGILO_KILL_SECONDS", "12"))
PROMISES = 20 * SECONDS
KILLS = SECONDS / 4

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")]


class Client:
    def __init__(self, folder):
        self.folder = folder

    def start(self, what):
        command = [sys.executable, "-m", "tests.unit.delivery.client_process", str(self.folder), what]
        with (self.folder / "client.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def test_no_promise_is_lost(tmp_path, record_property):
    rng = random.Random(os.environ.get("INVIGILO_KILL_SEED", "1"))
    institution = Institution()
    endpoint = EndpointProcess(tmp_path / "server", Authority(tmp_path / "authority"), institution).start()
    asking = EndpointTransport(endpoint.address, None)
    admission = institution.admit(asking)
    asking.close()
    plan = {"address": dataclasses.asdict(endpoint.address), "admission": dataclasses.asdict(admission)}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    client = Client(tmp_path)
    kills = {"client": 0, "endpoint": 0}
    try:
        client.start("record")
        begun = time.monotonic()
        # A process that has no processor is to have promised something before it is killed, too.
        slow = slowness()
        client_dies = time.monotonic() + slow * rng.uniform(1.2, 2.4)
        endpoint_dies = time.monotonic() + slow * rng.uniform(1.2, 2.4)
        while time.monotonic() < begun + SECONDS or _too_little(tmp_path, kills):
            assert time.monotonic() < begun + 10 * slow * SECONDS, f"{len(_promised(tmp_path))} promised, kills {kills}"
            time.sleep(0.01)
            if time.monotonic() > client_dies:
                client.kill()
                kills["client"] += 1
                client.start("record")
                client_dies = time.monotonic() + slow * rng.uniform(1.0, 2.0)
            if time.monotonic() > endpoint_dies:
                endpoint.kill()
                kills["endpoint"] += 1
                endpoint.start()
                endpoint_dies = time.monotonic() + slow * rng.uniform(0.5, 2.0)
        client.kill()
        client.start("drain")
        assert client.process.wait(60) == 0, (tmp_path / "client.log").read_text()
    finally:
        client.kill()
        endpoint.kill()
    assert endpoint.start().stop() == 0  # puts in order what the last kill left
    _nothing_is_lost(tmp_path, endpoint, record_property, kills)


def _promised(tmp_path):
    ledger = tmp_path / "ledger"
    return [line.split() for line in ledger.read_text().splitlines()] if ledger.exists() else []


def _too_little(tmp_path, kills):
    return min(kills.values()) < KILLS or len(_promised(tmp_path)) <= PROMISES


def _nothing_is_lost(tmp_path, endpoint, record_property, kills):
    promised = _promised(tmp_path)
    rows = sqlite3.connect(endpoint.data / "endpoint.sqlite")
    stored = {
        (sid, track, seq): sha256
        for sid, track, seq, sha256 in rows.execute("SELECT sid, track, seq, sha256 FROM objects")
    }
    assert rows.execute("SELECT count(*) FROM alarms").fetchone() == (0,)
    rows.close()
    for sid, name, sha256 in promised:
        address = ObjectId.from_name(sid, name)
        assert stored.get((address.sid, address.track, address.seq)) == sha256, f"lost: {sid} {name}"
    assert endpoint.differences() == []
    assert list((endpoint.data / "incoming").iterdir()) == []
    spool = [file.name for file in (tmp_path / "spool").rglob("*") if file.is_file()]
    assert [name for name in spool if not name.startswith("outbox.sqlite")] == []
    verdicts = [verify(SealedFolder(folder)) for folder in sorted((endpoint.data / "sessions").iterdir())]
    assert {report.verdict for report in verdicts} <= {Verdict.COMPLETE, Verdict.INTERRUPTED}, verdicts
    assert len(promised) > PROMISES
    assert kills["client"] >= KILLS
    assert kills["endpoint"] >= KILLS
    for name, value in {"promised": len(promised), "stored": len(stored), **kills}.items():
        record_property(name, value)
    print(f"{len(promised)} promised, {len(stored)} stored, kills {kills}")


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_every_receipt_was_flushed_first(tmp_path):
    """Counts what the endpoint flushes for each object: file, folder, and the record's own log."""
    institution = Institution()
    endpoint = EndpointProcess(tmp_path / "server", Authority(tmp_path / "authority"), institution)
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,link,linkat,sendto,write"
    try:
        endpoint.start("strace", "-f", "-y", "-qq", "-s", "0", "-e", calls, "-o", str(trace), timeout_s=60)
    except AssertionError as error:
        pytest.skip(f"tracing is not allowed here: {str(error)[-200:]}")
    try:
        asking = EndpointTransport(endpoint.address, None)
        admission = institution.admit(asking)
        asking.close()
        transport = EndpointTransport(endpoint.address, admission.token)
        objects = sealed(admission, segments=6)
        sid = f"{admission.attempt}.0"
        for name, data in objects.items():
            assert isinstance(transport.put(ObjectId.from_name(sid, name), data), Stored)
        transport.close()
    finally:
        os.killpg(endpoint.process.pid, signal.SIGTERM)
        endpoint.process.wait(20)
    lines = trace.read_text().splitlines()
    folder = str(endpoint.data)
    segments = sum(name.startswith("seg/") for name in objects)
    records = sum(name.startswith("log/") for name in objects)
    flushed = [line for line in lines if "sync(" in line and folder in line]
    linked = [line for line in lines if "link(" in line or "linkat(" in line]
    assert sum("incoming/" in line for line in flushed) == segments + 2
    assert sum(line.rstrip().endswith("= 0") for line in linked if "incoming/" in line) == segments + 2
    assert sum(f"/sessions/{sid}/seg>" in line for line in flushed) >= segments
    assert sum("log.isf>" in line for line in flushed) == records
    assert sum("endpoint.sqlite-wal>" in line for line in flushed) >= len(objects)


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_every_promise_was_flushed_first(tmp_path):
    script = """
import sys
from pathlib import Path
from app.client.delivery.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
for number in range(10):
    outbox.enqueue("0a0a0a0a-0000-4000-8000-000000000000.0", f"seg/00-{number:08d}.isg", b"x" * 1000)
"""
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-qq", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-c", script, str(tmp_path / "spool")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"tracing is not allowed here: {done.stderr[-200:]}")
    order = []
    for line in trace.read_text().splitlines():
        if ".part>" in line and "sync(" in line:
            order.append("file")
        elif "rename" in line and ".part" in line:
            order.append("rename")
        elif "/seg>" in line and "sync(" in line:
            order.append("folder")
        elif "outbox.sqlite-wal>" in line and "sync(" in line:
            order.append("row")
    begin = order.index("file")
    assert order[begin:][:40] == ["file", "rename", "folder", "row"] * 10
