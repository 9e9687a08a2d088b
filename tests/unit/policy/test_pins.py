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
