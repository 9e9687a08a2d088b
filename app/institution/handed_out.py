"""Files that are made to be given away, and the folders that are made for them: everybody may read both.

The program closes what it makes to other users by its umask, which is right for its own folder and leaves a handed-out
file in a folder that nobody else can enter.
"""

from __future__ import annotations

from pathlib import Path

from app.durable_files.writing import write_file

_READABLE = 0o755


def write_handed_out(target: Path, data: bytes) -> None:
    """Write `data` to `target` for everybody to read; folders that are there keep their rights."""
    made = [folder for folder in target.absolute().parents if not folder.exists()]
    write_file(target, data, private=False)
    for folder in made:
        folder.chmod(_READABLE)
