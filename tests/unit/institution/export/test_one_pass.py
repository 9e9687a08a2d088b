"""A recording that is exported is read once and its log checked once, and the verdict is that of verifying it alone."""

import collections
import dataclasses

import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from crypto.log import LogVerifier
from crypto.verdict import verify
from tests.fixtures.exported_media import EVENT


class Counting:
    """A sealed source that counts how often each object is read."""

    def __init__(self, source):
        self.source = source
        self.reads = collections.Counter()

    def names(self):
        return self.source.names()

    def read(self, name):
        self.reads[name] += 1
        return self.source.read(name)


@pytest.fixture
def accepted(monkeypatch):
    """The records of every log whose signature was checked."""
    records = []
    accept = LogVerifier.accept

    def noted(self, record):
        records.append(record)
        return accept(self, record)

    monkeypatch.setattr(LogVerifier, "accept", noted)
    return records


def test_each_object_is_read_once_and_each_signature_checked_once(tmp_path, key, whole, accepted):
    """Failed before: log and segments were read and checked for the verdict, and once more to be opened."""
    (found,) = in_folder(whole)
    source = Counting(found.source)
    exported = export(examine([dataclasses.replace(found, source=source)]), key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.COMPLETE
    assert len(accepted) == len(exported.report.takes[0].report.segments) + 1 == len(set(accepted))
    segments = {name: count for name, count in source.reads.items() if name.startswith("seg/")}
    assert set(segments) == {name for name in found.source.names() if name.startswith("seg/")}
    assert {*segments.values(), source.reads["log.isf"]} == {1}


def test_whoever_reads_first_the_findings_are_those_of_verifying(tmp_path, key, media):
    streams = {"webcam": media["video"](0.3, 8, noise=True, size=(320, 240)), "microphone": media["sound"](0.2, 8)}
    path, _ = media["seal_take"](tmp_path / "s", key.public, {**streams, "events": [EVENT]}, finish=False)
    (path / "seg" / "01-00000001.isg").unlink()
    changed = bytearray((path / "seg" / "02-00000002.isg").read_bytes())
    changed[-1] ^= 1
    (path / "seg" / "02-00000002.isg").write_bytes(changed)
    (path / "seg" / "note.txt").write_text("stray")
    alone = verify(in_folder(path)[0].source)
    assert len(alone.findings) == 4
    read_before, read_by_export = examine(in_folder(path)), examine(in_folder(path))
    assert read_before.verdict is AttemptVerdict.TAMPERED
    first, second = (
        export(report, key, tmp_path / name) for report, name in ((read_before, "a"), (read_by_export, "b"))
    )
    assert first.report.takes[0].report == second.report.takes[0].report == alone
    assert first.as_json() == second.as_json()


def test_what_is_not_decoded_is_said_to_be_so(tmp_path, office, ask, media):
    path, _ = media["seal_take"](
        tmp_path / "sealed", office.key.public, {"webcam": media["video"](0.35, 2), "events": [EVENT]}
    )
    options = ("--as", "bo", "--passphrase-file", office.passphrase, "--no-decode-check")
    said = ask("--dir", office.folder, "export", path, "--out", tmp_path / "out", *options).output
    assert "It was not decoded: whether it plays was not looked at." in said
    page = (tmp_path / "out" / "report.html").read_text()
    assert "No file was decoded: whether they play was not looked at." in page
    assert "decodes" not in page
    assert '"decode_check": null' in (tmp_path / "out" / "verdict.json").read_text()
