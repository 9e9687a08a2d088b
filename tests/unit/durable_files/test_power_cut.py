"""Whatever step the power fails after: a file is what it was or what it was to be, and what returned is kept."""

import os
import sys
from pathlib import Path

import pytest

from app.durable_files import writing
from tests.unit.durable_files.power_cut import NEVER_FLUSHED, PowerCut

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc which file a descriptor is")

OLD, NEW = b"what it was", b"what it is to be"


def cut_after_each_step(folder, monkeypatch, act, file, allowed):
    """Do `act`; the contents of `file` that a power cut may leave at its end, after none but `allowed` meanwhile."""
    with monkeypatch.context() as context:
        disk = PowerCut(folder, context, lambda disk: seen.append(disk.left(file)))
        seen = []
        act()
    left = disk.left(file)
    disk.close()
    assert len(seen) > 1, "no step was seen"
    for number, contents in enumerate(seen):
        assert contents <= allowed, f"a power cut after step {number + 1} leaves {contents - allowed}"
    return left


@pytest.mark.parametrize("before", [None, OLD], ids=["new", "there already"])
def test_a_written_file_is_the_old_or_the_new_one(tmp_path, monkeypatch, before):
    file = tmp_path / "state.json"
    if before is not None:
        file.write_bytes(before)
    left = cut_after_each_step(
        tmp_path, monkeypatch, lambda: writing.write_file(file, NEW), file, allowed={before, NEW}
    )
    assert left == {NEW}


@pytest.mark.parametrize("parts", [None, "incoming"], ids=["beside", "elsewhere"])
def test_a_created_file_is_whole_or_absent(tmp_path, monkeypatch, parts):
    folder = tmp_path / "incoming"
    folder.mkdir()
    file = tmp_path / "object"
    left = cut_after_each_step(
        tmp_path,
        monkeypatch,
        lambda: writing.create_file(file, NEW, parts=parts and folder),
        file,
        allowed={None, NEW},
    )
    assert left == {NEW}


def test_a_file_that_somebody_else_made_is_kept_before_this_is_said(tmp_path, monkeypatch):
    """The one who made it may not have flushed its folder yet, or died before it did."""
    file = tmp_path / "object"

    def made_at_the_same_time():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, OLD)
        writing.disk.flush(descriptor)
        os.close(descriptor)
        assert writing.create_file(file, NEW) is False

    left = cut_after_each_step(tmp_path, monkeypatch, made_at_the_same_time, file, allowed={None, NEVER_FLUSHED, OLD})
    assert left == {OLD}


@pytest.mark.parametrize("before", [None, OLD], ids=["new", "there already"])
def test_a_log_keeps_its_earlier_records_and_the_one_that_returned(tmp_path, monkeypatch, before):
    file = tmp_path / "log"
    if before is not None:
        file.write_bytes(before)
    meanwhile = {OLD} if before else {None, NEVER_FLUSHED}
    whole = (before or b"") + NEW
    left = cut_after_each_step(
        tmp_path, monkeypatch, lambda: writing.append_to_file(file, NEW), file, allowed={whole, *meanwhile}
    )
    assert left == {whole}


def test_a_file_in_new_folders_is_reached_after_a_power_cut(tmp_path, monkeypatch):
    file = tmp_path / "session" / "seg" / "object"
    left = cut_after_each_step(tmp_path, monkeypatch, lambda: writing.write_file(file, NEW), file, allowed={None, NEW})
    assert left == {NEW}


def test_what_was_adopted_or_cut_is_kept_so(tmp_path, monkeypatch):
    file = tmp_path / "object"

    def adopt():
        file.write_bytes(OLD + NEW)
        writing.flush_file(file)

    allowed = {None, NEVER_FLUSHED, OLD + NEW}
    assert cut_after_each_step(tmp_path, monkeypatch, adopt, file, allowed=allowed) == {OLD + NEW}
    left = cut_after_each_step(
        tmp_path, monkeypatch, lambda: writing.truncate_file(file, len(OLD)), file, allowed={OLD + NEW, OLD}
    )
    assert left == {OLD}


def test_what_was_removed_does_not_come_back(tmp_path, monkeypatch):
    file = tmp_path / "attempts" / "state.json"
    file.parent.mkdir()
    file.write_bytes(OLD)
    left = cut_after_each_step(tmp_path, monkeypatch, lambda: writing.remove_file(file), file, allowed={OLD, None})
    assert left == {None}
    file.write_bytes(OLD)
    left = cut_after_each_step(
        tmp_path, monkeypatch, lambda: writing.remove_folder(file.parent), file, allowed={OLD, None}
    )
    assert left == {None}


def a_write_without_its(step: str, file: Path) -> None:
    part = file.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, NEW)
    if step != "flush":
        writing.disk.flush(descriptor)
    part.replace(file)
    if step != "folder flush":
        writing.disk.flush_folder(file.parent)
    if step == "flush":
        writing.disk.flush(descriptor)  # too late
    os.close(descriptor)


def test_a_weaker_write_is_noticed(tmp_path, monkeypatch):
    """Guards the tests above against a disk that keeps everything."""
    file = tmp_path / "state.json"
    file.write_bytes(OLD)
    act = a_write_without_its
    left = cut_after_each_step(tmp_path, monkeypatch, lambda: act("folder flush", file), file, allowed={OLD, NEW})
    assert left == {OLD, NEW}
    with pytest.raises(AssertionError, match="never flushed"):
        cut_after_each_step(tmp_path, monkeypatch, lambda: act("flush", file), file, allowed={OLD, NEW})
