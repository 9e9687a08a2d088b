"""What `make test` holds to full coverage is there: a file that moves does not drop out unseen."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_held_to_full_coverage_exists():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
    assert settings["run"]["branch"] is True
    assert settings["report"]["fail_under"] == 100
    for module in settings["run"]["source"]:
        place = ROOT / module.replace(".", "/")
        assert (place / "__init__.py").is_file() or place.with_suffix(".py").is_file(), f"{module} is not there"
