"""A client for the kill tests: seals real segments into the outbox and uploads them, until it is killed.

`python -m tests.unit.delivery.client_process PLAN.json record|drain`
"""

import hashlib
import json
import os
import sys
import threading
import time
from pathlib import Path

from app.client.delivery.outbox import Outbox, SpoolSink
from app.client.delivery.transport import EndpointTransport
from app.client.delivery.uploader import Uploader
from app.wire.admissions import Admission
from crypto.sealing import SessionSealer
from tests.unit.delivery.kit import RECIPIENT, Address, description


class Ledger:
    """Writes down each promise after it was made: the test's list of what must never be lost."""

    def __init__(self, sink: SpoolSink, sid: str, file: Path) -> None:
        self._sink = sink
        self._sid = sid
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def put(self, name: str, data: bytes) -> None:
        self._sink.put(name, data)
        os.write(self._descriptor, f"{self._sid} {name} {hashlib.sha256(data).hexdigest()}\n".encode())


class Silent:
    def delivery_changed(self, state: object) -> None:
        pass


def record(outbox: Outbox, admission: Admission, folder: Path) -> None:
    take = len(list(folder.glob("take-*")))
    (folder / f"take-{take}").touch()
    sid = f"{admission.attempt}.{take}"
    ledger = Ledger(SpoolSink(outbox, sid), sid, folder / "ledger")
    sealer = SessionSealer(description(admission.attempt, take, admission.nonce), [RECIPIENT.public], ledger)
    for number in range(100_000):
        sealer.seal("webcam" if number % 3 else "events", number, os.urandom(20_000 if number % 3 else 300))
        time.sleep(0.015)


def main() -> None:
    folder, what = Path(sys.argv[1]), sys.argv[2]
    plan = json.loads((folder / "plan.json").read_text())
    admission = Admission(**plan["admission"])
    outbox = Outbox(folder / "spool")
    recovery = outbox.recover()
    with (folder / "recoveries").open("a") as file:
        file.write(f"{recovery.adopted} {recovery.parts_removed} {recovery.finished} {len(recovery.orphans)}\n")
    uploader = Uploader(outbox, EndpointTransport(Address(**plan["address"]), admission.token), Silent())
    uploader.start()
    threading.Thread(target=_retry_at_once, args=(uploader,), daemon=True).start()
    if what == "record":
        record(outbox, admission, folder)
    while outbox.counts().waiting_objects:
        time.sleep(0.05)
    uploader.stop(10)
    outbox.close()


def _retry_at_once(uploader: Uploader) -> None:
    while True:
        time.sleep(0.2)
        uploader.retry_now()


if __name__ == "__main__":
    main()
