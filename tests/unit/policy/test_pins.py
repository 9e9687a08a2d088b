import json
from dataclasses import replace

import pytest

from app.policy.errors import OlderSequence, PinsUnreadable, SequenceReused, TermsUnreadable, WrongInstitution
from app.policy.exam_file import read_exam_file, verify_exam_file, write_exam_file
from app.policy.pins import InstitutionPins
from app.policy.terms import SignedTerms
from crypto.signing import SigningKey


def test_trust_survives_a_restart_and_never_changes_by_itself(tmp_path, root):
    path = tmp_path / "deep" / "pins.json"
    InstitutionPins(path).trust("example-u", root.verify_key)
    pins = InstitutionPins(path)
    assert pins.root_key("example-u") == root.verify_key
    assert pins.institution_of(root.verify_key) == "example-u"
    pins.trust("example-u", root.verify_key)
    with pytest.raises(WrongInstitution, match="another key is already trusted"):
        pins.trust("example-u", SigningKey.generate().verify_key)
    assert pins.root_key("example-u") == root.verify_key
    assert pins.forget("example-u")
    assert not pins.forget("example-u")
    assert pins.root_key("example-u") is None
    assert [file.name for file in path.parent.iterdir()] == ["pins.json"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 2}',
        b'{"institutions": {"a": {"root_key": "x"}}}',
        b'{"institutions": {"a": {}}}',
        b"\xff",
    ],
)
def test_a_damaged_file_stops_and_is_kept(tmp_path, root, damage):
    path = tmp_path / "pins.json"
    path.write_bytes(damage)
    with pytest.raises(PinsUnreadable, match="left as it is"):
        InstitutionPins(path).institution_of(root.verify_key)
    with pytest.raises(PinsUnreadable):
        InstitutionPins(path).trust("a", root.verify_key)
    assert path.read_bytes() == damage


def test_a_file_that_cannot_be_read_stops_too(tmp_path, root):
    (tmp_path / "pins.json").mkdir()
    with pytest.raises(PinsUnreadable):
        InstitutionPins(tmp_path / "pins.json").root_key("a")
    (tmp_path / "large.json").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(PinsUnreadable, match="larger"):
        InstitutionPins(tmp_path / "large.json").root_key("a")


def test_a_failed_write_leaves_what_was(tmp_path, root, monkeypatch):
    path = tmp_path / "pins.json"
    pins = InstitutionPins(path)
    pins.trust("example-u", root.verify_key)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        pins.trust("other-u", SigningKey.generate().verify_key)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["pins.json"]


def test_editions_of_one_version_stand_side_by_side(settings_bytes, terms, root, pins, now):
    """Failed before: a person's own file took the next number, and everybody else's was then refused as older."""
    own, other = (replace(terms, edition=edition) for edition in (1, 2))
    files = [write_exam_file(settings_bytes, each, root) for each in (terms, own, other)]
    for data in (*files, *reversed(files), *files):
        read_exam_file(data, pins, now)
    changed = settings_bytes.replace(b'"days": 30', b'"days": 31')
    for each in (terms, own, other):
        with pytest.raises(SequenceReused):
            read_exam_file(write_exam_file(changed, each, root), pins, now)
    read_exam_file(write_exam_file(changed, replace(own, sequence=4), root), pins, now)
    for data in files:
        with pytest.raises(OlderSequence):
            read_exam_file(data, pins, now)
    read_exam_file(write_exam_file(changed, replace(terms, sequence=4), root), pins, now)


def test_what_was_remembered_before_there_were_editions_still_holds(settings_bytes, terms, root, tmp_path, now):
    path = tmp_path / "pins.json"
    data = write_exam_file(settings_bytes, terms, root)
    digest = verify_exam_file(data, root.verify_key).content_sha256
    seen = {"algebra-1": {"sequence": 3, "content_sha256": digest}}
    record = {"version": 1, "institutions": {"example-u": {"root_key": root.verify_key.to_text(), "exams": seen}}}
    path.write_text(json.dumps(record))
    pins = InstitutionPins(path)
    read_exam_file(data, pins, now)
    with pytest.raises(OlderSequence):
        read_exam_file(write_exam_file(settings_bytes, replace(terms, sequence=2, edition=7), root), pins, now)
    read_exam_file(write_exam_file(settings_bytes, replace(terms, edition=7), root), pins, now)
    seen_now = InstitutionPins(path).seen("example-u", "algebra-1")
    assert seen_now is not None
    assert set(seen_now.contents) == {0, 7}
    assert seen_now.contents[0] == digest


def test_an_edition_is_signed_and_read_back(terms):
    for edition in (0, 1, 999_999):
        each = replace(terms, edition=edition)
        assert SignedTerms.parse(each.text()) == each
    assert "edition" not in terms.text()
    for line in (" edition:0 ", " edition:01 ", " edition:1000000 "):
        with pytest.raises(TermsUnreadable):
            SignedTerms.parse(terms.text().replace(" from:", f"{line}from:"))
    with pytest.raises(TermsUnreadable):
        replace(terms, edition=1_000_000)
