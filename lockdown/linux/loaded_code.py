"""Whether a process runs what its package brought and the system's libraries, or code that somebody has put into it.

A loader takes a library of anybody's into any program (``LD_PRELOAD``), Python takes modules from anywhere: the file
of the program is then still the package's, and what it does is not.
"""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_EXECUTABLE = re.compile(rb"^\S+ ..x. \S+ \S+ (\d+) +(/.*)$", re.M)
_OF_THE_SYSTEM = ("/usr/", "/lib/", "/lib64/", "/opt/")
_STEERING = (b"PYTHONPATH=", b"PYTHONHOME=", b"PYTHONUSERBASE=", b"PYTHONPLATLIBDIR=", b"PYTHONSTARTUP=")
_PYTHON = re.compile(rb"/(?:lib)?python\d[^/]*$")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def runs_only_packaged_code(process: Path, packaged: Callable[[Path], bool], own: Path = Path("/proc/self")) -> bool:
    """Return whether all code that `process`, a folder of /proc, has loaded was brought by packages.

    A file counts where `packaged` says so, or where it lies in a folder of the system and only root can write it.
    One that sees other files than this program does is not believed.
    """
    try:
        if (process / "ns/mnt").readlink() != (own / "ns/mnt").readlink():
            return False
        loaded = {(int(inode), path) for inode, path in _EXECUTABLE.findall((process / "maps").read_bytes())}
        environment = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    if any(_PYTHON.search(path) for _, path in loaded) and any(each.startswith(_STEERING) for each in environment):
        return False
    return bool(loaded) and all(
        _brought(Path(path.decode("utf-8", "replace")), inode, packaged) for inode, path in loaded
    )


def _brought(file: Path, inode: int, packaged: Callable[[Path], bool]) -> bool:
    try:
        facts = file.stat()
    except OSError:
        return False  # deleted, or never a file
    if facts.st_ino != inode:
        return False
    of_the_system = str(file).startswith(_OF_THE_SYSTEM) and facts.st_uid == 0 and not facts.st_mode & _OTHERS_WRITE
    return of_the_system or packaged(file)
