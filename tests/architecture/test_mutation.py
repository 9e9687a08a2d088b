"""The changes that `make mutants` makes, and how it tells which of them a test notices."""

import subprocess
import sys
import textwrap

import pytest

from tests.mutation.mutants import mutants
from tests.phases import ROOT

SMALL = '''
"""A file as there are many."""

import logging

LIMIT = 3
_LOG = logging.getLogger("small")


class Counter:
    """Counts."""

    def __init__(self) -> None:
        self.count = 0

    @property
    def full(self) -> bool:
        return self.count >= LIMIT

    def add(self, by: int = 1) -> None:
        _LOG.info("adding %d", by)
        assert by > 0
        self.count += by


def left(count: int) -> int:
    while count > LIMIT:
        count -= 10
    return LIMIT - count
'''

TESTS = """
from small import LIMIT, Counter, left

def test_full():
    counter = Counter()
    counter.add()
    counter.add(2)
    assert counter.full

def test_left():
    assert left(2) + 2 == LIMIT
"""

TRY = """
import sys
from pathlib import Path
sys.path[:0] = {paths}
import tests.mutation.forks as forks
import tests.mutation.trial as trial
from tests.mutation.mutants import mutants
trial.ROOT = Path({folder!r})
trial.WORK = trial.ROOT / "work"
forks.SLACK_S = 1.0
file = trial.ROOT / "small.py"
with trial.Ready("small", ["test_small.py"], [file]) as ready:
    print(sorted(ready.reached.failed), ready.outcome(None, sorted(ready.reached.took_s)))
    for each in mutants(file):
        if (change := f"{{each.line}} {{each.before}} -> {{each.after}}") in {changes!r}:
            print(change, ":", ready.outcome(each, ready.reached.tests_of(each)))
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SMALL)
    return path


def changed(tmp_path, source):
    path = tmp_path / "source.py"
    path.write_text(textwrap.dedent(source))
    return [f"{each.before} -> {each.after}" for each in mutants(path)]


def test_field_of_a_class_is_not_looked_for_where_a_function_has_the_same_name(tmp_path):
    """Failed before: only tests that reached such a function were asked of the field, none that it refuses."""
    path = tmp_path / "source.py"
    path.write_text(
        "LIMIT = 3\nclass Mark:\n    kind = field(64)\n\n    def of(self, kind):\n        return kind, LIMIT\n"
    )
    uses = {each.line: each.loaded_at() for each in mutants(path) if each.function is None}
    assert uses == {1: [6], 3: []}


def test_each_kind_of_change_is_made(tmp_path):
    assert changed(tmp_path, "x = a < b") == ["a < b -> a <= b"]
    assert changed(tmp_path, "x = a and b") == ["a and b -> a or b"]
    assert changed(tmp_path, "x = a + -b") == ["a + -b -> a - -b", "-b -> b"]
    assert changed(tmp_path, "x = 3") == ["3 -> 4", "3 -> 2"]
    assert changed(tmp_path, "x = 250, 0.5") == ["250 -> 500", "250 -> 125", "0.5 -> 1.0", "0.5 -> 0.25"]
    assert changed(tmp_path, "x = 'a'") == ["'a' -> ''"]
    assert changed(tmp_path, "x.y()") == ["x.y() -> (removed)"]
    assert changed(tmp_path, "def f(a):\n    if a: return a") == ["a -> True", "a -> False", "return a -> return None"]
    assert changed(tmp_path, "def f(a):\n    raise E") == ["raise E -> (removed)"]
    assert changed(tmp_path, "while a: b += 1") == [
        "a -> False",
        "b += 1 -> (removed)",
        "b += 1 -> b -= 1",
        "1 -> 2",
        "1 -> 0",
    ]
    assert changed(tmp_path, "x = [a for a in b if c]") == ["c -> True", "c -> False"]


@pytest.mark.parametrize(
    "source",
    [
        '"""What it does."""',
        "x: tuple[int, 3]",
        "T = TypeVar('T')",
        "Way = Literal['in', 'out']",
        "State = Opened | Running | Ended",
        "_LOG.info('went %s', 1 + 1)",
        "assert x > 1",
        "@wrap(3)\ndef f(): ...",
        "def __repr__(self):\n    return 'x'",
        "if TYPE_CHECKING:\n    x = 1",
        "c = dataclass(frozen=True)",
    ],
)
def test_what_no_test_should_hold_to_is_left_alone(tmp_path, source):
    assert changed(tmp_path, source) == []


def test_a_change_compiles_to_itself_alone(small):
    every = mutants(small)
    first = [each.code() for each in every]
    assert [each.code() == code for each, code in zip(every, first, strict=True)] == [True] * len(every)
    assert len({each.function for each in every}) == 5  # four functions, and what runs on import


OUTCOMES = {
    "6 3 -> 4": "killed",  # on import
    "6 3 -> 2": "survived",  # the test takes the limit from the file too
    "18 self.count >= LIMIT -> self.count > LIMIT": "killed",  # in a property
    "23 self.count += by -> (removed)": "killed",
    "27 count > LIMIT -> count >= LIMIT": "survived",
    "28 count -= 10 -> count += 10": "survived",  # no test gets there
    "29 LIMIT - count -> LIMIT + count": "killed",
}


def test_what_a_test_notices_is_told_from_what_none_does(small, tmp_path):
    (tmp_path / "test_small.py").write_text(TESTS)
    script = TRY.format(paths=[str(tmp_path), str(ROOT)], folder=str(tmp_path), changes=set(OUTCOMES))
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    control, *outcomes = done.stdout.splitlines()
    assert control == "[] survived", "nothing fails without a change"
    assert dict(line.rsplit(" : ", 1) for line in outcomes) == OUTCOMES
