"""A flush on macOS, run here with the system call noted, and the order in which a watchdog's marker is written."""

import fcntl
import importlib.util
import io
import os
import sys
from types import SimpleNamespace

import pytest

from lockdown import watchdog
from lockdown.engaging import flushing

F_FULLFSYNC = 51


def test_on_macos_a_flush_goes_through_the_drives_cache(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", F_FULLFSYNC, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda _descriptor, command: asked.append(command))
    spec = importlib.util.spec_from_file_location("flushing_on_macos", flushing.__file__)
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as context:
        context.setattr(sys, "platform", "darwin")
        spec.loader.exec_module(module)
    module.flush_folder(tmp_path)
    assert asked == [F_FULLFSYNC]


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be flushed on Windows")
def test_the_marker_is_flushed_before_it_has_its_name_and_its_folder_after(tmp_path, monkeypatch):
    marker, steps = tmp_path / f"attempt.0{watchdog.MARKER_SUFFIX}", []
    replace = os.replace

    def flush(descriptor):
        steps.append(("flush", os.fstat(descriptor).st_size > 0))

    monkeypatch.setattr(watchdog, "flush", flush)
    monkeypatch.setattr(os, "replace", lambda part, to: (steps.append(("rename", to == marker)), replace(part, to)))
    monkeypatch.setattr(watchdog, "flush_folder", lambda folder: steps.append(("flush folder", folder == tmp_path)))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    watchdog.watch(tmp_path / "attempt.0.journal", {})
    assert steps == [("flush", True), ("rename", True), ("flush folder", True)]
    assert watchdog.markers(tmp_path) == (marker,)
