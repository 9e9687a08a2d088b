"""Reading the small text files in which the kernel describes things."""

from __future__ import annotations

from pathlib import Path


def read_text(path: Path) -> str:
    """Return what is in the file without surrounding white space; nothing where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
