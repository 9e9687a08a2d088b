"""The set-up says plainly what is missing when it may not install it, and changes nothing then."""

import os
import re
import subprocess
from pathlib import Path

import pytest

DESIGN_TARGETS = ("demo", "test", "lint", "bench", "bundle", "soak", "screenshots", "test-windows", "clean")


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs that play a Debian on which the user is nobody in particular."""
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "sudo", "exit 1")
    program(tmp_path, "dpkg-query", 'cat "$(dirname "$0")/installed"')
    program(tmp_path, "apt-cache", '[ "$1" = madison ] && case "$2" in *t64) ;; *) echo "$2 | 1.0 | index";; esac')
    program(tmp_path, "apt-get", 'echo "apt-get was called: $*" >> "$(dirname "$0")/calls"')
    return tmp_path


def needs(root: Path, group: str) -> list[str]:
    text = (root / "installer" / "system-packages.txt").read_text(encoding="utf-8")
    section = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    lines = dict(zip(section[1::2], section[2::2], strict=True))[group].splitlines()
    return [bare for line in lines if (bare := line.partition("#")[0].strip())]


def check(root: Path, machine: Path, installed: list[str], *groups: str) -> subprocess.CompletedProcess[str]:
    (machine / "installed").write_text("".join(f"installed {name}\n" for name in installed), encoding="utf-8")
    environment = {"PATH": f"{machine}:{os.environ['PATH']}"}
    command = [root / "installer" / "system-packages.sh", *groups]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_nothing_is_said_or_done_when_nothing_is_missing(root: Path, machine: Path) -> None:
    done = check(root, machine, [need.split(" | ")[-1] for need in needs(root, "runtime")], "runtime")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine / "calls").exists()


def test_what_is_missing_is_listed_with_the_one_command(root: Path, machine: Path) -> None:
    taken_away = {"libnss3", "libasound2t64 | libasound2"}
    installed = [need.split(" | ")[0] for need in needs(root, "runtime") if need not in taken_away]
    done = check(root, machine, installed, "runtime")
    assert done.returncode == 1
    assert "2 missing" in done.stderr
    # This release offers no ...t64: the older name is the one to type.
    assert done.stderr.strip().endswith("--no-remove libnss3 libasound2")
    assert not (machine / "calls").exists()


def test_as_root_what_is_missing_is_installed_and_nothing_removed(root: Path, machine: Path) -> None:
    program(machine, "id", "echo 0")
    done = check(root, machine, [], "test")
    assert done.returncode == 0, done.stderr
    update, install = (machine / "calls").read_text(encoding="utf-8").splitlines()
    assert "update" in update
    assert "--no-remove" in install
    assert set(needs(root, "test")) <= set(install.split())


def test_an_unknown_group_is_bad_use(root: Path, machine: Path) -> None:
    done = check(root, machine, [], "printer")
    assert done.returncode == 2
    assert "no group printer" in done.stderr


def test_a_python_that_is_too_old_is_named(root: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        program(tmp_path, name, '[ "$1" = --version ] && echo "Python 3.10.12" && exit 0; exit 1')
    copy = tmp_path / "installer" / "environment.sh"
    copy.parent.mkdir()
    copy.write_bytes((root / "installer" / "environment.sh").read_bytes())
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", copy], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "3.11" in done.stderr
    assert "Python 3.10.12" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("target", DESIGN_TARGETS)
def test_every_target_can_be_asked_for(root: Path, target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
