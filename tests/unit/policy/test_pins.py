import pytest

from app.policy.errors import PinsUnreadable, WrongInstitution
from app.policy.pins import InstitutionPins
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
