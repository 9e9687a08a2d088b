"""Kind: times in many formats. People read a moment by `resources.moments` alone; files have RFC 3339."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FORMAT = re.compile(r"%[YyHIMBb]")
OF_FILES = {
    "%Y-%m-%dT%H:%M:%SZ",  # RFC 3339
    "%Y%m%d-%H%M%S",  # a folder of the demonstration
    "%H:%M:%S",  # the clock in a drawn picture, which is recorded
}


def formats(source: str) -> Iterator[str]:
    """Yield each format of a time in `source`: of strftime and strptime, and behind a colon in an f-string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and FORMAT.search(node.value):
            yield node.value


def test_no_other_part_of_the_product_formats_a_time(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {each}"
        for part in ("app", "capture", "crypto", "lockdown", "resources", "ui")
        for path in sorted((root / part).rglob("*.py"))
        if path.name != "moments.py"
        for each in formats(path.read_text(encoding="utf-8"))
        if each not in OF_FILES
    ]
    assert found == []
