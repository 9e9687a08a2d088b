"""The test taker's and the operator's bundles hold nothing that opens a recording.

The import contracts say it of the source; here it is said of what is delivered: the modules that the entry point
reaches, and, where a bundle was built (`make bundle`), the modules that lie in it.
"""

import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

PACKAGES = ("app", "capture", "crypto", "lockdown", "resources", "ui")
OPENING = ("crypto.disclosure", "crypto.opening", "crypto.shares", "app.institution", "app.demo")
NEVER = {
    "invigilo": ("app.client", (*OPENING, "app.endpoint", "ui.review")),
    "invigilo-endpoint": ("app.endpoint", (*OPENING, "app.client", "ui", "PySide6")),
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def holds(module: str, forbidden: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in forbidden)


def reached(package: str) -> set[str]:
    """Return everything that any module of `package` imports, directly or not, and the module itself."""
    own = {package, *graph().find_descendants(package)}
    return own.union(*(graph().find_upstream_modules(module) for module in own))


@pytest.mark.parametrize("program", NEVER)
def test_the_program_reaches_nothing_that_it_must_not_hold(program: str) -> None:
    package, forbidden = NEVER[program]
    modules = reached(package)
    assert "crypto" in {m.partition(".")[0] for m in modules}, "the graph is empty"
    assert sorted(m for m in modules if holds(m, forbidden)) == []


def test_the_search_does_find_what_opens_a_recording() -> None:
    assert "crypto.opening" in reached("app.institution")


@pytest.mark.parametrize("program", NEVER)
def test_the_spec_leaves_it_out_by_name(root: Path, program: str) -> None:
    spec = (root / "installer" / f"{program}.spec").read_text(encoding="utf-8")
    for name in NEVER[program][1]:
        assert f'"{name}"' in spec, f"{program}.spec does not exclude {name}"


@pytest.mark.parametrize("program", NEVER)
def test_the_built_bundle_does_not_hold_it(root: Path, program: str) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    executable = root / "dist" / program / f"{program}{suffix}"
    if not executable.exists():
        pytest.skip(f"{executable.relative_to(root)} was not built: make bundle ARGS={program}")
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(executable))
    embedded = next(name for name in archive.toc if name.endswith(".pyz"))
    modules = set(archive.open_embedded_archive(embedded).toc)
    assert NEVER[program][0] in modules
    assert sorted(m for m in modules if holds(m, NEVER[program][1])) == []
