"""A sealed session on disk, honest or malicious."""

import os
import sys

import pytest

from crypto.errors import FormatError
from crypto.folder import SealedFolder
from crypto.names import MAX_OBJECT_BYTES, parse_segment_name, parse_slice_name
from crypto.verdict import Verdict, verify
from tests.unit.crypto.objects import sealed


@pytest.fixture(params=["slices", "file"])
def folder(tmp_path, request):
    objects, _ = sealed()
    for name, data in (objects.with_log_file() if request.param == "file" else objects).items():
        path = tmp_path / "session" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "session"


def test_a_session_on_disk_is_judged_as_in_memory(folder):
    assert verify(SealedFolder(folder)).verdict is Verdict.COMPLETE


@pytest.mark.parametrize("stray", ["notes.txt", "seg/notes", "log/notes", "deep/inside"])
def test_strays_are_listed(folder, stray):
    (folder / stray).parent.mkdir(exist_ok=True)
    (folder / stray).write_text("x")
    report = verify(SealedFolder(folder))
    assert report.verdict is Verdict.TAMPERED
    assert [finding.where for finding in report.findings] == [stray.split("/")[0] if "deep" in stray else stray]


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege on Windows")
@pytest.mark.parametrize("name", ["seg/00-00000000.isg", "keys.isf", "header.isf"])
def test_links_are_not_followed(folder, tmp_path, name):
    outside = tmp_path / "outside"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(FormatError, match="links are not followed"):
        SealedFolder(folder).read(name)
    assert verify(SealedFolder(folder)).findings


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege on Windows")
def test_a_linked_folder_inside_is_not_entered(folder, tmp_path):
    (folder / "seg").rename(tmp_path / "elsewhere")
    (folder / "seg").symlink_to(tmp_path / "elsewhere")
    source = SealedFolder(folder)
    assert "seg" in source.names()
    assert not any(name.startswith("seg/") for name in source.names())
    with pytest.raises(FormatError):
        source.read("seg/00-00000000.isg")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders on Windows")
def test_a_pipe_does_not_hang_the_reader(folder):
    (folder / "keys.isf").unlink()
    os.mkfifo(folder / "keys.isf")
    with pytest.raises(FormatError):
        SealedFolder(folder).read("keys.isf")


@pytest.mark.parametrize(
    "name",
    ["../outside", "seg/../../outside", "/etc/passwd", "seg\\x", "seg/", "a/b/c", "", ".", "x\0y", "seg", "none"],
)
def test_names_do_not_lead_outside(folder, name):
    (folder.parent / "outside").write_text("secret")
    with pytest.raises(FormatError):
        SealedFolder(folder).read(name)


def test_an_oversized_object_is_refused(folder):
    (folder / "keys.isf").write_bytes(bytes(MAX_OBJECT_BYTES + 1))
    with pytest.raises(FormatError, match="more than"):
        SealedFolder(folder).read("keys.isf")


def test_a_folder_of_too_many_objects_is_refused(folder, monkeypatch):
    monkeypatch.setattr("crypto.folder._MAX_NAMES", 3)
    with pytest.raises(FormatError, match="more than 3"):
        SealedFolder(folder).names()


def test_there_must_be_a_folder(tmp_path):
    with pytest.raises(FormatError, match="no such folder"):
        SealedFolder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        "seg/0-00000000.isg",
        "seg/00-0.isg",
        "seg/00-00000000.isg\n",
        "seg/\u0660\u0660-00000000.isg",
        "log/00000000.isl",
    ],
)
def test_only_exact_names_are_segments(name):
    assert parse_segment_name(name) is None
    assert parse_segment_name("seg/07-00000012.isg") == (7, 12)
    assert parse_slice_name("log/00000012.isl") == 12
    assert parse_slice_name("log.isf") is None


@pytest.mark.parametrize(
    "name", [".DS_Store", "Thumbs.db", "desktop.ini", "Desktop.ini", "seg/.DS_Store", "log/thumbs.db"]
)
def test_what_a_desktop_leaves_behind_is_named_and_changes_no_verdict(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(bytes(MAX_OBJECT_BYTES + 1) if name == "Thumbs.db" else b"x")
    report = verify(SealedFolder(folder))
    assert report.verdict is Verdict.COMPLETE
    assert [(finding.code, finding.where) for finding in report.findings] == [("desktop-file", name)]


@pytest.mark.parametrize("name", ["New folder", "seg/New folder", "log", "log/x"])
def test_an_empty_folder_changes_no_verdict(folder, name):
    (folder / name).mkdir(parents=True, exist_ok=True)
    report = verify(SealedFolder(folder))
    assert report.verdict is Verdict.COMPLETE
    assert [finding.where for finding in report.findings] == ([] if name == "log" else [f"{name}/"])


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege on Windows")
@pytest.mark.parametrize("what", ["full folder", "link", "other name"])
def test_what_only_looks_like_it_is_still_a_stray(folder, what):
    if what == "full folder":
        (folder / ".DS_Store").mkdir()
        (folder / ".DS_Store" / "inside").write_text("x")
    elif what == "link":
        (folder / ".DS_Store").symlink_to(folder / "header.isf")
    else:
        (folder / ".DS_Store.txt").write_text("x")
    report = verify(SealedFolder(folder))
    assert (report.verdict, [finding.code for finding in report.findings]) == (Verdict.TAMPERED, ["stray"])
