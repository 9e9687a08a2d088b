"""The rooms that ARCHITECTURE.md lists are the rooms that are there, and none of them holds a crowd."""

import re
from pathlib import Path

import pytest

PACKAGES = ("app", "capture", "crypto", "lockdown", "resources", "ui")
WITH_ROOMS = ("app/client", "app/institution", "capture", "capture/analysis", "lockdown", "ui/client/exam")
"""Packages whose every folder stands in the tables."""
DOZEN = 14
ALIKE = {
    "app/endpoint": "one service, a field's word each",
    "app/policy": "one document, a section each",
    "crypto": "one format, a field's word each",
    "lockdown/linux": "a platform's answers to one contract",
    "lockdown/watching": "one guard each",
    "lockdown/windows": "a platform's answers to one contract",
}
"""Folders that may hold more than about a dozen files, because these are of one kind: which."""


def listed(root: Path) -> set[str]:
    """The folders that the tables of rooms name."""
    page = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = page[page.index("## Rooms") : page.index("## Where new rooms go")]
    rows = re.findall(r"^\| (`[^|]+`) \|", rooms, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def folders(root: Path, project_files: tuple[Path, ...]) -> dict[str, list[Path]]:
    """The folders of product code with their files, without the ``__init__`` of each."""
    found: dict[str, list[Path]] = {}
    for file in project_files:
        if file.suffix == ".py" and file.parts[0] in PACKAGES and file.name != "__init__.py":
            found.setdefault(file.parent.as_posix(), []).append(file)
    return found


def test_every_room_that_is_listed_is_there(root: Path) -> None:
    assert {room for room in listed(root) if not (root / room).exists() and not (root / f"{room}.py").exists()} == set()


@pytest.mark.parametrize("package", WITH_ROOMS)
def test_every_room_that_is_there_is_listed(root: Path, project_files: tuple[Path, ...], package: str) -> None:
    rooms = {name for name in folders(root, project_files) if Path(name).parent.as_posix() == package}
    assert len(rooms) > 2
    assert rooms <= listed(root)


def test_no_room_holds_more_than_a_dozen_files_of_different_kinds(root: Path, project_files: tuple[Path, ...]) -> None:
    crowded = {name: len(files) for name, files in folders(root, project_files).items() if len(files) > DOZEN}
    assert set(crowded) <= set(ALIKE), crowded
    assert set(ALIKE) <= set(crowded), "no longer crowded: take it off the list"


@pytest.mark.parametrize("room", ["contract", "watching", "readiness"])
def test_lockdown_asks_its_backend_and_not_which_platform_it_runs_on(root: Path, room: str) -> None:
    sources = sorted((root / "lockdown" / room).glob("*.py"))
    assert len(sources) > 3
    asking = re.compile(r"sys\.platform|os\.name|platform\.(system|platform)\(")
    assert [file.name for file in sources if asking.search(file.read_text(encoding="utf-8"))] == []
