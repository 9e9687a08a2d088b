"""The journal on a real disk: order of writes, what survives a cut, what is refused and kept."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from lockdown.contract.errors import JournalError, JournalInUse, JournalUnreadable
from lockdown.engaging import journal as module
from lockdown.engaging.journal import Journal


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_file_is_as_specified_and_private(tmp_path):
    journal = Journal.create(tmp_path / "new", "s.0", now=datetime(2026, 11, 22, 9, tzinfo=UTC))
    change = journal.intend("x", "k", None, "after")
    journal.applied(change)
    journal.restored(change)
    other = journal.intend("x", "k2", "before", None)
    journal.left(other)
    third = journal.intend("x", "k3", "a", "b")
    assert journal.outstanding == (third,)
    assert lines(journal.path) == [
        {"journal": "invigilo lockdown", "schema": 1, "session": "s.0", "started_at": "2026-11-22T09:00:00Z"},
        {"id": 1, "step": "intended", "api": "x", "key": "k", "before": None, "after": "after"},
        {"id": 1, "step": "applied"},
        {"id": 1, "step": "restored"},
        {"id": 2, "step": "intended", "api": "x", "key": "k2", "before": "before", "after": None},
        {"id": 2, "step": "left"},
        {"id": 3, "step": "intended", "api": "x", "key": "k3", "before": "a", "after": "b"},
    ]
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700
    journal.close()
    assert journal.path.exists()


def test_reopened_journal_holds_the_same(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.applied(journal.intend("x", "k", "1", "2"))
    journal.intend("x", "k", "2", "3")
    before = journal.changes
    journal.close()
    again = Journal.reopen(journal.path)
    assert again.changes == journal.changes
    assert [change.step for change in before] == ["applied", "intended"]
    assert again.session == "s"
    assert [change.id for change in again.outstanding] == [2, 1]
    again.close()


def test_entry_is_synced_before_intend_returns(tmp_path, monkeypatch):
    journal = Journal.create(tmp_path, "s")
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(journal.path.read_bytes()))
    journal.intend("x", "k", "1", "2")
    assert len(synced) == 1
    assert b'"after": "2"}\n' in synced[0]
    monkeypatch.undo()
    journal.close()


def test_everything_undone_leaves_no_file_and_closing_twice_is_allowed(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.restored(journal.intend("x", "k", "1", "2"))
    journal.close()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_closed_journal_lets_nothing_be_changed(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.intend("x", "k", "1", "2")


def test_second_journal_of_a_session_is_refused_and_the_first_kept(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.intend("x", "k", "1", "2")
    journal.close()
    kept = journal.path.read_bytes()
    with pytest.raises(JournalError, match="invigilo restore"):
        Journal.create(tmp_path, "s")
    assert journal.path.read_bytes() == kept


def test_running_client_keeps_others_out_and_its_end_lets_them_in(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.intend("x", "k", "1", "2")
    with pytest.raises(JournalInUse):
        Journal.reopen(journal.path, timeout_s=0.05)
    journal.close()
    Journal.reopen(journal.path).close()


def test_program_on_its_way_holds_the_lock_after_its_client(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.intend("x", "k", "1", "2")
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=journal.lock_descriptors
    ) as child:
        journal.close()
        with pytest.raises(JournalInUse):
            Journal.reopen(journal.path)
        child.communicate(b"\n", timeout=10)
    Journal.reopen(journal.path, timeout_s=5).close()


def test_any_cut_of_the_last_line_loses_that_line_only(tmp_path):
    journal = Journal.create(tmp_path, "s")
    journal.intend("x", "k", "1", "2")
    whole = journal.path.read_bytes()
    journal.intend("x", "k", "2", "3")
    longer = journal.path.read_bytes()
    journal.close()
    for length in range(len(whole), len(longer)):
        journal.path.write_bytes(longer[:length])
        again = Journal.reopen(journal.path)
        assert len(again.changes) == 1
        assert again.intend("x", "k", "2", "4").id == 2
        again.close()
        checked = Journal.reopen(journal.path)
        assert [change.after for change in checked.changes] == ["2", "4"]
        checked.close()


def test_cut_header_stands_for_no_change(tmp_path):
    path = tmp_path / "s.journal"
    for content in (b"", b'{"journal": "invig'):
        path.write_bytes(content)
        again = Journal.reopen(path)
        assert (again.session, again.changes) == ("s", ())
        again.close()
        assert not path.exists()


HEADER = '{"journal": "invigilo lockdown", "schema": 1, "session": "s", "started_at": "x"}\n'
FIRST = '{"id": 1, "step": "intended", "api": "x", "key": "k", "before": null, "after": "2"}\n'


@pytest.mark.parametrize(
    "content",
    [
        "nonsense\n",
        "[]\n",
        "{}\n",
        HEADER.replace("invigilo", "other"),
        HEADER.replace('"schema": 1', '"schema": 2'),
        HEADER + "{\n",
        HEADER + "{}\n",
        HEADER + '{"id": 1, "step": "applied"}\n',
        HEADER + FIRST + FIRST,
        HEADER + FIRST.replace('"id": 1', '"id": 2'),
        HEADER + FIRST.replace('"id": 1', '"id": "1"'),
        HEADER + FIRST.replace("null", "7"),
        HEADER + FIRST.replace('"2"', "7"),
        HEADER + FIRST + '{"id": 1, "step": "undone"}\n',
        HEADER + "\0\0\0\n",
    ],
)
def test_unreadable_journal_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "s.journal"
    path.write_text(content)
    with pytest.raises(JournalUnreadable, match=r"s\.journal does not parse at line \d"):
        Journal.reopen(path)
    assert path.read_text() == content


def test_missing_journal_is_said(tmp_path):
    with pytest.raises(JournalError, match="No such file"):
        Journal.reopen(tmp_path / "s.journal")


def test_link_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text(HEADER)
    (tmp_path / "s.journal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(JournalError):
        Journal.reopen(tmp_path / "s.journal")


def test_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot begin"):
        Journal.create(tmp_path / "file", "s")


def test_full_disk_refuses_the_change_and_leaves_no_half_line(tmp_path, monkeypatch):
    journal = Journal.create(tmp_path, "s")
    journal.intend("x", "k", "1", "2")
    before = journal.path.read_bytes()
    really = os.write

    def half_then_full(descriptor, data):
        if len(data) < 40:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(descriptor, data[:40])

    monkeypatch.setattr(module.os, "write", half_then_full)
    with pytest.raises(JournalError, match="No space left"):
        journal.intend("x", "k", "2", "3")
    monkeypatch.undo()
    assert journal.path.read_bytes() == before
    assert journal.intend("x", "k", "2", "3").id == 2
    journal.close()


def test_full_disk_at_the_start_is_said_and_lets_go(tmp_path, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "write", full)
    with pytest.raises(JournalError, match="No space left"):
        Journal.create(tmp_path, "s")
    monkeypatch.undo()
    Journal.reopen(tmp_path / "s.journal").close()
