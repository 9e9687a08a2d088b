"""What the tests of this folder look at: the project's own files."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_FOLDERS = ("app", "capture", "crypto", "installer", "lockdown", "resources", "tests", "ui")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def project_files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root: what git tracks, or without git the source folders."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
        files = [Path(name) for name in listed.decode().split("\0") if name]
    else:
        inside = [p for folder in SOURCE_FOLDERS for p in (ROOT / folder).rglob("*") if "__pycache__" not in p.parts]
        files = [p.relative_to(ROOT) for p in [*inside, *ROOT.glob("*")]]
    present = tuple(sorted(f for f in files if (ROOT / f).is_file()))
    assert len(present) > 50, "the project's files were not found"
    return present
