"""The floors of ARCHITECTURE.md hold, and each contract really refuses what it is there to refuse."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("app", "capture", "crypto", "lockdown", "resources", "ui")
OPENING = ("crypto/disclosure.py", "crypto/opening.py", "crypto/shares.py")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    environment = {"PATH": "", "PYTHONPATH": str(folder)}
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_what_opens_recordings_is_forbidden_as_soon_as_it_exists(root: Path) -> None:
    contracts = (root / ".importlinter").read_text(encoding="utf-8")
    for module in ("disclosure", "opening", "shares"):
        if (root / "crypto" / f"{module}.py").exists():
            assert f"\n    crypto.{module}\n" in contracts, f"crypto.{module} can open recordings: name it there"


def test_every_contract_is_kept(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def skeleton(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree's packages, empty: the contracts are about names, and the whole tree is read by a test of its own."""
    folder = tmp_path_factory.mktemp("skeleton")
    for source in [p for package in PACKAGES for p in (root / package).rglob("__init__.py")]:
        copy = folder / source.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("", encoding="utf-8")
    for module in ("app/demo.py", "app/device_names.py", "app/spoken_help.py", *OPENING, "crypto/sealing.py"):
        if not (folder / module).with_suffix("").is_dir():
            (folder / module).write_text("", encoding="utf-8")
    shutil.copy(root / ".importlinter", folder)
    assert lint_imports(folder).returncode == 0, "the skeleton itself breaks a contract"
    return folder


@pytest.mark.parametrize(
    ("planted", "contract"),
    [
        ({"crypto/planted.py": "import PySide6.QtCore"}, "No Qt below"),
        ({"capture/planted.py": "import crypto.sealing"}, "Floors"),
        ({"app/wire/planted.py": "import app.client"}, "Floors"),
        ({"app/events/planted.py": "import app.policy"}, "Floors"),
        ({"lockdown/planted.py": "import app.events"}, "Floors"),
        ({"app/durable_files/planted.py": "import app.wire"}, "Floors"),
        ({"lockdown/planted.py": "import app.durable_files"}, "Floors"),
        ({"app/institution/planted.py": "import app.client"}, "Floors"),
        ({"app/client/planted.py": "import crypto.opening"}, "cannot open a recording"),
        ({"app/endpoint/planted.py": "import crypto.opening"}, "cannot open a recording"),
        ({"lockdown/planted.py": "import Crypto"}, "No PyCryptodome"),
        ({"lockdown/engaging/planted.py": "import lockdown.platforms"}, "Engaging knows no platform"),
        ({"lockdown/engaging/planted.py": "import lockdown.windows"}, "Engaging knows no platform"),
        (
            {
                "lockdown/engaging/planted.py": "import lockdown.watching.planted",
                "lockdown/watching/planted.py": "import lockdown.readiness.planted",
                "lockdown/readiness/planted.py": "import lockdown.platforms.planted",
                "lockdown/platforms/planted.py": "import lockdown.engaging",
            },
            "Engaging knows no platform",
        ),
        (
            {
                "app/client/ipc/planted.py": "import app.client.recorder.planted",
                "app/client/recorder/planted.py": "import app.client.ipc",
            },
            "Rooms",
        ),
        (
            {
                "capture/encoding/planted.py": "import capture.watching.planted",
                "capture/watching/planted.py": "import capture.encoding",
            },
            "Rooms",
        ),
        (
            {
                "app/institution/wording/planted.py": "import app.institution.wording.other",
                "app/institution/wording/other.py": "import app.institution.wording.planted",
            },
            "Rooms",
        ),
    ],
)
def test_a_planted_violation_is_found(skeleton: Path, tmp_path: Path, planted: dict[str, str], contract: str) -> None:
    shutil.copytree(skeleton, tmp_path, dirs_exist_ok=True)
    for where, line in planted.items():
        (tmp_path / where).write_text(line + "\n", encoding="utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout
