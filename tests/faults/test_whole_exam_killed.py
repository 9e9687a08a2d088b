"""kill -9 of client, recorder and endpoint at random moments of one exam: nothing that was promised is lost.

The exam is sat by the real client in real windows. `INVIGILO_KILLS=30` makes it the long run (soak);
`INVIGILO_KILL_SEED` repeats one that failed, as far as processes on a busy machine can be repeated.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.wire.objects import ObjectId
from crypto.log import split_log
from tests.fixtures.exam_hall import ExamHall, events, exam_hall
from tests.fixtures.sound import PrivatePulse

KILLS = int(os.environ.get("INVIGILO_KILLS", "5"))
SEED = os.environ.get("INVIGILO_KILL_SEED") or str(time.time_ns())
START_TIMEOUT_S = 60.0
LAST_SITTING_S = 14.0

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.window,
    pytest.mark.timeout(120 + 20 * KILLS),
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL"),
]

Promised = dict[tuple[str, str, int], str]


class Ledger:
    """Every promise that was ever seen in the outbox's index, kept outside of what is killed."""

    def __init__(self, spool: Path) -> None:
        self.promised: Promised = {}
        self._index = spool / "outbox.sqlite"
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Add what is promised now."""
        # The client removes the index at its end; it may be gone, or half gone, at any moment.
        with self._lock, contextlib.suppress(sqlite3.Error):
            rows = sqlite3.connect(f"file:{self._index}?mode=ro", uri=True, timeout=5)
            try:
                for sid, track, seq, sha256 in rows.execute("SELECT sid, track, seq, sha256 FROM objects"):
                    assert self.promised.setdefault((sid, track, seq), sha256) == sha256, "a promise was changed"
            finally:
                rows.close()

    def close(self) -> None:
        self._ending.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ending.wait(0.1):
            self.look()


class Killing:
    """One attempt, killed and sat again."""

    def __init__(self, hall: ExamHall, environment: dict[str, str], rng: random.Random) -> None:
        self.hall = hall
        self.kills: collections.Counter[str] = collections.Counter()
        self.ledger = Ledger(hall.spool)
        self._environment = environment
        self._rng = rng
        hall.endpoint.start()
        self._exam_file = hall.sign()
        self._setup = self.sit(600)

    def sit(self, seconds: float) -> subprocess.Popen[bytes]:
        return self.hall.sit(
            self._exam_file, self._environment, seconds=seconds, camera="test-person", candidate="candidate-17"
        )

    def strike(self, victim: str) -> None:
        """Kill `victim` and start it again, the recorder excepted, which the client starts."""
        before = len(self.takes())
        match victim:
            case "client":
                self.hall.kill_client(self._setup)
            case "recorder":
                recorder = self._recorder()
                recorder.kill()
            case _:
                self.hall.endpoint.kill()
        self.ledger.look()
        self.kills[victim] += 1
        if victim == "client":
            self._setup = self.sit(600)
        elif victim == "endpoint":
            time.sleep(self._rng.uniform(0, 1.5))
            self.hall.endpoint.start()
        if self._rng.random() < 0.7:
            # Mostly the next one meets a recording; sometimes it meets a start.
            if victim != "endpoint":
                self.await_(lambda: len(self.takes()) > before, "another take")
            time.sleep(self._rng.uniform(0.3, 5.0))
        else:
            time.sleep(self._rng.uniform(0.0, 3.0))

    def finish(self) -> None:
        """The last exam session, which loses its recorder once more while it records, and hands in."""
        self.hall.kill_client(self._setup)
        self.kills["client"] += 1
        self.ledger.look()
        before = self.takes()
        last = self._setup = self.sit(LAST_SITTING_S)
        self.await_(lambda: any(sid not in before and track == "s01" for sid, track, _ in self.promised()), "a picture")
        time.sleep(0.3)
        self._recorder().kill()
        self.kills["recorder"] += 1
        assert last.wait(START_TIMEOUT_S + LAST_SITTING_S + 60) == 0, self.hall.client_log.read_text()[-3000:]

    def takes(self) -> set[str]:
        """Sessions of which anything was promised."""
        return {sid for sid, _, _ in self.promised()}

    def promised(self) -> Promised:
        """Everything promised so far."""
        return self.ledger.promised.copy()

    def await_(self, holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + START_TIMEOUT_S
        while not holds():
            said = self.hall.client_log.read_text()[-3000:]
            assert time.monotonic() < until, f"{what} did not come; client: {said}"
            assert self._setup.poll() is None, f"the client ended with {self._setup.returncode}: {said}"
            time.sleep(0.05)

    def _recorder(self) -> psutil.Process:
        found: list[psutil.Process] = []

        def there() -> bool:
            recorder = self.hall.recorder_of(self._setup)
            found[:] = [recorder] if recorder else []
            return bool(found)

        self.await_(there, "a recorder")
        return found[0]


@pytest.fixture
def killing(tmp_path: Path, x_display: str, private_pulse: PrivatePulse) -> Iterator[Killing]:
    print(f"seed {SEED}, {KILLS} kills")
    with exam_hall(tmp_path) as hall:
        killing = Killing(hall, {"DISPLAY": x_display, **private_pulse.env}, random.Random(SEED))
        try:
            yield killing
        finally:
            killing.ledger.close()


def test_nothing_that_was_promised_is_lost(killing: Killing) -> None:
    hall = killing.hall
    rng = random.Random(f"victims of {SEED}")
    victims = [victim for _ in range(KILLS) for victim in rng.sample(("client", "recorder", "endpoint"), 3)]
    killing.await_(lambda: bool(killing.takes()), "the first take")
    began = time.monotonic()
    for victim in victims[: KILLS - 2]:
        killing.strike(victim)
    killing.finish()
    assert hall.upload()["waiting"] == 0
    killing.ledger.close()
    _compare(killing, time.monotonic() - began)


def _compare(killing: Killing, took_s: float) -> None:
    hall, promised = killing.hall, killing.ledger.promised
    for receipt in _receipts(hall):
        promised.setdefault((receipt["sid"], receipt["track"], receipt["seq"]), receipt["sha256"])
    assert len({ObjectId(*each).attempt for each in promised}) == 1, "another attempt was begun"
    assert [each for each in promised if _stored(hall, ObjectId(*each)) != promised[each]] == []
    assert hall.endpoint.stop() == 0
    assert hall.endpoint.differences() == []
    assert [file.name for file in hall.spool.rglob("*") if file.is_file()] == []

    verified = hall.verify()
    assert verified["verdict"] == "INTERRUPTED", verified["findings"]
    assert {take["verdict"] for take in verified["takes"]} <= {"COMPLETE", "INTERRUPTED"}
    assert verified["takes"][-1]["verdict"] == "COMPLETE"
    assert verified["findings"] == []
    _gaps_are_named(hall, verified, killing)
    verdicts = "".join(take["verdict"][0] for take in verified["takes"])
    killed = ", ".join(f"{who} {times}" for who, times in sorted(killing.kills.items()))
    print(f"kills: {killed}, in {took_s:.0f} s; {len(promised)} objects promised, none lost;")
    print(f"takes {verdicts}, {len(verified['gaps'])} gaps named, missing takes {verified['missing_takes']}")


def _gaps_are_named(hall: ExamHall, verified: dict[str, Any], killing: Killing) -> None:
    review = hall.export()
    told = json.loads((review / "verdict.json").read_text())
    assert told["verdict"] == "INTERRUPTED"
    assert {each["stream"] for each in told["streams"]} == {"webcam", "microphone", "screen"}
    exported = {each["stream"]: each["gaps"] for each in told["streams"]}
    inner = [hole for hole in verified["gaps"] if None not in (hole["from_us"], hole["to_us"])]
    assert {hole["stream"] for hole in inner} == set(exported)
    for hole in inner:
        begins_s, ends_s = hole["from_us"] / 1e6, hole["to_us"] / 1e6
        assert begins_s < ends_s
        # The last segment before it may last four seconds: only a longer hole is surely one in the exported file.
        if ends_s - begins_s > 6:
            named = exported[hole["stream"]]
            assert any(each["from_s"] < ends_s and each["to_s"] > ends_s - 0.3 for each in named), (hole, named)
    happened = events(review)
    numbers = [event["take"] for event in happened if event["event"] == "take_started"]
    assert numbers == sorted(set(numbers))
    restarts = [event for event in happened if event["event"] == "client_restarted"]
    gaps = [event for event in happened if event["event"] == "gap" and event["reason"] == "recorder_exited"]
    assert 0 < len(restarts) <= killing.kills["client"]
    assert gaps, "the last recorder that was killed left no gap"
    assert all(gap["from_us"] < gap["to_us"] for gap in gaps)
    assert happened[-1]["event"] == "take_ended"
    assert happened[-1]["why"] == "finished"


def _stored(hall: ExamHall, address: ObjectId) -> str | None:
    """Digest of an object as the operator holds it, log records out of the log they were appended to."""
    folder = hall.sessions / address.sid
    if address.track == "log":
        records, _ = split_log((folder / "log.isf").read_bytes())
        data = records[address.seq] if address.seq < len(records) else None
    else:
        file = folder / address.name
        data = file.read_bytes() if file.exists() else None
    return None if data is None else hashlib.sha256(data).hexdigest()


def _receipts(hall: ExamHall) -> list[dict[str, Any]]:
    lines = [
        line
        for file in (hall.data / "receipts").glob("*.receipts")
        for line in file.read_bytes().splitlines()
        if line.startswith(b"{")
    ]
    assert lines, "the test taker was left no receipts"
    return [json.loads(line) for line in lines]
