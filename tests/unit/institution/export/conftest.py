"""A key, and a take sealed for it with all its streams."""

import pytest

from crypto.keys import RecipientPrivate
from tests.fixtures.exported_media import EVENT


@pytest.fixture(scope="module")
def key():
    return RecipientPrivate.generate("algebra-1.1")


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
