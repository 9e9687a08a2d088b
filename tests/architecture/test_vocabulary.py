"""One thing has one name: no public class name exists twice, and words that were retired stay retired."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

PRODUCT = ("app", "capture", "crypto", "lockdown", "resources", "ui")
RETIRED = {
    "alone": "instance lock",
    "amiss": "impairment",
    "chronicle": "event timeline",
    "covering": "occlusion",
    "ear": "dispatcher, analyser",
    "goodbye": "farewell",
    "hole": "gap",
    "holes": "gaps",
    "honoured": "implemented",
    "hurry": "retry now",
    "hygiene": "process hardening",
    "informing": "consent",
    "insistence": "retry limit",
    "liveness": "heartbeat",
    "news": "presenter",
    "opener": "unlocker",
    "openers": "key holders",
    "patience": "timeout",
    "sitting": "exam session",
    "stutter": "lag",
    "told": "reported",
    "vitals": "heartbeat",
}
"""Words of earlier names, and the field's word that took their place."""
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def classes(source: str) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def identifiers(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                yield name


def retired(names: Iterator[str]) -> set[str]:
    return {name for name in names if {part.lower() for part in PARTS.findall(name)} & RETIRED.keys()}


def twice(places: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: files for name, files in places.items() if len(files) > 1}


def product(root: Path, project_files: tuple[Path, ...]) -> dict[str, str]:
    files = [f for f in project_files if f.suffix == ".py" and f.parts[0] in PRODUCT]
    return {str(f): (root / f).read_text(encoding="utf-8") for f in files}


def test_no_public_class_name_exists_twice(root: Path, project_files: tuple[Path, ...]) -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for file, source in product(root, project_files).items():
        for name in classes(source):
            places[name].append(file)
    assert len(places) > 100
    assert twice(places) == {}


def test_no_identifier_uses_a_retired_word(root: Path, project_files: tuple[Path, ...]) -> None:
    found = {file: retired(identifiers(source)) for file, source in product(root, project_files).items()}
    assert {file: sorted(names) for file, names in found.items() if names} == {}


def test_the_checks_find_what_they_look_for() -> None:
    source = (
        "class Preview:\n    class _Row: ...\ndef is_told(hole_ns): self.AMISS_S = HoleCount\nappear, unfold = 1, 2\n"
    )
    assert classes(source) == ["Preview"]
    assert retired(identifiers(source)) == {"is_told", "hole_ns", "AMISS_S", "HoleCount"}
    assert twice({"Preview": ["a.py", "b.py"], "Level": ["a.py"]}) == {"Preview": ["a.py", "b.py"]}
