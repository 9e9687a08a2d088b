"""What `bench_opening` measures: an institution's own commands on a recording, and its peers on the same media."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import HERE

from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.keys.unlocking import KeyFileUnlocker

EXAM, REPRESENTATIVE = "bench", "bench"
STREAMS = ("webcam", "microphone", "screen")
_PASSPHRASE = "six plain words for a benchmark"


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of a processor, and the most memory that was its own at a time."""

    cpu_s: float
    rss_mb: float


class Office:
    """An institution with one representative, and what it does with recordings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(_PASSPHRASE)
        made = InstitutionFolder.create(folder / "office", InstitutionRecord(id="bench", name="Bench"), _PASSPHRASE)
        root = made.root_key(_PASSPHRASE)
        made.add_representative("Bench", REPRESENTATIVE, _PASSPHRASE, root)
        made.new_exam_key(EXAM, root)
        key = made.exam_key(EXAM, KeyFileUnlocker(made.key_file(REPRESENTATIVE), _PASSPHRASE))
        self._kid, self._seed = key.kid, key.seed.hex()

    def session(self, hours: float) -> Path:
        """Make a recording of so many hours; gives the folder that it and its plain files are in."""
        folder = self._folder / f"{hours:g} h"
        maker = str(HERE / "opening_session.py")
        arguments = [str(folder), str(hours), self._kid, self._seed]
        subprocess.run([sys.executable, maker, *arguments], check=True, timeout=600)
        return folder

    def verify(self, session: Path) -> Cost:
        """Verify, without a key."""
        return self._command("verify", *session.glob("*.0"))

    def export(self, session: Path, *options: str) -> Cost:
        """Export with everything that belongs to it."""
        out = session / "exported"
        shutil.rmtree(out, ignore_errors=True)
        keys = ("--as", REPRESENTATIVE, "--passphrase-file", self._passphrase)
        return self._command("export", *session.glob("*.0"), "--out", out, *keys, *options)

    def _command(self, *arguments: object) -> Cost:
        # Bytecode is kept, as installed programs have it, whatever this shell's habit is.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(self._folder / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-m", "app.institution", "--dir", self._folder / "office", *arguments]
        return measured(command, environment)


class Peers:
    """The same media in hands without sealing: age for the secret, ffmpeg for the files."""

    def __init__(self, session: Path) -> None:
        self._folder = session / "by others"
        self._folder.mkdir()
        self._identity = self._folder / "identity"
        made = subprocess.run(
            ["age-keygen", "-o", self._identity], capture_output=True, text=True, check=True, timeout=60
        )
        recipient = made.stderr.rpartition(" ")[2].strip()
        for name in STREAMS:
            encrypted = ["age", "-r", recipient, "-o", str(self._folder / f"{name}.age"), str(session / f"{name}.mp4")]
            subprocess.run(encrypted, check=True, timeout=60)

    def decrypt(self) -> Cost:
        """``age -d`` of each file."""
        command = ["age", "-d", "-i", self._identity, "-o"]
        return added(
            [measured([*command, self._folder / f"{name}.mp4", self._folder / f"{name}.age"]) for name in STREAMS]
        )

    def copy(self) -> Cost:
        """``ffmpeg -c copy`` into webcam.mkv, with its sound, and screen.mkv."""
        webcam, sound, screen = (("-i", self._folder / f"{name}.mp4") for name in STREAMS)
        command = ["ffmpeg", "-v", "error", "-y"]
        return added(
            [
                measured([*command, *webcam, *sound, "-c", "copy", self._folder / "webcam.mkv"]),
                measured([*command, *screen, "-c", "copy", self._folder / "screen.mkv"]),
            ]
        )

    def decode(self, folder: Path) -> Cost:
        """Decode what was exported, to nowhere."""
        command = ["ffmpeg", "-v", "error", "-i"]
        return added([measured([*command, folder / f"{name}.mkv", "-f", "null", "-"]) for name in ("webcam", "screen")])


def measured(command: Sequence[object], environment: Mapping[str, str] | None = None) -> Cost:
    """What a command takes; raises where it fails."""
    # A process forked from this large one would begin with its memory.
    timed = ["/usr/bin/time", "-f", "%U %S %M", *map(str, command)]
    done = subprocess.run(
        timed, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
        timeout=1200, env=environment,
    )  # fmt: skip
    # Behind what the command itself says of its progress.
    user_s, system_s, kib = done.stderr.split()[-3:]
    return Cost(float(user_s) + float(system_s), int(kib) / 1000)


def added(costs: Sequence[Cost]) -> Cost:
    """What several take, one after the other."""
    return Cost(sum(each.cpu_s for each in costs), max(each.rss_mb for each in costs))
