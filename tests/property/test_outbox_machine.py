"""The outbox under crashes between any two of its steps: no promise is lost, none is delivered altered."""

import hashlib
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.client.delivery import recovery
from app.client.delivery.index import SpoolIndex
from app.client.delivery.outbox import Outbox
from app.durable_files import writing
from crypto.segment import SegmentHead
from tests.unit.delivery.kit import new_attempt

SID = f"{new_attempt()}.0"


class Crash(BaseException):
    """The process ends here."""


def segment(number: int, size: int) -> bytes:
    """Bytes with the form of a whole segment object."""
    body = hashlib.shake_256(number.to_bytes(4, "big")).digest(24 + 32 + 16 + size)
    return SegmentHead(0, number, 0, bytes(32)).encode() + body


# Where a crash may come: before the step named, or right after it.
STEPS = {
    "write": (os, "write"),
    "flush": (writing.disk, "flush"),
    "rename": (writing.disk, "replace"),
    "flush folder": (writing.disk, "flush_folder"),
    "row": (SpoolIndex, "add"),
    "receipt": (SpoolIndex, "deliver"),
    "remove": (Path, "unlink"),
    "adopt": (recovery, "flush_file"),
}


class OutboxMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-machine-"))
        self.outbox = Outbox(self.folder)
        self.promised: dict[str, bytes] = {}
        self.attempted: dict[str, bytes] = {}
        self.delivered: dict[str, bytes] = {}
        self.damaged: set[str] = set()
        self.number = 0

    def teardown(self):
        self.outbox.close()
        shutil.rmtree(self.folder)

    def _crashing(self, step, after, occurrence, act):
        """Run `act`; end the process's life at the chosen step. Whether it survived."""
        owner, name = STEPS[step]
        original, seen = getattr(owner, name), [0]

        def crash(*_, **__):
            # A dead process tidies nothing up: its part stays.
            lifetime.enter_context(mock.patch.object(Path, "unlink", crash))
            raise Crash

        def wrapped(*arguments, **keywords):
            seen[0] += 1
            if seen[0] == occurrence and not after:
                crash()
            result = original(*arguments, **keywords)
            if seen[0] == occurrence:
                crash()
            return result

        try:
            with ExitStack() as lifetime:
                lifetime.enter_context(mock.patch.object(owner, name, wrapped))
                act()
        except Crash:
            self._restart()
            return False
        return True

    def _restart(self):
        self.outbox.close()
        self.outbox = Outbox(self.folder)
        self.outbox.recover()

    def _next(self, size):
        self.number += 1
        name, data = f"seg/00-{self.number:08d}.isg", segment(self.number, size)
        self.attempted[name] = data
        return name, data

    @rule(size=st.integers(0, 300))
    def enqueue(self, size):
        name, data = self._next(size)
        self.outbox.enqueue(SID, name, data)
        self.promised[name] = data

    @rule(
        size=st.integers(0, 300),
        step=st.sampled_from(["write", "flush", "rename", "flush folder", "row"]),
        after=st.booleans(),
    )
    def promise_and_crash(self, size, step, after):
        name, data = self._next(size)
        if self._crashing(step, after, 1, lambda: self.outbox.enqueue(SID, name, data)):
            self.promised[name] = data

    @rule()
    def promise_again(self):
        for name, data in list(self.promised.items())[-2:]:
            self.outbox.enqueue(SID, name, data)

    def _deliver_first(self):
        for waiting in self.outbox.due(1e12, 1):
            data = self.outbox.read(waiting)
            if isinstance(data, bytes):
                self.delivered[waiting.object_id.name] = data  # the endpoint has it from now on
                self.outbox.delivered(waiting.id, b"receipt")

    @rule()
    def deliver(self):
        self._deliver_first()

    @rule(step=st.sampled_from(["receipt", "remove"]), after=st.booleans())
    def deliver_and_crash(self, step, after):
        self._crashing(step, after, 1, self._deliver_first)

    @rule(tries=st.integers(1, 3))
    def postpone(self, tries):
        for waiting in self.outbox.due(1e12, tries):
            self.outbox.postpone(waiting.id, until=1e12)

    @rule(step=st.sampled_from(["adopt", "row", "remove"]), after=st.booleans(), occurrence=st.integers(1, 2))
    def recover_and_crash(self, step, after, occurrence):
        self._crashing(step, after, occurrence, self.outbox.recover)

    @rule()
    def restart(self):
        self._restart()

    @precondition(lambda self: self.promised.keys() - self.delivered.keys() - self.damaged)
    @rule()
    def alter_a_file(self):
        name = min(self.promised.keys() - self.delivered.keys() - self.damaged)
        file = self.folder / SID / name
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        self.damaged.add(name)

    @invariant()
    def nothing_promised_is_lost(self):
        for name, data in self.promised.items():
            if name not in self.delivered:
                found = (self.folder / SID / name).read_bytes()
                assert found == data or name in self.damaged

    @invariant()
    def nothing_altered_was_delivered(self):
        for name, data in self.delivered.items():
            assert data == self.attempted[name]
            assert name not in self.damaged

    @invariant()
    def counts_agree(self):
        counts = self.outbox.counts()
        assert {each.partition("/")[2] for each in self.outbox.damaged()} <= self.damaged, "damage that nobody did"
        waiting = {each.object_id.name for each in self.outbox.due(1e15, 10_000)}
        assert counts.waiting_objects == len(waiting)
        assert self.promised.keys() - self.delivered.keys() - self.damaged <= waiting

    @rule()
    def drain(self):
        while self.outbox.due(1e12, 1):
            self._deliver_first()
        assert self.promised.keys() - self.damaged <= self.delivered.keys()
        self._restart()
        left = {file.name for file in self.folder.rglob("*.is?")}
        assert left == {Path(name).name for name in self.damaged}
        assert not list(self.folder.rglob("*.part"))


OutboxMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOutboxMachine = OutboxMachine.TestCase
