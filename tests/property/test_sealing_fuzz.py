"""Every parser of sealing and protocol fed with spoiled examples and with whatever a fuzzer makes up (attack 27).

Only typed errors, less than a second of a processor each, and no memory kept: a sample here, 100,000 inputs for each
target in `make soak`.
"""

import importlib.util
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.sealing_targets import SEALING_TARGETS
from tests.fixtures.soak import times
from tests.fixtures.wire_targets import WIRE_TARGETS

TARGETS = {**SEALING_TARGETS, **{f"wire:{name}": target for name, target in WIRE_TARGETS.items()}}
FUZZER = Path(__file__).with_name("fuzz_sealing.py")
LARGEST_INPUT_BYTES = 300_000
RUNS = times(500, 100_000)
INTERESTING = (
    b"\0",
    b"\xff",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x80\0\0\0",
    b"\x7f\xff",
    b"[",
    b'"',
    b"NaN",
    b"\xed\xa0\x80",
)


def spoiled(draw: random.Random, examples: tuple[bytes, ...]) -> bytes:
    """One example, changed in one to five ways."""
    data = bytearray(draw.choice(examples))
    for _ in range(draw.randint(1, 5)):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice((1, 2, 4, 8, 32, 176, 1000)))
        match draw.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << draw.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * draw.choice((1, 2, 50))
            case 3:
                data[at:end] = draw.randbytes(end - at)
            case 4:
                data[at : at + 4] = draw.choice(INTERESTING)
            case _:
                other = draw.choice(examples)
                data[at:] = other[draw.randrange(len(other)) :]
    return bytes(data[:LARGEST_INPUT_BYTES])


def forget_peak() -> None:
    """Let the peak begin anew: tests before this one may have gone higher, and would hide any growth."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory_kib(kind: str) -> int:
    """What the system counts of this process: `VmRSS` now, `VmHWM` the most since `forget_peak`."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("name", TARGETS)
def test_attack_27_mutated_input(name: str) -> None:
    # Stopped by the bounds of each parser; crypto/names.py largest bounds what reaches them.
    target = TARGETS[name]
    draw = random.Random(name)
    longest_s = 0.0
    forget_peak()
    before_kib = memory_kib("VmRSS")
    for _ in range(times(700, 100_000)):
        data = spoiled(draw, target.examples)
        began = time.process_time()
        target(data)
        longest_s = max(longest_s, time.process_time() - began)
    assert longest_s < 1
    assert memory_kib("VmHWM") - before_kib < 100 * 1024


@pytest.fixture(scope="module")
def fuzzer() -> Iterator[subprocess.Popen[str]]:
    """The fuzzer, started once: it fuzzes each target in a child of its own."""
    options = [f"-runs={RUNS}", "-timeout=60", "-rss_limit_mb=0", f"-max_len={LARGEST_INPUT_BYTES}"]
    command = [sys.executable, FUZZER, *options, "-seed=7"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no build for this platform")
@pytest.mark.parametrize("name", TARGETS)
def test_attack_27_input_guided_by_coverage(name: str, fuzzer: subprocess.Popen[str], tmp_path: Path) -> None:
    # Stopped by the bounds of each parser, as above.
    assert fuzzer.stdin is not None
    assert fuzzer.stdout is not None
    fuzzer.stdin.write(f"{tmp_path} {name}\n")
    fuzzer.stdin.flush()
    status = fuzzer.stdout.readline().strip()
    said = (tmp_path / "said").read_text(errors="replace")
    assert status == "0", said[-4000:]
    assert f"Done {RUNS} runs" in said
