"""The macOS half of `posix`, run here with the system call noted: no Mac has run it yet."""

import errno
import fcntl
import importlib.util
import os
import sys

import pytest

from app.durable_files import posix

F_FULLFSYNC = 51


@pytest.fixture
def asked(monkeypatch):
    """What the kernel is asked for, in order; `refusing` as an error number makes it refuse F_FULLFSYNC."""
    calls = []

    def full_sync(_descriptor, command):
        assert command == F_FULLFSYNC
        calls.append("F_FULLFSYNC")
        if number := getattr(full_sync, "refusing", 0):
            raise OSError(number, os.strerror(number))
        return 0

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", F_FULLFSYNC, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full_sync)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: calls.append("fsync"))
    return calls, full_sync


@pytest.fixture
def macos(monkeypatch):
    """The module as macOS would read it."""
    spec = importlib.util.spec_from_file_location(posix.__name__, posix.__file__)
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as context:
        context.setattr(sys, "platform", "darwin")
        spec.loader.exec_module(module)
    return module


def test_a_flush_goes_through_the_drives_cache(tmp_path, macos, asked):
    calls, _ = asked
    descriptor = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    macos.flush(descriptor)
    os.close(descriptor)
    macos.flush_folder(tmp_path)
    assert calls == ["F_FULLFSYNC", "F_FULLFSYNC"]


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOTTY, errno.EINVAL])
def test_a_volume_that_does_not_know_it_is_flushed_as_it_can(tmp_path, macos, asked, number):
    calls, full_sync = asked
    full_sync.refusing = number
    macos.flush_folder(tmp_path)
    assert calls == ["F_FULLFSYNC", "fsync"]


def test_a_disk_that_fails_is_said(tmp_path, macos, asked):
    calls, full_sync = asked
    full_sync.refusing = errno.EIO
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        macos.flush_folder(tmp_path)
    assert calls == ["F_FULLFSYNC"]


def test_blocks_are_written(tmp_path, macos):
    file = tmp_path / "reserved"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    macos.allocate(descriptor, (2 << 20) + 5)
    os.close(descriptor)
    assert file.stat().st_size == (2 << 20) + 5
    assert file.stat().st_blocks * 512 >= 2 << 20
