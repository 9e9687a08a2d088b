"""The guard sequence; the names say what Safe Exam Browser's own sequence tests say, in our terms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from lockdown.contract.errors import FailureCode, WatchdogError
from lockdown.contract.limit import Limit
from lockdown.contract.violations import Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.engaging.sequence import GuardSequence
from ui.client.exam.guards.contract import GuardLimit


class RecordedGuard:
    """Writes into `calls` what is asked of it, and fails where it is told to."""

    def __init__(self, name: str, calls: list[str], *, fails: Sequence[str] = ()) -> None:
        self.name = name
        self._calls = calls
        self._fails = fails

    def engage(self, journal: Journal) -> Engagement:
        self._do("engage")
        return Engagement("observed", Limit.POLLED)

    def check(self) -> Sequence[Violation]:
        return ()

    def release(self) -> None:
        self._do("release")

    def _do(self, action: str) -> None:
        self._calls.append(f"{action} {self.name}")
        if action in self._fails:
            raise WatchdogError(f"{self.name} cannot {action}")


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path, "test")
    yield opened
    opened.close()


def sequence(journal, calls, **fails):
    return GuardSequence([RecordedGuard(name, calls, fails=fails.get(name, ())) for name in "abc"], journal)


def test_engages_all_in_order_and_says_what_each_gives(journal):
    calls: list[str] = []
    guards = sequence(journal, calls)
    outcome = guards.engage()
    assert outcome.succeeded
    assert outcome.failure is None
    assert calls == ["engage a", "engage b", "engage c"]
    assert list(outcome.statuses) == ["a", "b", "c"]
    assert outcome.statuses["b"] == Engagement("observed", Limit.POLLED)
    assert [guard.name for guard in guards.engaged] == ["a", "b", "c"]
    guards.release()


def test_releases_in_reverse(journal):
    calls: list[str] = []
    guards = sequence(journal, calls)
    guards.engage()
    calls.clear()
    assert guards.release() == ()
    assert calls == ["release c", "release b", "release a"]
    assert guards.engaged == ()


def test_failing_guard_is_released_too_and_those_after_it_are_never_tried(journal):
    calls: list[str] = []
    outcome = sequence(journal, calls, b=["engage"]).engage()
    assert calls == ["engage a", "engage b", "release b", "release a"]
    assert not outcome.succeeded
    assert outcome.failure is not None
    assert (outcome.failure.guard, outcome.failure.code) == ("b", FailureCode.WATCHDOG_NOT_STARTED)
    assert str(outcome.failure.error) == "b cannot engage"
    assert outcome.left_engaged == ()
    assert list(outcome.statuses) == ["a"]


def test_failure_of_the_first_guard_releases_only_that_one(journal):
    calls: list[str] = []
    sequence(journal, calls, a=["engage"]).engage()
    assert calls == ["engage a", "release a"]


def test_release_goes_on_after_errors_and_reports_all_of_them(journal):
    calls: list[str] = []
    guards = sequence(journal, calls, a=["release"], b=["release"])
    guards.engage()
    failures = guards.release()
    assert calls[3:] == ["release c", "release b", "release a"]
    assert [(failure.guard, failure.code) for failure in failures] == [
        ("b", FailureCode.WATCHDOG_NOT_STARTED),
        ("a", FailureCode.WATCHDOG_NOT_STARTED),
    ]


def test_engage_that_fails_reports_what_could_not_be_released(journal):
    outcome = sequence(journal, [], a=["release"], c=["engage"]).engage()
    assert outcome.failure is not None
    assert outcome.failure.guard == "c"
    assert [failure.guard for failure in outcome.left_engaged] == ["a"]


def test_release_without_engage_and_a_second_release_do_nothing(journal):
    calls: list[str] = []
    guards = sequence(journal, calls)
    assert guards.release() == ()
    guards.engage()
    guards.release()
    calls.clear()
    assert guards.release() == ()
    assert calls == []


def test_a_control_is_not_unavailable_without_a_reason():
    with pytest.raises(ValueError, match="says why"):
        Engagement("not_available")


def test_limits_of_the_windows_guards_are_limits_of_lockdown():
    assert set(get_args(GuardLimit)) <= set(Limit)


def test_no_guards_succeed(journal):
    assert GuardSequence([], journal).engage().succeeded


def test_engaging_twice_is_a_mistake_of_the_program(journal):
    guards = sequence(journal, [])
    guards.engage()
    with pytest.raises(RuntimeError, match="release them first"):
        guards.engage()
    guards.release()
    assert guards.engage().succeeded


def test_error_that_nobody_expected_is_reported_as_a_fault_of_the_program(journal):
    class Silent(RecordedGuard):
        def engage(self, journal: Journal) -> Engagement:
            raise TimeoutError

    outcome = GuardSequence([Silent("s", [])], journal).engage()
    assert outcome.failure is not None
    assert outcome.failure.code is FailureCode.PROGRAM_FAULT


def test_program_exit_is_not_swallowed(journal, tmp_path: Path):
    class Leaving(RecordedGuard):
        def engage(self, journal: Journal) -> Engagement:
            raise KeyboardInterrupt

    guards = GuardSequence([Leaving("l", [])], journal)
    with pytest.raises(KeyboardInterrupt):
        guards.engage()
    assert [guard.name for guard in guards.engaged] == ["l"]  # still to be released by who catches it
