"""Whatever fails, and in whatever order things are asked: after release nothing of ours stays in force."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lockdown.contract.errors import SettingError
from lockdown.contract.violations import Violation
from lockdown.engaging.changes import change, undo
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.engaging.sequence import GuardSequence
from lockdown.restore import restore_all


class Memory:
    """A machine of settings in memory; `fail_in` operations from now, one fails, before or after its effect."""

    api = "test.memory"

    def __init__(self) -> None:
        self.values: dict[str, str | None] = {"a": None, "b": "one", "c": "two"}
        self.fail_in = -1
        self.effect_first = False

    def read(self, key: str) -> str | None:
        self._maybe_fail()
        return self.values[key]

    def write(self, key: str, value: str | None, *, inherited: Sequence[int] = ()) -> None:
        if self.effect_first:
            self.values[key] = value
        self._maybe_fail()
        self.values[key] = value

    def _maybe_fail(self) -> None:
        self.fail_in -= 1
        if self.fail_in == 0:
            raise SettingError("told to fail")


class MemoryGuard:
    def __init__(self, key: str, memory: Memory) -> None:
        self.name = key
        self._memory = memory
        self._journal: Journal | None = None

    def engage(self, journal: Journal) -> Engagement:
        self._journal = journal
        change(journal, self._memory, self.name, "locked")
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        return ()

    def release(self) -> None:
        if self._journal is not None:
            for entry in self._journal.outstanding:
                if entry.key == self.name:
                    undo(self._journal, self._memory, entry)


class Locking(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.expected = dict(self.memory.values)
        self.folder = tempfile.TemporaryDirectory()
        self.directory = Path(self.folder.name)
        self.life = 0
        self.begin()

    def begin(self) -> None:
        self.life += 1
        self.journal = Journal.create(self.directory, f"life-{self.life}")
        self.guards = GuardSequence([MemoryGuard(key, self.memory) for key in "abc"], self.journal)

    @precondition(lambda self: not self.guards.engaged and not self.journal.outstanding)
    @rule(fail_in=st.integers(0, 8), effect_first=st.booleans())
    def engage(self, fail_in: int, effect_first: bool) -> None:
        self.memory.fail_in, self.memory.effect_first = fail_in, effect_first
        outcome = self.guards.engage()
        self.memory.fail_in = -1
        assert outcome.succeeded == (len(self.guards.engaged) == 3)

    @rule(fail_in=st.integers(0, 12), effect_first=st.booleans())
    def release(self, fail_in: int, effect_first: bool) -> None:
        self.memory.fail_in, self.memory.effect_first = fail_in, effect_first
        failures = self.guards.release()
        self.memory.fail_in = -1
        assert self.guards.engaged == ()
        assert len(failures) <= 1

    @precondition(lambda self: self.guards.engaged)
    @rule(key=st.sampled_from("abc"))
    def administrator_changes(self, key: str) -> None:
        self.memory.values[key] = self.expected[key] = "administrator"

    @rule()
    def die_and_restore(self) -> None:
        self.journal.close()  # the kernel does this much for a process that was killed
        report = restore_all(self.directory, {Memory.api: self.memory})
        assert report.clean
        assert self.memory.values == self.expected
        assert list(self.directory.iterdir()) == []
        self.begin()

    @invariant()
    def nothing_is_in_force_that_nobody_remembers(self) -> None:
        remembered = {entry.key for entry in self.journal.outstanding}
        for key, value in self.memory.values.items():
            assert value == self.expected[key] or key in remembered

    def teardown(self) -> None:
        self.guards.release()
        self.journal.close()
        assert restore_all(self.directory, {Memory.api: self.memory}).clean
        assert self.memory.values == self.expected
        self.folder.cleanup()


TestLocking = Locking.TestCase
TestLocking.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
