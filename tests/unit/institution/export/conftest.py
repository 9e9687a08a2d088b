"""A key, a take sealed for it with all its streams, and an institution that opens by the command line."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.keys.unlocking import KeyFileUnlocker
from crypto.keys import RecipientPrivate
from tests.fixtures.exported_media import EVENT


@pytest.fixture(scope="module")
def key():
    return RecipientPrivate.generate("algebra-1.1")


PASSPHRASE = "six plain words for a test"


@dataclass(frozen=True)
class Office:
    """An institution's folder with one representative, a file with the passphrase, and the key of exam algebra-1."""

    folder: Path
    passphrase: Path
    key: RecipientPrivate


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    (folder / "p").write_text(PASSPHRASE)
    record = InstitutionRecord(id="example-u", name="Example", iterations=210_000)
    made = InstitutionFolder.create(folder / "office", record, PASSPHRASE)
    root = made.root_key(PASSPHRASE)
    made.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    made.new_exam_key("algebra-1", root)
    opened = made.exam_key("algebra-1", KeyFileUnlocker(made.key_file("bo"), PASSPHRASE))
    return Office(folder / "office", folder / "p", opened)


@pytest.fixture
def whole(tmp_path, key, media):
    """A take with flash and beep at 4.05 s, which begin at different times, as real sources do."""
    path, _ = media["seal_take"](
        tmp_path / "sealed",
        key.public,
        {
            "webcam": media["video"](0.35, 8, flash_s=4.05),
            "microphone": media["sound"](0.2, 8, beep_s=4.05),
            "screen": media["video"](0.55, 8, flash_s=4.05, size=(320, 240)),
            "events": [EVENT],
        },
    )
    return path
