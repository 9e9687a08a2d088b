"""What must survive a power cut is written in one place: nobody else flushes, renames or replaces files by hand.

Found by name in the syntax tree. `text.replace(a, b)` and `moment.replace(hour=1)` are no renames: a path's `replace`
has one argument and no keyword.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("app", "capture", "crypto", "lockdown", "resources", "ui")
FLUSHING = {"fsync", "fdatasync", "F_FULLFSYNC", "posix_fallocate", "FlushFileBuffers"}
NAMING = {"rename", "renames", "link", "hardlink_to", "move", "MoveFileEx", "MoveFileExW"}
TEMPORARY = {"mkstemp", "NamedTemporaryFile"}
WRITING = {"write_text", "write_bytes"}

DURABLE = {
    "app/durable_files": "the one place",
    "lockdown/engaging/flushing.py": "below it: a machine is put back without the programs",
    "lockdown/watchdog.py": "its marker, in the journal's folder, by the same order",
    "resources/models/fetch.py": "runs before the programs are there; what it fetched can be fetched again",
}
"""Who may flush and rename, and why."""
NOT_STATE = {
    "app/demo": "a demonstration's scratch folder",
    "app/endpoint/server.py": "the lock's file, which holds nothing",
    "app/institution/disclosure/checking.py": "plain copies of what the disclosure file holds",
    "app/institution/export": "plain copies of what the sealed recording holds",
    "capture/encoding/muxer.py": "into a Python object: nothing is on the disk before it is sealed",
}
"""Who may write what a power cut may take, and why."""


def calls(source: str) -> Iterator[tuple[str, int]]:
    """Each name that flushes or names a file, or writes one, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, line = node.func.attr, node.lineno
            if name == "replace":
                if ast.unparse(node.func) == "os.replace" or (len(node.args) == 1 and not node.keywords):
                    yield name, line
            elif name in {"move", "link"} and ast.unparse(node.func.value) not in {"os", "shutil"}:
                continue
            elif name in NAMING | TEMPORARY | WRITING:
                yield name, line
            elif name == "open" and writes(node):
                yield "open", line
        if isinstance(node, ast.Attribute) and node.attr in FLUSHING:
            yield node.attr, node.lineno
        if isinstance(node, ast.ImportFrom) and node.module in {"os", "shutil", "tempfile"}:
            names = FLUSHING | NAMING | TEMPORARY | {"replace"}
            yield from ((each.name, node.lineno) for each in node.names if each.name in names)


def writes(call: ast.Call) -> bool:
    """Whether an `open` call names a mode in which it writes; descriptors of `os.open` are flushed by who flushes."""
    modes = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
    texts = [each.value for each in modes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(set(text) <= set("rwxabt+") and set(text) & set("wxa+") for text in texts)


def weak(root: Path) -> Iterator[str]:
    for file in sorted(each for package in PACKAGES for each in (root / package).rglob("*.py")):
        where = file.relative_to(root).as_posix()
        if any(where.startswith(each) for each in DURABLE):
            continue
        for name, line in calls(file.read_text(encoding="utf-8")):
            if name not in WRITING | {"open"} or not any(where.startswith(each) for each in NOT_STATE):
                yield f"{where}:{line}: {name}"


def test_nobody_writes_by_hand_what_must_survive(root: Path) -> None:
    found = list(weak(root))
    assert not found, "write it by app.durable_files.writing, or say above why it may be lost:\n" + "\n".join(found)


def test_every_exception_is_still_needed(root: Path) -> None:
    for where in {**DURABLE, **NOT_STATE}:
        files = [root / where] if (root / where).is_file() else list((root / where).rglob("*.py"))
        assert any(list(calls(file.read_text(encoding="utf-8"))) for file in files), f"{where} writes nothing"


@pytest.mark.parametrize(
    "planted",
    [
        "os.fsync(descriptor)",
        "part.replace(path)",
        "Path(part).rename(path)",
        "os.replace(part, path)",
        "os.link(part, path)",
        "from os import fsync",
        "shutil.move(part, path)",
        "tempfile.mkstemp(dir=folder)",
        "fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)",
        "path.write_text(text)",
        "path.open('wb')",
        "gzip.open(path, mode='w')",
    ],
)
def test_a_write_by_hand_is_found(tmp_path: Path, planted: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "planted.py").write_text(planted, encoding="utf-8")
    assert len(list(weak(tmp_path))) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "text.replace('a', 'b')",
        "moment.replace(hour=1)",
        "replace(change, step=step)",
        "dataclasses.replace(change, step=step)",
        "window.move(1, 2)",
        "path.open('rb')",
        "path.open(encoding='utf-8')",
    ],
)
def test_what_is_harmless_is_not_found(harmless: str) -> None:
    assert not list(calls(harmless))
