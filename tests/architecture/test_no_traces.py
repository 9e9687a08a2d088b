"""No file of the project tells where it was written: no path of a machine, no address of a package registry."""

import os
import re
from pathlib import Path

# Home folders of invented people (alice, or one or two letters) are welcome; so are the folders every system has.
TRACES = re.compile(
    r"(?<![\w.-])/(?:work|root|workspace|workspaces|builds)/[\w.-]"
    r"|(?<![\w.-])/home/(?!(?:user|alice|person|somebody|\w\w?)\b)\w"
    r"|(?<![\w.-])/Users/(?!(?:user|alice|person|somebody|\w\w?)\b)\w"
    r"|file:///opt/"
    r"|https?://[^/\s\"]+/(?:simple|packages|debian|debian-security|ubuntu)/"
)
TEXT_LIMIT_BYTES = 3_000_000


def test_no_file_tells_where_it_was_written(root: Path, project_files: tuple[Path, ...]) -> None:
    found = []
    # A clone may lie in a short folder whose name says nothing ("/srv"); longer ones are looked for as they are.
    here = [re.escape(str(p)) for p in (root, Path.home()) if len(p.parts) > 2]
    pattern = re.compile("|".join([TRACES.pattern, *here]))
    for file in project_files:
        if file == Path(__file__).relative_to(root) or (root / file).stat().st_size > TEXT_LIMIT_BYTES:
            continue
        text = (root / file).read_bytes().decode("utf-8", errors="ignore")
        found += [f"{file}:{text.count(os.linesep, 0, m.start()) + 1}: {m[0]}" for m in pattern.finditer(text)]
    assert found == []


def test_the_pattern_finds_traces_and_leaves_the_rest() -> None:
    for trace in (
        "see /builds/x",
        '"/workspace/.cache"',
        "/home/jdoe/a",
        "https://index.example/simple/",
        "file:///opt/x",
    ):
        assert TRACES.search(trace), trace
    for innocent in (
        "rebuilds/x",
        "https://a.org/builds/x",
        "app/root/x",
        "/home/alice/exam",
        "/home/p/x",
        "a root / builds",
        "/builds",
    ):
        assert not TRACES.search(innocent), innocent
