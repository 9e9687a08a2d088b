import json
from types import SimpleNamespace

import pytest

from app.institution.keys.institution import InstitutionFolder, InstitutionRecord

PASSPHRASE = "six plain words for a test"
FLASH_S = 13.3


@pytest.fixture(scope="module")
def institution(tmp_path_factory):
    """An institution with one representative, bo, and the key of one exam."""
    base = tmp_path_factory.mktemp("institution")
    (base / "passphrase").write_text(PASSPHRASE)
    made = InstitutionFolder.create(
        base / "folder", InstitutionRecord(id="example-u", name="Example University", iterations=210_000), PASSPHRASE
    )
    root = made.root_key(PASSPHRASE)
    made.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    public = made.new_exam_key("algebra-1", root).exam("algebra-1").key.public()
    return SimpleNamespace(folder=base / "folder", public=public, passphrase=base / "passphrase")


@pytest.fixture
def take(tmp_path, institution, media):
    path, _ = media["seal_take"](
        tmp_path / "sealed",
        institution.public,
        {
            "webcam": media["video"](0.3, 20, flash_s=FLASH_S),
            "microphone": media["sound"](0.2, 20),
            "events": [
                (float(n), json.dumps({"t_us": n * 1_000_000, "event": f"e{n}"}).encode() + b"\n") for n in range(20)
            ],
        },
    )
    return path


@pytest.fixture
def disclose(ask, institution, tmp_path):
    def run(session, stream, from_s, to_s, *more, out=None, status=0):
        out = out or tmp_path / f"{stream}.zip"
        options = ["--stream", stream, "--from", from_s, "--to", to_s, "--out", out]
        options += ["--passphrase-file", institution.passphrase, *more]
        return out, ask("--dir", institution.folder, "disclose", session, *options, status=status).output

    return run
