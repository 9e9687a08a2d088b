"""Fuzzes targets guided by coverage (atheris, libFuzzer); started by test_sealing_fuzz.py.

    python tests/property/fuzz_sealing.py [libFuzzer options]

Reads lines `FOLDER TARGET`, TARGET being a name out of tests/fixtures/sealing_targets.py, or after `wire:` one out of
wire_targets.py. Each is fuzzed in a child of this process, since to start and to instrument takes longer than a short
run; what it says is in FOLDER/said, and its status is answered in a line. That is other than 0 when anything but a
typed error escapes, one input takes more than a second of a processor, or memory grows beyond its bound; the input that
did it is in FOLDER too.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["crypto", "app.wire", "app.institution", "app.endpoint"]):
    from tests.fixtures.sealing_targets import SEALING_TARGETS
    from tests.fixtures.wire_targets import WIRE_TARGETS

TARGETS = {**SEALING_TARGETS, **{f"wire:{name}": target for name, target in WIRE_TARGETS.items()}}

MEMORY_BYTES = 1024 * 2**20
"""Bound by the system: libFuzzer's own limit looks at a peak that a process inherits from whoever started it."""

INPUT_CPU_S = 1.0
"""As long as one input may keep a processor busy. libFuzzer's own limit is of wall time, which ran out for inputs of
milliseconds where other programs had the processors; it only ends a target that never comes back (`-timeout`)."""


def timed(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """`target`, which raises `TimeoutError` after an input that took longer than it may."""

    def run(data: bytes) -> None:
        began_s = time.process_time()
        target(data)
        if (took_s := time.process_time() - began_s) > INPUT_CPU_S:
            raise TimeoutError(f"one input of {len(data)} bytes took {took_s:.1f} s of a processor")

    return run


def fuzz(folder: Path, name: str, options: list[str]) -> None:
    said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT)
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, example in enumerate(TARGETS[name].examples):
        (corpus / f"example-{number}").write_bytes(example)
    atheris.Setup([sys.argv[0], str(corpus), *options], timed(TARGETS[name]))
    atheris.Fuzz()  # ends the process


def main() -> None:
    for line in sys.stdin:
        folder, _, name = line.rstrip("\n").partition(" ")
        child = os.fork()
        if child == 0:
            try:
                fuzz(Path(folder), name, sys.argv[1:])
            finally:
                os._exit(1)  # never go on as a second one of this process
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
