"""`make test` runs every phase, counts what became of it, and says no when anything went wrong."""

import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest

from tests.phases import PHASES, ROOT, Count, Phase, counted, run

BAD_END = "import pytest\n@pytest.fixture\ndef bad():\n    yield\n    1 / 0\n"
GOOD = "def test_one(): pass\ndef test_two(): pass\n"


@pytest.fixture
def phase(tmp_path, monkeypatch):
    """Makes a phase of one file of tests; what stands around this run does not reach into it."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they take a second of each run
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p xdist")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    clock: x\n    slow: x\n")

    def make(name: str, text: str, *arguments: str) -> Phase:
        file = tmp_path / f"test_{name}.py"
        file.write_text(textwrap.dedent(text))
        return Phase(name, 1, (str(file), *arguments))

    return make


def test_all_phases_run_and_the_last_line_is_the_sum(tmp_path, phase, capfd):
    phases = [
        phase("bad", "import pytest\ndef test_bad(): assert False\n@pytest.mark.skip\ndef test_left(): pass\n"),
        phase("good", GOOD),
    ]
    assert run(phases, tmp_path / "reports", folder=tmp_path) == Count(2, 1, 1)
    assert capfd.readouterr().out.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"
    assert {each.name for each in (tmp_path / "reports").iterdir()} == {"bad.xml", "good.xml"}


@pytest.mark.parametrize(
    ("text", "arguments", "count"),
    [
        ("import os\ndef test_ends(): os._exit(0)\n", (), Count(0, 1, 0)),
        ("def nothing(): pass\n", (), Count(0, 1, 0)),
        ("import nowhere\n", (), Count(0, 1, 0)),
        (GOOD, ("-m", "clock"), Count(0, 1, 0)),
        (GOOD, ("--no-such-option",), Count(0, 1, 0)),
        (BAD_END + "def test_twice(bad): assert 0\n", (), Count(0, 1, 0)),
        (BAD_END + "def test_end(bad): pass\n", (), Count(0, 1, 0)),
    ],
    ids=["a worker dies", "no tests", "cannot be read", "none is meant", "bad use", "fails twice", "fails at its end"],
)
def test_what_goes_wrong_beside_the_tests_counts_as_failed(tmp_path, phase, text, arguments, count):
    assert run([phase("odd", text, *arguments)], tmp_path / "reports", folder=tmp_path) == count


def test_a_run_that_ends_badly_with_every_test_passed_has_failed(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite><testcase classname="a" name="b"/></testsuite></testsuites>')
    assert counted(report) == Count(1, 0, 0)
    assert counted(report, status=1) == Count(1, 1, 0)  # less coverage than is asked, a crash at the end
    report.write_text("<testsuites><testsu")
    assert counted(report) == counted(tmp_path / "none.xml") == Count(0, 1, 0)


def test_the_sum_of_reports_is_one_line_and_a_status(tmp_path):
    command = [sys.executable, ROOT / "tests/phases.py", "sum", tmp_path / "none.xml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert re.fullmatch(r"\d+ passed, \d+ failed, \d+ skipped\n", done.stdout)
    assert done.returncode == 1


MAKE = """#!/bin/sh
echo "$1" >>asked
mkdir -p build/tests build/windows
report='<testsuite><testcase classname="a" name="b"/></testsuite>'
for phase in {phases}; do echo "$report" >"build/tests/$phase.xml"; done
[ "$1" != test-windows ] || echo "$report" >build/windows/tests.xml
[ "$1" != {fails} ]
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("fails", "status"), [("lint", 1), ("test", 1), ("test-windows", 1), ("nothing", 0)])
def test_what_every_change_is_held_to_runs_whole_and_ends_with_the_count(tmp_path, fails, status):
    for file in (".ci/run", "tests/phases.py"):
        (tmp_path / file).parent.mkdir()
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "bin").mkdir()
    make = tmp_path / "bin" / "make"
    make.write_text(MAKE.format(phases=" ".join(each.name for each in PHASES), fails=fails))
    make.chmod(0o755)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    path = f"{make.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", ".ci/run"], cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (tmp_path / "asked").read_text().split() == ["lint", "test", "test-windows"]
    assert done.stdout.splitlines()[-1] == f"{len(PHASES) + 1} passed, 0 failed, 0 skipped"
    assert done.returncode == status


LOSES_FIRST = """
    import pathlib, pytest
    @pytest.fixture(scope="module")
    def made(): return []
    @pytest.mark.clock
    def test_race(made):
        made.append(1)
        tries = pathlib.Path(__file__).with_name("tries")
        tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
        assert len(made) == 1, "what the module made was not made anew"
        assert len(tries.read_text()) == {tries}
"""
BUSY = "import tests.fixtures.busy_machine as busy_machine\nbusy_machine.Busy.share = lambda self: {share}\n"


@pytest.mark.parametrize(
    ("share", "tries", "count"), [(0.9, 2, Count(1, 0, 0)), (0.9, 3, Count(0, 1, 0)), (0.1, 2, Count(0, 1, 0))]
)
def test_a_lost_race_is_run_once_more_on_a_busy_machine_only_and_named(tmp_path, phase, capfd, share, tries, count):
    (tmp_path / "conftest.py").write_text(BUSY.format(share=share))
    plain = phase("race", LOSES_FIRST.format(tries=tries))
    plugin = ("-p", "tests.fixtures.busy_machine", "-o", f"pythonpath={ROOT}")
    done = run([Phase(plain.name, 1, (*plain.arguments, *plugin))], tmp_path / "reports", folder=tmp_path)
    assert done == count
    assert ("tried again on a busy machine" in capfd.readouterr().out) is (share > 0.5)
