"""Programs on Linux, read from /proc: executable, command or script; digest, build id and package of their file."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

from lockdown.contract.settings import ProgramRule
from lockdown.linux.assistive import ASSISTIVE_RULES
from lockdown.linux.remote_control import PACKAGE_RULES
from lockdown.watching.program_file import FileFact, sha256
from lockdown.watching.programs import Identity, Program
from lockdown.watching.remote_control import remote_control_rules

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.loaded_code import runs_only_packaged_code  # noqa: E402
from lockdown.linux.packages import PackageIndex  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.process_view import sees_every_process  # noqa: E402

_INTERPRETER = re.compile(r"^(python[\d.]*|pypy[\d.]*|java|node|perl|ruby|bash|dash|sh|electron\d*)$")
_LOADER = re.compile(r"^ld-linux.*\.so\.\d+$|^ld-musl.*\.so\.1$|^ld-[\d.]+\.so$|^ld\.so$")
"""Runs the program that it is given as an argument, and is what the kernel calls the process then."""
_VALUED = frozenset({b"--library-path", b"--argv0", b"--audit", b"--preload", b"--inhibit-rpath"})
_BUILD_ID_NOTE = b"GNU\x00"
_MAX_HEAD_BYTES = 64 * 1024  # the note stands near the start of every file the linkers in use make


class ProcSource:
    """Reads /proc (or a tree like it at `root`); what is known of a program's file is kept."""

    def __init__(self, root: Path = Path("/proc"), packages: PackageIndex | None = None) -> None:
        self._root = root
        self._digest = FileFact(sha256)
        self._build_id = FileFact(read_build_id)
        self._owner = FileFact((packages or PackageIndex()).owner)

    def pids(self) -> Sequence[int]:
        """Return all process ids that /proc shows."""
        return [int(name) for name in os.listdir(self._root) if name.isdigit()]  # noqa: PTH208  (7 times faster)

    def sees_all(self) -> bool:
        """Ask the kernel where this program was started, and the display by whom it is served."""
        return sees_every_process(os.environ, self._root)

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return what /proc says of `pid`; None where it has ended. Kernel threads have no executable."""
        folder = self._root / str(pid)
        try:
            stat = (folder / "stat").read_bytes()
        except OSError:
            return None
        # The name stands in brackets and may hold brackets itself; the start time is field 22.
        name_end = stat.rindex(b")")
        command = stat[stat.index(b"(") + 1 : name_end].decode("utf-8", "replace")
        started = float(stat[name_end + 2 :].split()[19])
        try:
            executable = PurePosixPath((folder / "exe").readlink().as_posix().removesuffix(" (deleted)")).name
        except OSError:
            return Program(pid, started, command=command)
        file = folder / "exe"
        brought = file
        if _LOADER.match(executable) and (loaded := self._script(folder, _VALUED)) is not None:
            executable, file = loaded.name, folder / "cwd" / loaded
            brought = file
        elif _INTERPRETER.match(executable) and (script := self._script(folder)) is not None:
            command = script.name
            # Packages bring nothing below other folders; a person's own files are not opened.
            brought = script if script.is_relative_to("/usr") else file
        return Program(
            pid,
            started,
            executable=executable,
            command=command,
            sha256=self._digest.of(file) if "sha256" in identities else None,
            build_id=self._build_id.of(file) if "build_id" in identities else None,
            original_name=self._owner.of(brought) if "original_name" in identities else None,
        )

    def unaltered(self, pid: int) -> bool:
        """Ask the kernel what code the process has loaded, and the packages whether they brought it."""
        return runs_only_packaged_code(self._root / str(pid), lambda file: self._owner.of(file) is not None)

    def remote_control_rules(self) -> Sequence[ProgramRule]:
        """Return those that go by names, and those of the distribution's packages."""
        return (*remote_control_rules(), *PACKAGE_RULES)

    def assistive_rules(self) -> Sequence[ProgramRule]:
        """Return those of the distribution's packages."""
        return ASSISTIVE_RULES

    def _script(self, folder: Path, valued: frozenset[bytes] = frozenset()) -> Path | None:
        """Return the file of an interpreter's script; the rest of the command line is not kept.

        What follows one of the options `valued` belongs to that option.
        """
        try:
            arguments = iter((folder / "cmdline").read_bytes().split(b"\0")[1:])
        except OSError:
            return None
        for argument in arguments:
            if argument in valued:
                next(arguments, b"")
            if argument and not argument.startswith(b"-"):
                return Path(argument.decode("utf-8", "replace"))
        return None


def read_build_id(path: Path) -> str | None:
    """Return the GNU build id of an ELF file, which a renamed or re-packed copy keeps; None where it has none."""
    with path.open("rb") as file:
        head = file.read(_MAX_HEAD_BYTES)
    if not head.startswith(b"\x7fELF"):
        return None
    order: Literal["little", "big"] = "little" if head[5] == 1 else "big"
    at = -1
    while (at := head.find(_BUILD_ID_NOTE, at + 1)) >= 12:
        name_size, size, kind = (int.from_bytes(head[at - n : at - n + 4], order) for n in (12, 8, 4))
        if name_size == 4 and kind == 3 and 4 <= size <= 64:
            return head[at + 4 : at + 4 + size].hex()
    return None
