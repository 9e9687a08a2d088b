"""Runs unit tests against one change at a time, each in a process forked from one that has everything ready.

A change inside a function is put into the functions that are there already, in a process forked after the tests were
collected: it costs what its tests take. One that runs on import is put in while the file is imported, by a process
forked before. Only tests that reached the changed lines are run, the quickest first, up to the first that fails.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import marshal
import os
import pickle
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import coverage
import pytest

from tests.mutation.forks import FAILED, PASSED, Outcome, in_a_fork, leave, quiet
from tests.mutation.mutants import Mutant
from tests.mutation.substitute import Substitute

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "mutation"


_READY_BEFORE = ("PySide6", "av", "cryptography", "cv2", "numpy", "pydantic", "requests", "rich", "sqlalchemy", "typer")
"""Libraries that take long to import; they may be there before pytest is, and know nothing of the project."""


@dataclass
class Reached:
    """What the tests reach without any change: the tests of each line, how long each takes, which do not pass."""

    by_line: dict[Path, dict[int, set[str]]] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    modules: tuple[str, ...] = ()

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Names of the tests that may notice `mutant`, the quickest first."""
        lines = self.by_line.get(mutant.path, {})
        wanted = mutant.lines if mutant.function is not None else _loading(mutant, lines)
        found = set().union(*(lines.get(line, ()) for line in wanted)) - self.failed
        return sorted(found, key=lambda test: (self.took_s[test], test))


def _loading(mutant: Mutant, lines: dict[int, set[str]]) -> Sequence[int]:
    """Where a file uses what is changed on import; all of it where that cannot be told."""
    return mutant.loaded_at() or list(lines)


class Ready:
    """Tests that were collected, in a process of their own; a context manager."""

    def __init__(self, name: str, tests: Sequence[str], paths: Sequence[Path]) -> None:
        self._name, self._tests, self._paths = name, tests, paths
        self._folder = WORK / name
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)

    def __enter__(self) -> Ready:
        to_child, from_parent = os.pipe()
        to_parent, from_child = os.pipe()
        sys.stdout.flush()  # or the child would say once more what waits to be written
        self._pid = os.fork()
        if self._pid == 0:
            os.close(from_parent)
            os.close(to_parent)
            quiet(self._folder / "tests.log")
            plugin = _Collected(os.fdopen(to_child, "rb"), os.fdopen(from_child, "wb"), self._paths, self._folder)
            leave(pytest.main([*_options(self._folder / "collected"), *self._tests], plugins=[plugin]))
        os.close(to_child)
        os.close(from_child)
        self._orders, self._answers = os.fdopen(from_parent, "wb"), os.fdopen(to_parent, "rb")
        self.reached: Reached = self._answer()
        for module in self.reached.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        os.waitpid(self._pid, 0)

    def outcome(self, mutant: Mutant | None, tests: Sequence[str]) -> Outcome:
        """What becomes of `tests` with `mutant`; None changes nothing."""
        if not tests:
            return "survived"
        took_s = sum(self.reached.took_s[test] for test in tests)
        code = None if mutant is None else mutant.code()
        function = None if mutant is None else mutant.function
        if mutant is None or function is not None:
            path = None if mutant is None else mutant.path
            swap = None if code is None or function is None else marshal.dumps(_inner(code, function))
            pickle.dump((tests, path, function, swap, took_s), self._orders)
            self._orders.flush()
            answer: Outcome | None = self._answer()
            if answer is not None:
                return answer
        if mutant is None or code is None:
            raise RuntimeError("the tests cannot be run without a change")
        return self.imported(mutant.path, code, tests)

    def imported(self, path: Path, code: CodeType, tests: Sequence[str]) -> Outcome:
        """What becomes of `tests` where the file `path` is imported as `code`."""
        took_s = sum(self.reached.took_s[test] for test in tests)
        folder = self._folder / "imported"
        child = functools.partial(_imported, path, code, tests, folder, self._folder / "imported.log")
        return in_a_fork(child, took_s + 5.0, folder)

    def _answer(self) -> Any:
        try:
            return pickle.load(self._answers)
        except EOFError:
            raise RuntimeError(f"{self._name}: the tests cannot be collected; see {self._folder}/tests.log") from None


