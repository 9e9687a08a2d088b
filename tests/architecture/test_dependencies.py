"""What is imported is declared: nothing is there only because something else brings it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = ("app", "capture", "crypto", "lockdown", "resources", "ui")
OURS = {*PRODUCT, "installer", "tests"}
ELSEWHERE = {"AppKit", "objc", "PyObjCTools", "cv2_enumerate_cameras", "pythoncom", "pywintypes"}
"""Modules of other platforms' packages, which are not installed here to be asked; `win32*` besides."""
NOT_IMPORTED = {"pyobjc-framework-cocoa", "pywin32", "cv2-enumerate-cameras", "httptools", "uvloop"}
"""Declared without an import here: for other platforms, and what uvicorn looks for."""


def imported(source: str) -> Iterator[str]:
    """The top-level names that `source` imports, in functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def foreign(root: Path, folders: tuple[str, ...]) -> dict[str, str]:
    """Third-party modules by name, each with one file that imports it."""
    found: dict[str, str] = {}
    for file in sorted(each for folder in folders for each in (root / folder).rglob("*.py")):
        for name in imported(file.read_text(encoding="utf-8")):
            if name not in OURS and name not in sys.stdlib_module_names:
                found.setdefault(name, file.relative_to(root).as_posix())
    return found


def declared(root: Path) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}


def undeclared(modules: dict[str, str], declarations: set[str]) -> list[str]:
    bringing = packages_distributions()
    return [
        f"{where}: {name}"
        for name, where in modules.items()
        if name not in ELSEWHERE
        and not name.startswith("win32")
        and declarations.isdisjoint(re.sub(r"[-_.]+", "-", each).lower() for each in bringing.get(name, ()))
    ]


def test_every_package_the_product_imports_is_declared(root: Path) -> None:
    assert undeclared(foreign(root, PRODUCT), declared(root)) == []


def test_every_declared_package_is_imported(root: Path) -> None:
    bringing = packages_distributions()
    used = {canonicalize_name(each) for name in foreign(root, PRODUCT) for each in bringing.get(name, ())}
    # Qt's web engine brings the rest of Qt by its own requirements.
    assert declared(root) - used - NOT_IMPORTED - {"pyside6-webengine"} == set()


@pytest.mark.parametrize("line", ["import pytest", "from hypothesis import given", "def f():\n    import h11"])
def test_a_package_that_is_there_by_chance_is_found(root: Path, line: str) -> None:
    planted = dict.fromkeys(imported(line), "app/planted.py")
    assert len(undeclared(planted, declared(root))) == 1


def test_the_windows_process_loads_no_library_of_pictures() -> None:
    """They take 46 MB and a quarter of a second of each start, and the recorder alone needs them."""
    look = "import sys, app.client.composition; print({'av', 'cv2', 'numpy'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
