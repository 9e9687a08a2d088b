"""What the name of a source says about it; nothing is opened and no media library is loaded to tell."""

from __future__ import annotations

from pathlib import Path

TEST_PERSON = "test-person"
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
_MEDIA_SUFFIXES = PICTURE_SUFFIXES | {
    *(".mp4", ".mkv", ".webm", ".mov", ".avi", ".gif", ".m4a"),
    *(".wav", ".flac", ".ogg", ".opus", ".mp3"),
}


def is_device(source: str) -> bool:
    """Say whether `source` is a device of this machine rather than a file, an address or the test person.

    The signed settings of an exam allow other sources only on purpose, so what is in doubt counts as no device.
    """
    if source == TEST_PERSON or "://" in source or "/" in source or "\\" in source or "%" in source:
        return False
    path = Path(source)
    return path.suffix.lower() not in _MEDIA_SUFFIXES and not path.exists()
