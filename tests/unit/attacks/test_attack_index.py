"""The table of attacks names places and tests that are there."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = ROW.findall((HERE / "README.md").read_text(encoding="utf-8"))


@lru_cache(maxsize=200)
def definitions(path):
    """Qualified names of all functions, methods and classes of a module."""
    found = set()

    def walk(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                found.add(prefix + child.name)
                walk(child, f"{prefix}{child.name}.")

    walk(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


def places(cell):
    return [span.split("::") for span in re.findall(r"`([^`]+)`", cell)]


def test_every_attack_has_its_row():
    assert [int(number) for number, *_ in ROWS] == list(range(1, 37))


@pytest.mark.parametrize(("number", "_attack", "stopped_by", "carried_out"), ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_is_there(number, _attack, stopped_by, carried_out):
    assert places(stopped_by)
    for path, name in places(stopped_by):
        assert name in definitions(ROOT / path), f"attack {number}: {path} has no {name}"
    assert places(carried_out)
    for path, name in places(carried_out):
        file = ROOT / path if "/" in path else HERE / path
        assert name in definitions(file), f"attack {number}: {path} has no {name}"
        assert name.startswith("test_")


def test_every_attack_here_stands_in_the_table():
    listed = {name for *_, carried_out in ROWS for _, name in places(carried_out)}
    for file in HERE.glob("test_attack_*.py"):
        for name in definitions(file):
            if match := re.fullmatch(r"test_attack_(\d\d)_\w+", name):
                assert name in listed, f"{file.name}: {name} is not in README.md"
                row = next(row for row in ROWS if int(row[0]) == int(match[1]))
                assert name in row[3]


def test_what_security_promises_is_held_by_tests_that_are_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 16
    for path, name in named:
        assert name in definitions(ROOT / path), f"SECURITY.md: {path} has no {name}"
