"""Every file is one idea that has a name of its own and fits on a few screens."""

import re
from collections.abc import Iterable
from pathlib import Path

MOST_LINES = 300
EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "manager", "managers", "misc"}
EMPTY_CLASS = re.compile(r"^\s*class \w*(?:Manager|Helper|Helpers|Utils?)\b", re.MULTILINE)


def empty_names(files: Iterable[Path]) -> list[str]:
    return [str(f) for f in files if {*f.parent.parts, f.stem} & EMPTY_NAMES]


def too_long(lengths: dict[Path, int]) -> list[str]:
    return [f"{file}: {lines} lines" for file, lines in lengths.items() if lines > MOST_LINES]


def test_no_file_or_folder_has_a_name_that_says_nothing(project_files: tuple[Path, ...]) -> None:
    assert empty_names(project_files) == []


def test_no_class_has_a_name_that_says_nothing(root: Path, project_files: tuple[Path, ...]) -> None:
    sources = [f for f in project_files if f.suffix == ".py" and f != Path(__file__).relative_to(root)]
    found = {str(f): EMPTY_CLASS.findall((root / f).read_text(encoding="utf-8")) for f in sources}
    assert {file: names for file, names in found.items() if names} == {}


def test_no_file_is_over_300_lines(root: Path, project_files: tuple[Path, ...]) -> None:
    sources = [f for f in project_files if f.suffix in {".py", ".sh", ".js", ".css", ".html"}]
    assert too_long({f: (root / f).read_text(encoding="utf-8").count("\n") for f in sources}) == []


def test_the_checks_find_what_they_look_for() -> None:
    assert empty_names([Path("app/utils.py"), Path("core/a.py"), Path("app/score.py")]) == ["app/utils.py", "core/a.py"]
    assert EMPTY_CLASS.search("x = 1\nclass SessionManager(Base):\n")
    assert not EMPTY_CLASS.search("class ManagerOfKeys:\n")
    assert too_long({Path("a.py"): 300, Path("b.py"): 301}) == ["b.py: 301 lines"]
