"""Which Debian package a program file came from, known by its content: a renamed copy keeps its package."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_LINE = re.compile(
    rb"^([0-9a-f]{32})  (?!usr/include/|usr/src/|usr/share/(?:doc|man|locale|icons|info|fonts|zoneinfo)/)(?=.)", re.M
)


class PackageIndex:
    """Looks up the digests that dpkg keeps of installed files, in `folder`, read once at the first question.

    Where there is no dpkg (rpm, pacman) nothing is known, nor of a package that ships no digests. Of a file that
    several packages ship alike, the first in alphabetical order is given.
    """

    def __init__(self, folder: Path = Path("/var/lib/dpkg/info")) -> None:
        self._folder = folder
        self._owners: dict[bytes, str] | None = None

    def owner(self, program: Path) -> str | None:
        """Return the name of the package that ships a file of the same content as `program`; None for no package.

        Raises:
            OSError: `program` cannot be read.
        """
        if self._owners is None:
            self._owners = self._read()
        with program.open("rb") as file:
            # MD5 is what dpkg keeps; it tells files apart here and secures nothing.
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
        return self._owners.get(digest.digest())

    def _read(self) -> dict[bytes, str]:
        owners: dict[bytes, str] = {}
        for path in sorted(self._folder.glob("*.md5sums")):
            package = path.name.removesuffix(".md5sums").partition(":")[0]
            try:
                listed = path.read_bytes()
            except OSError:
                continue  # the package was removed meanwhile
            for digest in _LINE.findall(listed):
                owners.setdefault(bytes.fromhex(digest.decode()), package)
        return owners
