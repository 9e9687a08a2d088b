"""The lock names exact versions and hashes and nothing else, and covers what the project asks for."""

import platform
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+]+)(?: ; (?P<marker>.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
LOCKS = ("requirements.lock", "installer/bootstrap.lock")


def pins(text: str) -> dict[str, list[str]]:
    """Return the versions by canonical name; raises ValueError with the line that is neither a pin nor a hash."""
    found: dict[str, list[str]] = {}
    hashed = True
    for line in text.splitlines():
        if pin := PIN.match(line):
            if not hashed:
                raise ValueError(f"no hash before: {line}")
            found.setdefault(canonicalize_name(pin["name"]), []).append(pin["version"])
            hashed = False
        elif HASH.match(line) and found:
            hashed = True
        else:
            raise ValueError(f"neither a pin nor a hash: {line}")
    if not hashed:
        raise ValueError("no hash at the end")
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_an_exact_version_or_a_hash(root: Path, lock: str) -> None:
    assert pins((root / lock).read_text(encoding="utf-8"))


def test_everything_the_project_asks_for_is_locked(root: Path) -> None:
    locked = pins((root / "requirements.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = [
        *project["project"]["dependencies"],
        *groups["dev"],
        *groups["bundle"],
        *project["build-system"]["requires"],
    ]
    assert len(asked) > 20
    for text in asked:
        wanted = Requirement(text)
        versions = locked.get(canonicalize_name(wanted.name), [])
        assert versions, f"{wanted.name} is not in the lock: see CONTRIBUTING.md, Dependencies"
        assert all(wanted.specifier.contains(version) for version in versions), f"{text}: the lock has {versions}"


def test_pip_would_take_what_is_locked() -> None:
    # uv does not heed the upper bound of Requires-Python, pip does; the lock has to serve both.
    refused = [
        f"{found.name} {found.version}: for Python {wanted}"
        for found in distributions()
        if (wanted := found.metadata.get("Requires-Python"))
        and not SpecifierSet(wanted).contains(platform.python_version())
    ]
    assert refused == []


@pytest.mark.parametrize(
    "bad",
    [
        "a>=1 \\\n    --hash=sha256:" + "0" * 64,
        "a==1 \\\nb==2 \\\n    --hash=sha256:" + "0" * 64,
        "a==1 \\",
        "a @ https://example.org/a.whl \\\n    --hash=sha256:" + "0" * 64,
        "--index-url https://example.org/simple",
        "a==1 \\\n    --hash=md5:" + "0" * 32,
    ],
    ids=["open", "no hash between", "no hash", "address", "option", "weak hash"],
)
def test_a_bad_lock_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"hash|pin"):
        pins(bad)
