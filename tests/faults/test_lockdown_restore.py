"""Restore and watchdog where something is in the way: nothing is lost, everything is said."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import pytest

from lockdown.contract.errors import FailureCode, SettingError, WatchdogError
from lockdown.contract.violations import Code
from lockdown.engaging.changes import change
from lockdown.engaging.journal import Journal
from lockdown.linux.keyboard import ConsoleSwitchGuard, XkbOptions
from lockdown.platforms.backend import backend
from lockdown.restore import Problem, restore_all
from lockdown.watchdog import Watchdog, WatchdogGuard, markers


class Memory:
    api = "test.memory"

    def __init__(self, **values):
        self.values = values
        self.broken = set()

    def read(self, key):
        return self.values.get(key)

    def write(self, key, value, *, inherited=()):
        if key in self.broken:
            raise SettingError(f"{key} is broken")
        self.values[key] = value


def ended_client(directory, memory, *keys, session="s"):
    journal = Journal.create(directory, session)
    for key in keys:
        change(journal, memory, key, "locked")
    journal.close()
    return journal.path


def test_folder_without_journals_is_clean(tmp_path):
    report = restore_all(tmp_path / "nowhere", {})
    assert report.clean
    assert report.as_json() == {"restored": (), "running": (), "problems": (), "clean": True}


def test_restore_goes_newest_first_and_leaves_no_file(tmp_path):
    memory = Memory(a="1", b="2")
    ended_client(tmp_path, memory, "a", "b")
    report = restore_all(tmp_path, {memory.api: memory})
    assert [(entry.key, entry.result) for entry in report.restored] == [("b", "restored"), ("a", "restored")]
    assert memory.values == {"a": "1", "b": "2"}
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_kept_and_the_rest_is_restored(tmp_path):
    memory = Memory(a="1", b="2")
    path = ended_client(tmp_path, memory, "a", "b")
    memory.broken.add("b")
    report = restore_all(tmp_path, {memory.api: memory})
    assert not report.clean
    assert [(problem.code, problem.api) for problem in report.problems] == [("setting_unusable", memory.api)]
    assert memory.values == {"a": "1", "b": "locked"}
    assert path.exists()
    memory.broken.clear()
    assert restore_all(tmp_path, {memory.api: memory}).clean
    assert memory.values == {"a": "1", "b": "2"}


def test_unknown_setting_is_kept_for_the_version_that_made_it(tmp_path):
    path = ended_client(tmp_path, Memory(a="1"), "a")
    report = restore_all(tmp_path, {})
    assert (report.problems[0].code, report.problems[0].api) == ("setting_unknown", "test.memory")
    assert path.exists()


def test_unreadable_journal_is_kept_and_the_others_are_restored(tmp_path):
    memory = Memory(a="1")
    (tmp_path / "broken.journal").write_text("nonsense\n")
    ended_client(tmp_path, memory, "a")
    report = restore_all(tmp_path, {memory.api: memory})
    assert report.problems == (Problem("broken.journal", FailureCode.JOURNAL_UNREADABLE),)
    assert memory.values == {"a": "1"}
    assert (tmp_path / "broken.journal").read_text() == "nonsense\n"


def test_setting_that_does_not_come_back_is_a_problem(tmp_path):
    class Stubborn(Memory):
        def write(self, key, value, *, inherited=()):
            self.values[key] = "locked"

    memory = Stubborn(a="1")
    ended_client(tmp_path, memory, "a")
    assert restore_all(tmp_path, {memory.api: memory}).problems[0].code == "setting_not_restored"


def test_setting_that_does_not_take_is_taken_back_at_once(tmp_path):
    class Adding(Memory):
        def write(self, key, value, *, inherited=()):
            self.values[key] = "something else" if value == "locked" else value

    memory = Adding(a="1")
    journal = Journal.create(tmp_path, "s")
    with pytest.raises(SettingError, match="did not take"):
        change(journal, memory, "a", "locked")
    assert memory.values == {"a": "1"}
    assert len(journal.outstanding) == 1
    journal.close()
    assert restore_all(tmp_path, {memory.api: memory}).restored[0].result == "already"


def test_value_that_is_there_already_is_no_change(tmp_path):
    journal = Journal.create(tmp_path, "s")
    assert change(journal, Memory(a="locked"), "a", "locked") is None
    assert journal.changes == ()
    journal.close()


@pytest.mark.parametrize("program", ["pass", "print('hello')", "import sys; sys.exit(3)"])
def test_watchdog_that_does_not_come_up_is_an_error(tmp_path, program):
    with pytest.raises(WatchdogError, match="did not start"):
        Watchdog(tmp_path / "s.journal", command=[sys.executable, "-c", program]).start()
    with pytest.raises(WatchdogError, match="did not start"):
        Watchdog(tmp_path / "s.journal", command=["/does/not/exist"]).start()


def test_watchdog_outlives_polite_signals_and_ends_with_the_word(tmp_path):
    journal = Journal.create(tmp_path, "s")
    watchdog = Watchdog(journal.path)
    watchdog.start()
    assert watchdog.pid is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(watchdog.pid, number)
    time.sleep(0.05)
    assert watchdog.alive
    journal.close()
    watchdog.released()
    watchdog.released()
    assert not watchdog.alive
    assert watchdog.pid is None
    assert markers(tmp_path) == ()


def test_abandoned_watchdog_says_what_it_could_not_do(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.intend("test.unknown", "k", "1", "2")
    watchdog = Watchdog(journal.path)
    watchdog.start()
    journal.close()
    watchdog.abandon()
    ended = json.loads(markers(tmp_path)[0].read_text())
    assert ended["schema"] == 1
    assert ended["session"] == "s"
    assert ended["problems"] == [{"journal": journal.path.name, "code": "setting_unknown", "api": "test.unknown"}]
    assert journal.path.exists()


def test_guard_starts_a_lost_watchdog_again(tmp_path):
    journal = Journal.create(tmp_path, "s")
    guard = WatchdogGuard()
    assert guard.check() == ()
    guard.engage(journal)
    assert guard.check() == ()
    first = guard._watchdog.pid
    os.kill(first, signal.SIGKILL)
    guard._watchdog._process.wait(10)
    (lost,) = guard.check()
    assert (lost.code, dict(lost.facts)) == (Code.WATCHDOG_LOST, {"restarted": True})
    assert guard._watchdog.pid != first
    assert guard.check() == ()
    guard.release()
    guard.release()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_guard_whose_watchdog_cannot_come_back_says_so(tmp_path):
    journal = Journal.create(tmp_path, "s")
    guard = WatchdogGuard(command=[sys.executable, "-c", "print('watching', flush=True); input()"])
    guard.engage(journal)
    os.kill(guard._watchdog.pid, signal.SIGKILL)
    guard._watchdog._process.wait(10)
    guard._command = ["/does/not/exist"]
    (lost,) = guard.check()
    assert dict(lost.facts) == {"restarted": False}
    guard.release()
    journal.close()


def test_guard_leaves_the_watchdog_where_something_is_still_to_be_undone(tmp_path):
    journal = Journal.create(tmp_path, "s")
    guard = WatchdogGuard()
    guard.engage(journal)
    journal.intend("test.unknown", "k", "1", "2")
    guard.release()
    assert guard._watchdog.alive
    journal.close()
    guard._watchdog.abandon()  # what the end of this process would do
    assert markers(tmp_path)


@pytest.mark.parametrize("display", ["", "0", "; rm", ":0 -option x", "-query"])
def test_display_names_that_are_none_reach_no_program(display):
    with pytest.raises(SettingError, match="no X display"):
        XkbOptions().read(display)


def test_display_without_server_is_said(tmp_path):
    with pytest.raises(SettingError, match=":9999"):
        XkbOptions().read(":9999")
    journal = Journal.create(tmp_path, "s")
    guard = ConsoleSwitchGuard(":9999", lab_machine=True)
    with pytest.raises(SettingError):
        guard.engage(journal)
    guard.release()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_options_that_are_none_are_not_written():
    with pytest.raises(SettingError, match="no keyboard option"):
        XkbOptions().write(":9999", "srvrkeys:none,-layout us")


def test_own_machine_keeps_its_keyboard(tmp_path):
    journal = Journal.create(tmp_path, "s")
    guard = ConsoleSwitchGuard(":9999", lab_machine=False)
    assert guard.engage(journal).level == "not_available"
    assert guard.check() == ()
    guard.release()
    assert journal.changes == ()
    journal.close()


def test_machine_settings_are_named_as_in_journals():
    assert {api: setting.api for api, setting in backend().machine_settings().items()} == {
        "x11.xkb.options": "x11.xkb.options"
    }


def test_change_that_was_on_its_way_is_written_back_though_the_old_value_shows(tmp_path):
    """A program that was killed between its two steps shows the old name beside the new effect."""
    memory = Memory(a="1")
    journal = Journal.create(tmp_path, "s")
    journal.intend(memory.api, "a", "1", "locked")
    journal.close()
    written = []
    memory.write = lambda key, value, *, inherited=(): written.append((key, value))
    assert [entry.result for entry in restore_all(tmp_path, {memory.api: memory}).restored] == ["already"]
    assert written == [("a", "1")]
