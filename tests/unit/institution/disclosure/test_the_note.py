"""The note of a disclosed clip, which nobody signs: what it repeats is checked against what was sealed."""

import json
import zipfile

import pytest

from app.institution.disclosure import checking
from app.institution.disclosure.file import DisclosedClip
from app.institution.errors import DisclosureRefused
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.unlocking import KeyFileUnlocker
from crypto.folder import SealedFolder
from crypto.opening import open_session
from tests.unit.institution.disclosure.altered_clips import altered

PASSPHRASE = "six plain words for a test"


@pytest.mark.parametrize(
    ("field", "forged"),
    [
        ("institution", "another-u"),
        ("exam", "algebra-2"),
        ("candidate", "c-18"),
        ("session", "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77.0"),
        ("stream", "screen"),
        ("segments", 2),
        ("first_index", 7),
        ("first_index", 0),
        ("to_s", 14.0),
    ],
)
def test_a_note_that_contradicts_what_was_sealed_is_refused(disclose, ask, take, tmp_path, field, forged):
    clip, _ = disclose(take, "webcam", 12.5, 15)
    note = json.loads(zipfile.ZipFile(clip).read("note.json"))
    assert note[field] != forged
    bad = altered(clip, tmp_path / "bad.zip", **{"note.json": json.dumps({**note, field: forged}).encode()})
    said = ask("verify", bad, status=1).output
    assert "AUTHENTIC" not in said
    shown = f"{forged:g}" if field == "to_s" else forged
    assert f"its note was changed: {field} is “{shown}”" in said
    ask("verify", bad, "--json", status=1)
    ask("export", bad, "--out", tmp_path / "never", status=1)
    assert not (tmp_path / "never").exists()


def test_a_clip_shows_facts_of_the_header_and_calls_the_rest_the_notes(disclose, ask, take, tmp_path):
    clip, _ = disclose(take, "webcam", 12.5, 15)
    note = json.loads(zipfile.ZipFile(clip).read("note.json"))
    forged = {
        "disclosed_by": "the dean\x1b[2J",
        "disclosed_at": "never\n\u202e",
        "reason": "x\nAUTHENTIC",
        "from_s": 1.0,
    }
    edited = altered(clip, tmp_path / "edited.zip", **{"note.json": json.dumps({**note, **forged}).encode()})
    said = ask("verify", edited).output
    assert "candidate c-17, session " in said
    assert "begun 22 November 2026, 09:00 UTC" in said
    assert "the first begins at 0:00:12.3, the last at 0:00:14.3" in said
    assert "The note says: disclosed by the dean\\u001b[2J, never\\u000a\\u202e, asked for 0:00:01.0 to" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert said.count("\nAUTHENTIC") == 0
    found = json.loads(ask("verify", edited, "--json").output)
    assert (found["candidate"], found["exam"], found["stream"]) == ("c-17", "algebra-1", "webcam")
    assert any("nobody signed it" in each for each in found["not_checked"])


def test_a_clip_is_of_one_stream(disclose, take, institution, tmp_path):
    folder = InstitutionFolder.open(institution.folder)
    key = folder.exam_key("algebra-1", KeyFileUnlocker(folder.key_file("bo"), PASSPHRASE))
    whole = DisclosedClip.load(disclose(take, "events", 3, 5)[0])
    with open_session(SealedFolder(take), key) as session:
        both = session.disclose([("events", 3), ("webcam", 0)])
    source = SealedFolder(take)
    objects = {
        name: source.read(name) for name in ("header.isf", "log.isf", *("seg/00-00000003.isg", "seg/01-00000000.isg"))
    }
    DisclosedClip(whole.note, both, objects).write(tmp_path / "both.zip")
    with pytest.raises(DisclosureRefused, match="several streams"):
        checking.check(tmp_path / "both.zip")


def test_of_a_clip_without_a_gap_the_first_piece_may_be_there_only_for_the_rest(disclose, ask, take, tmp_path):
    clip, _ = disclose(take, "webcam", 2.5, 6)
    note = json.loads(zipfile.ZipFile(clip).read("note.json"))
    said = {}
    for first in range(4):
        edited = altered(
            clip, tmp_path / f"{first}.zip", **{"note.json": json.dumps({**note, "first_index": first}).encode()}
        )
        try:
            said[first] = checking.check(edited).begins_s[0]
        except DisclosureRefused:
            said[first] = None
    assert (note["first_index"], said) == (1, {0: 0.3, 1: 2.3, 2: None, 3: None})
