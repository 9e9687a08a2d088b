"""Each way in which a computer cannot be locked or put back has words and a way on."""

from __future__ import annotations

import pytest

from app.client.machine.lock import LockRefused
from app.client.pages.machine_refusals import FAILURES, REMEDIES, failure_words, lock_refused, not_restored
from lockdown.contract import errors
from lockdown.contract.errors import FailureCode, LockdownError, failure_code
from lockdown.restore import Problem


def kinds(error: type[LockdownError]) -> list[type[LockdownError]]:
    return [error, *(below for child in error.__subclasses__() for below in kinds(child))]


def test_every_code_has_words_and_every_words_a_code() -> None:
    assert set(FAILURES) == set(FailureCode)
    assert set(REMEDIES) == set(FailureCode)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds(LockdownError) if kind is not LockdownError]
    assert len(set(codes)) == len(codes)
    assert {*codes, FailureCode.PROGRAM_FAULT} == set(FailureCode)
    assert failure_code(errors.JournalInUse("held")) is FailureCode.JOURNAL_IN_USE
    assert failure_code(OSError("no")) is FailureCode.PROGRAM_FAULT


@pytest.mark.parametrize("code", list(FailureCode))
def test_the_page_says_what_where_and_what_to_do(code: FailureCode) -> None:
    page = lock_refused(LockRefused("system_shortcuts", code))
    assert (page.code, page.where, page.may_retry) == ("L-03", "System shortcuts", True)
    for sentence in (page.what, page.todo, failure_words(code)):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


@pytest.mark.parametrize("guard", [None, "watchdog", "seats"])
def test_a_guard_of_no_control_is_not_named(guard: str | None) -> None:
    assert lock_refused(LockRefused(guard, FailureCode.WATCHDOG_NOT_STARTED)).where == ""


def test_what_an_earlier_exam_left_is_said_once_for_each_reason() -> None:
    problem = Problem("a.journal", FailureCode.SETTING_NOT_RESTORED, "x11.xkb.options")
    page = not_restored((problem, problem, Problem("b.journal", FailureCode.JOURNAL_UNREADABLE)))
    assert page.code == "L-01"
    assert page.what.count("did not take its earlier value back") == 1
    assert "is damaged" in page.what
    assert page.where == "x11.xkb.options, b.journal"
    assert "invigilo restore" in page.todo
