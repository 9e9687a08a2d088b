"""What the documentation points to exists: files, headings, and the make targets it names."""

import re
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?:^|`|\$ )make ([a-z][a-z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
NAMED_IN_THE_DESIGN = {"demo", "test", "lint", "bench", "bundle", "soak", "screenshots", "test-windows", "clean"}


def anchors(text: str) -> set[str]:
    """Return the anchors GitHub gives to the headings of a page."""
    headings = re.findall(r"^#{1,6} (.+?)\s*#*$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def broken(page: Path, text: str) -> list[str]:
    """Return the links of `text` that lead nowhere, seen from where `page` lies."""
    lost = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        on_a_page = anchor and file.suffix == ".md" and file.exists()
        if not file.exists() or (on_a_page and anchor not in anchors(file.read_text(encoding="utf-8"))):
            lost.append(target)
    return lost


def test_every_link_leads_somewhere(root: Path, project_files: tuple[Path, ...]) -> None:
    pages = [root / f for f in project_files if f.suffix == ".md"]
    found = {str(page.relative_to(root)): broken(page, page.read_text(encoding="utf-8")) for page in pages}
    assert {page: lost for page, lost in found.items() if lost} == {}


def test_every_make_target_that_is_named_exists(root: Path, project_files: tuple[Path, ...]) -> None:
    makefile = set(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))
    assert makefile >= NAMED_IN_THE_DESIGN
    for page in [f for f in project_files if f.suffix == ".md"]:
        unknown = set(MAKE.findall((root / page).read_text(encoding="utf-8"))) - makefile
        assert not unknown, f"{page} names targets that the Makefile has not: {unknown}"


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# The `first` part\n", encoding="utf-8")
    assert broken(page, "[a](page.md#the-first-part) [b](#the-first-part) [c](https://example.org)") == []
    assert broken(page, "[a](other.md) ![b](x.png) [c](page.md#second)") == ["other.md", "x.png", "page.md#second"]
    assert broken(page, "```\n[a](other.md)\n```") == []
