"""Fuzzes one target guided by coverage (atheris, libFuzzer); started by test_sealing_fuzz.py.

    python tests/property/fuzz_sealing.py TARGET CORPUS_FOLDER [libFuzzer options]

TARGET is a name out of tests/fixtures/sealing_targets.py, or after `wire:` one out of wire_targets.py. Ends with a
status other than 0 and the input that did it when anything but a typed error escapes, one input takes more than a
second, or memory grows beyond its bound.
"""

import resource
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["crypto", "app.wire", "app.institution", "app.endpoint"]):
    # Only those that are wanted: an endpoint takes as long to load as the rest together.
    if sys.argv[1].startswith("wire:"):
        from tests.fixtures.wire_targets import WIRE_TARGETS as TARGETS
    else:
        from tests.fixtures.sealing_targets import SEALING_TARGETS as TARGETS


MEMORY_BYTES = 1024 * 2**20
"""Bound by the system: libFuzzer's own limit looks at a peak that a process inherits from whoever started it."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    name, corpus, *options = sys.argv[1:]
    target = TARGETS[name.removeprefix("wire:")]
    for number, example in enumerate(target.examples):
        (Path(corpus) / f"example-{number}").write_bytes(example)
    atheris.Setup([sys.argv[0], corpus, *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