class _Collected:
    """Plugin of the process that holds the collected tests: takes orders in place of running them."""

    def __init__(self, orders: Any, answers: Any, paths: Sequence[Path], folder: Path) -> None:
        self._orders, self._answers, self._paths, self._folder = orders, answers, paths, folder
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = defaultdict(list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("not all tests can be collected")
        items = {item.nodeid: item for item in session.items}
        files = {str(path) for path in self._paths}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in files:
                code = each.__code__
                self._functions[code.co_filename, code.co_qualname, code.co_firstlineno].append(each)
        gc.collect()
        gc.freeze()
        told = self._folder / "reached"
        in_a_fork(lambda: _reach(session.items, self._paths, told), 3600.0, self._folder / "reach", session.config)
        self._tell(pickle.loads(told.read_bytes()))
        with contextlib.suppress(EOFError):
            while True:
                self._tell(self._tried(items, *pickle.load(self._orders)))
        return True

    def _tried(
        self,
        items: dict[str, pytest.Item],
        tests: Sequence[str],
        path: Path | None,
        function: tuple[str, int] | None,
        code: bytes | None,
        took_s: float,
    ) -> Outcome | None:
        new = None if code is None else marshal.loads(code)
        functions = [] if path is None or function is None else self._functions[str(path), *function]
        if new is not None and (not functions or any(f.__code__.co_freevars != new.co_freevars for f in functions)):
            return None

        def child() -> NoReturn:
            for each in functions:
                each.__code__ = new
            leave(_run([items[test] for test in tests]))

        first = items[tests[0]]
        return in_a_fork(child, took_s, self._folder / "swapped", first.config)

    def _tell(self, what: object) -> None:
        pickle.dump(what, self._answers)
        self._answers.flush()


class _Failures:
    """Plugin that notes whether anything has failed."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


def _run(items: Sequence[pytest.Item], each_took: Callable[[pytest.Item, float, bool], None] | None = None) -> int:
    """Run tests up to the first that fails, or all of them with `each_took`."""
    hooks, failures = items[0].config.pluginmanager, _Failures()
    hooks.register(failures)
    for item, after in zip(items, [*items[1:], None], strict=True):
        began_s = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if each_took is not None:
            each_took(item, time.monotonic() - began_s, failures.failed)
            failures.failed = False
        elif failures.failed:
            return FAILED
    return PASSED


def _reach(items: Sequence[pytest.Item], paths: Sequence[Path], told: Path) -> NoReturn:
    """Run every test and note which lines it reaches; what a shared fixture reaches counts for all who use it."""
    reached = Reached()
    watch = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
    users: dict[str, set[str]] = defaultdict(set)
    for item in items:
        users[item.nodeid].add(item.nodeid)
        for fixture in getattr(item, "fixturenames", ()):
            users[f"fixture {fixture}"].add(item.nodeid)

    class Contexts:
        @pytest.hookimpl(wrapper=True)
        def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
            if request.scope == "function":
                return (yield)
            watch.switch_context(f"fixture {fixturedef.argname}")
            try:
                return (yield)
            finally:
                watch.switch_context(running[0])

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_logstart(self, nodeid: str) -> None:
            running[0] = nodeid
            watch.switch_context(nodeid)

    running = [""]
    items[0].config.pluginmanager.register(Contexts())

    def took(item: pytest.Item, took_s: float, failed: bool) -> None:
        reached.took_s[item.nodeid] = took_s
        if failed:
            reached.failed.add(item.nodeid)

    watch.start()
    _run(items, took)
    watch.stop()
    data = watch.get_data()
    for path in paths:
        lines = data.contexts_by_lineno(str(path))
        reached.by_line[path] = {
            line: set().union(*(users[context] for context in contexts)) for line, contexts in lines.items()
        }
    reached.modules = tuple(name for name in list(sys.modules) if name.partition(".")[0] in _READY_BEFORE)
    told.write_bytes(pickle.dumps(reached))
    leave(PASSED)


def _imported(path: Path, code: CodeType, tests: Sequence[str], folder: Path, log: Path) -> NoReturn:
    """Run `tests` from the beginning, with `code` for what the file `path` holds."""
    quiet(log)
    sys.meta_path.insert(0, Substitute(ROOT, path, code))
    leave(pytest.main([*_options(folder), "-x", *tests]))


def _options(folder: Path) -> list[str]:
    return [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:cov",
        "-m",
        "not clock",
        f"--basetemp={folder}",
        f"--rootdir={ROOT}",
    ]


def _inner(code: CodeType, function: tuple[str, int]) -> CodeType:
    """The code of a function out of its file's."""
    todo = [code]
    while todo:
        here = todo.pop()
        if (here.co_qualname, here.co_firstlineno) == function:
            return here
        todo += [each for each in here.co_consts if isinstance(each, CodeType)]
    raise LookupError(function)
