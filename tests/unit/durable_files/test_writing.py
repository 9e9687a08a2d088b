import errno
import os
import threading

import pytest

from app.durable_files import writing

FAULTS = {
    "the disk is full": (os, "write", errno.ENOSPC),
    "the flush fails": (writing.disk, "flush", errno.EIO),
    "the name cannot be given": (writing.disk, "replace", errno.EACCES),
}


def failing(number):
    def fail(*_arguments, **_keywords):
        raise OSError(number, os.strerror(number))

    return fail


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, fault):
    file = tmp_path / "state.json"
    writing.write_file(file, b"old")
    owner, name, number = FAULTS[fault]
    with monkeypatch.context() as context:
        context.setattr(owner, name, failing(number))
        with pytest.raises(OSError, match=os.strerror(number)) as raised:
            writing.write_file(file, b"new")
    assert writing.is_full(raised.value) == (fault == "the disk is full")
    assert (file.read_bytes(), names(tmp_path)) == (b"old", ["state.json"])


def test_a_flush_of_the_folder_that_fails_is_no_success(tmp_path, monkeypatch):
    monkeypatch.setattr(writing.disk, "flush_folder", failing(errno.EIO))
    for act in (
        lambda: writing.write_file(tmp_path / "written", b"x"),
        lambda: writing.create_file(tmp_path / "created", b"x"),
        lambda: writing.append_to_file(tmp_path / "appended", b"x"),
        lambda: writing.make_folder(tmp_path / "made"),
        lambda: writing.remove_file(tmp_path / "written"),
    ):
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            act()
    assert (tmp_path / "appended").read_bytes() == b"", "no record below a name that may vanish"
    assert not (tmp_path / "made").exists(), "the next caller would take it for durable"


def test_data_that_the_disk_takes_in_pieces_is_whole(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    writing.write_file(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_write_that_is_interrupted_leaves_no_part(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    for owner, name in ((writing.disk, "flush"), (writing.disk, "replace")):
        with monkeypatch.context() as context:
            context.setattr(owner, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                writing.write_file(tmp_path / "file", b"x")
    assert names(tmp_path) == []


def test_bytes_are_written_as_they_are_and_closed_to_others(tmp_path):
    for name, act in {
        "written": lambda file: writing.write_file(file, b"a\r\nb\n"),
        "created": lambda file: writing.create_file(file, b"a\r\nb\n"),
        "appended": lambda file: writing.append_to_file(file, b"a\r\nb\n"),
    }.items():
        act(tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"a\r\nb\n"
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_what_is_not_private_may_be_read_whatever_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        writing.write_file(tmp_path / "outer" / "inner" / "file", b"x", private=False)
    finally:
        os.umask(before)
    assert (tmp_path / "outer" / "inner" / "file").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "outer" / "inner").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "outer").stat().st_mode & 0o777 == 0o750


def test_of_many_who_create_one_file_one_succeeds(tmp_path):
    file, made = tmp_path / "object", []
    start = threading.Barrier(8)

    def create(content):
        start.wait(10)
        if writing.create_file(file, content):
            made.append(content)

    threads = [threading.Thread(target=create, args=(bytes([number]) * 1000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [file.read_bytes()] == made
    assert names(tmp_path) == ["object"]


def test_a_file_that_is_there_stays(tmp_path):
    file = tmp_path / "key"
    assert writing.create_file(file, b"first")
    assert not writing.create_file(file, b"second")
    assert (file.read_bytes(), names(tmp_path)) == (b"first", ["key"])


def test_a_creation_that_fails_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(writing.disk, "give_name", failing(errno.EPERM))
    with pytest.raises(PermissionError):
        writing.create_file(tmp_path / "file", b"x")
    assert names(tmp_path) == []


def test_a_record_that_fails_half_way_is_taken_back(tmp_path, monkeypatch):
    file, write, calls = tmp_path / "log", os.write, []
    writing.append_to_file(file, b"first\n")

    def half(descriptor, data):
        calls.append(data)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, bytes(data[:3]))

    with monkeypatch.context() as context:
        context.setattr(os, "write", half)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            writing.append_to_file(file, b"second\n")
    assert file.read_bytes() == b"first\n"
    writing.append_to_file(file, b"third\n")
    assert file.read_bytes() == b"first\nthird\n"


def test_folders_are_made_once_and_closed_to_others(tmp_path):
    folder = tmp_path / "outer" / "inner"
    writing.make_folder(folder)
    writing.make_folder(folder)
    assert {each.stat().st_mode & 0o777 for each in (folder, folder.parent)} == {0o700}
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileExistsError):
        writing.make_folder(tmp_path / "file")


def test_blocks_are_set_aside_and_a_file_only_grows(tmp_path):
    file = tmp_path / "reserved"
    writing.allocate_file(file, 3 << 20)
    writing.allocate_file(file, 1 << 20)
    assert file.stat().st_size == 3 << 20
    assert file.stat().st_blocks * 512 >= 3 << 20


def test_what_is_removed_is_gone_and_what_is_absent_is_no_error(tmp_path):
    folder = tmp_path / "session"
    folder.mkdir()
    (folder / "file").write_bytes(b"x")
    writing.remove_file(folder / "file")
    writing.remove_file(folder / "file")
    assert names(folder) == []
    (folder / "file").write_bytes(b"x")
    writing.remove_folder(folder)
    assert names(tmp_path) == []


def test_a_part_names_its_file(tmp_path, monkeypatch):
    seen = []
    replace = writing.disk.replace
    monkeypatch.setattr(writing.disk, "replace", lambda part, target: (seen.append(part.name), replace(part, target)))
    for name in ("00-00000003.isg", "a.part", "ünï.json"):
        writing.write_file(tmp_path / name, b"x")
        assert writing.part_of(seen[-1]) == name
    assert len(set(seen)) == 3
    assert writing.part_of("00-00000003.isg.part") == "00-00000003.isg", "of versions before"
    assert writing.part_of("00-00000003.isg") is None
    assert writing.part_of(".part") is None
