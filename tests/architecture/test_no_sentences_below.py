"""What is sealed, sent or stored holds codes with facts: the rooms that make it hold no sentence for people.

Docstrings, log lines and the texts of exceptions are for developers and are left out; so is the platform matrix, which
is documentation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = (
    "lockdown",
    "capture",
    "crypto",
    "app/events",
    "app/wire",
    *(f"app/client/{room}" for room in ("recorder", "ipc", "recording", "delivery", "state", "machine")),
)
"""Folders and files below which nothing is said to people."""
DOCUMENTATION = {Path("lockdown/platforms/matrix.py"), Path("lockdown/platforms/effects.py")}
SEALED_ONCE = {Path("app/events/legacy.py")}
"""Holds the sentences that earlier versions sealed, to know them again."""
NAMES = {"JAWS, ZoomText and Fusion", "Grid and eye control", "Dummy video device"}
"""What products and drivers call themselves, or are called: the same in every language."""

_LOGGERS = {"_log", "logger", "logging"}
_ERROR = re.compile(r"(Error|Exception)$")


def reads_like_a_sentence(text: str) -> bool:
    """Whether `text` has three words or more, one of them plain, and begins or ends as a sentence does."""
    words = re.findall(r"[^\W\d_][\w'-]*", text.replace("{}", "value"))
    plain = any(word[0].islower() for word in words[1:])
    begins = bool(re.match(r"[A-Z][\w'-]*,? \S", text))
    ends = bool(re.search(r"[\w})”\"][.?!…]$", text.rstrip()))
    return len(words) >= 3 and plain and (begins or ends) and not re.search(r"[\\^|=<>]|\(\?", text)


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Give line and text of every string in `source` that reads like a sentence and is not for developers."""
    tree = ast.parse(source)
    skipped = set(_of_developers(tree))
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(parents.get(id(node)), ast.JoinedStr) or text in NAMES:
            continue
        above: ast.AST | None = node
        while above is not None and id(above) not in skipped:
            above = parents.get(id(above))
        if above is None and reads_like_a_sentence(text):
            yield node.lineno, text  # type: ignore[attr-defined]  # every expression has a line


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _of_developers(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node)  # docstrings, of modules and attributes too
        elif isinstance(node, ast.Raise | ast.Assert):
            yield id(node)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(node.func, "value", None)
            if _ERROR.search(name) or (isinstance(owner, ast.Name) and owner.id in _LOGGERS):
                yield id(node)
        elif isinstance(node, ast.ClassDef) and any(_ERROR.search(ast.unparse(base)) for base in node.bases):
            yield id(node)  # its own message


@pytest.mark.parametrize("room", ROOMS)
def test_codes_are_made_here_and_no_sentences(room: str, root: Path, project_files: tuple[Path, ...]) -> None:
    files = [file for file in project_files if file.suffix == ".py" and file.is_relative_to(room)]
    assert files, "a room that moved is looked for where it went"
    found = [
        f"{file}:{line}: {text}"
        for file in files
        if file not in DOCUMENTATION | SEALED_ONCE
        for line, text in sentences((root / file).read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'REASON = "The camera was unplugged."',
        'Engagement("observed", "Programs are looked at about once a second")',
        'sentence = f"This Windows cannot leave a window out of pictures (error {error})."',
        'said = ("Nothing arrived for a while: "\n        "the computer was too busy.")',
        'finding("V-01", "attention", "there is a single sign, which proves nothing.")',
        'WORDS = {"too_dark": "Your face is hard to see"}',
        'self._report("lost", "The camera delivers no pictures. Is it still connected?")',
        'Quality("screen", code, at_ns, f"The displays changed: {width} x {height} pixels are recorded.")',
        'RecorderProblem(code="disk_full", sentence="The disk is full; free some space.")',
        'gap.blame("webcam", f"{count} pictures could not be read.")',
        'UploadRefused(kind, "The endpoint is busy at the moment.")',
    ],
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    assert [line for line, _ in sentences(planted)] == [1]


@pytest.mark.parametrize(
    "for_developers",
    [
        '"""What each control does, and why."""',
        'class A:\n    x: int\n    """How many there are of it."""',
        '_log.warning("the guard %s cannot look: it failed.", name)',
        'raise SettingError(f"{key} did not take its earlier value back; set it by hand.")',
        'failed = GuardError("Windows takes no keyboard hook.")',
        'class Late(LockdownError):\n    def __init__(self):\n        super().__init__("It did not end in time.")',
        'command = ["setxkbmap", "-display", ":0"]',
        'QUERY = "SELECT PNPDeviceID, Size FROM Win32_DiskDrive"',
        'MAKER = "Freedom Scientific, Inc."',
        'GUESTS = r"\\b(qemu|kvm|virtual machine|google compute)\\b"',
    ],
)
def test_what_is_for_developers_or_machines_is_left_out(for_developers: str) -> None:
    assert list(sentences(for_developers)) == []
