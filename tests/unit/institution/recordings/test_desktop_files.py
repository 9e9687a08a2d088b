"""A recording that somebody looked into with a desktop is as whole as before, and verify says what lies there."""

from tests.unit.institution.recordings.sealed_attempt import Attempt, piece


def test_verify_names_what_a_desktop_left_and_stays_complete(ask, tmp_path):
    attempt = Attempt(tmp_path / "attempt")
    take = attempt.take(0, events=piece(0, 1))
    before = ask("--dir", tmp_path / "none", "verify", take, status=0).output.splitlines()[0]
    for name in (".DS_Store", "seg/Thumbs.db", "desktop.ini"):
        (take / name).write_bytes(b"\0\0\0\1Bud1")
    (take / "untitled folder").mkdir()
    (attempt.folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    for where in (take, attempt.folder):
        said = ask("--dir", tmp_path / "none", "verify", where, status=0).output
        assert said.splitlines()[0] == before
        assert said.count("a desktop leaves this in folders that are looked into") == 4
        assert "untitled folder/: a desktop" in said
    (take / "notes.txt").write_text("x")
    assert ask("--dir", tmp_path / "none", "verify", take, status=1).output.startswith("TAMPERED")
