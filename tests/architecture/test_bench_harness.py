"""The benchmark command finds its modules, keeps what they return and says when one is not there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = {"name", "value", "unit", "peer", "peer_value", "ratio", "goal", "runs", "command"}
MODULE = """
from harness import figure

def run():
    return [figure("steps", [3.0, 1.0, 2.0], "s", peer="walking", peer_values=[4.0], goal="quicker", command="x")]
"""
BROKEN = "def run():\n    raise OSError('no such device')\n"


@pytest.fixture
def bench(root: Path, tmp_path: Path) -> Path:
    """A copy of the harness in a tree of its own, with one benchmark that works and one that does not."""
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    for name in ("__main__.py", "harness.py"):
        (folder / name).write_bytes((root / "tests" / "bench" / name).read_bytes())
    (folder / "bench_steps.py").write_text(MODULE, encoding="utf-8")
    (folder / "bench_broken.py").write_text(BROKEN, encoding="utf-8")
    return folder


def run(bench: Path, *names: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(bench / "__main__.py"), *names]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_result_is_the_median_beside_the_peer_and_is_kept(bench: Path) -> None:
    done = run(bench, "steps")
    assert done.returncode == 0, done.stdout + done.stderr
    (figure,) = json.loads((bench / "results" / "steps.json").read_text(encoding="utf-8"))
    assert set(figure) == KEYS
    assert (figure["value"], figure["peer_value"], figure["ratio"], figure["runs"]) == (2.0, 4.0, 0.5, 3)
    assert "walking" in done.stdout


def test_one_that_fails_is_named_and_the_others_still_run(bench: Path) -> None:
    done = run(bench)
    assert done.returncode == 1
    assert "broken could not be run: no such device" in done.stdout
    assert (bench / "results" / "steps.json").exists()
    assert not (bench / "results" / "broken.json").exists()


def test_an_unknown_name_is_bad_use(bench: Path) -> None:
    done = run(bench, "flying")
    assert done.returncode == 2
    assert "there are: broken, steps" in done.stderr
