"""A session of the real recorder, cut and flipped at random (attacks 1 and 2)."""

import random

import pytest

from app.events.session import HandedInEvent
from crypto.errors import FormatError, KeyMismatchError
from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate
from crypto.names import KEYS_NAME
from crypto.opening import open_session
from crypto.verdict import Verdict, verify
from tests.fixtures.attempt import drawn_person
from tests.fixtures.soak import times
from tests.unit.crypto.objects import Objects

KEY = RecipientPrivate.generate("exam-key")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Objects:
    """What the recorder process sealed in some seconds of the drawn test person."""
    bench = drawn_person(tmp_path_factory.mktemp("recorded"), KEY)
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.loop.run_until(lambda: bench.sealed >= times(4, 60), times(40, 300))
    bench.finish()
    take = SealedFolder(bench.take(0))
    objects = Objects({name: take.read(name) for name in take.names()})
    assert verify(objects).verdict is Verdict.COMPLETE
    return objects


@pytest.fixture(scope="module")
def plaintexts(recorded: Objects) -> dict[tuple[str, int], bytes]:
    with open_session(recorded, KEY) as session:
        return {(name, s.index): s.data for name in session.description.streams for s in session.segments(name)}


def judge(spoiled: Objects, touched: str, plaintexts: dict[tuple[str, int], bytes]) -> tuple[bool, bool]:
    """Whether a spoiled session passes as COMPLETE, and whether anything comes out that was not recorded."""
    accepted = verify(spoiled).verdict is Verdict.COMPLETE and touched != KEYS_NAME
    try:
        opened = open_session(spoiled, KEY)
    except (FormatError, KeyMismatchError):
        return accepted, False
    untrue = False
    with opened as session:
        for name in session.description.streams:
            for segment in session.segments(name):
                original = plaintexts.get((name, segment.index), b"")
                untrue |= not original.startswith(segment.data) or (segment.sealed and segment.data != original)
    return accepted, untrue


def pick(draw: random.Random, objects: Objects) -> str:
    """An object: half of the time any of them alike, so that the small ones have their share, else by size."""
    names = sorted(objects)
    return draw.choices(names, [len(objects[name]) for name in names] if draw.random() < 0.5 else None)[0]


def spoil_at_random(
    kind: str, recorded: Objects, plaintexts: dict[tuple[str, int], bytes], count: int
) -> tuple[int, int]:
    """Spoil `count` times; give how many were accepted and how many gave out anything untrue."""
    draw = random.Random(kind)
    forms = (recorded, recorded.with_log_file())
    accepted = untrue = 0
    for number in range(count):
        objects = forms[number % 2]
        name = pick(draw, objects)
        content = bytearray(objects[name])
        if kind == "cut":
            del content[draw.randrange(len(content)) :]
        else:
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        verdict = judge(Objects(objects, **{name: bytes(content)}), name, plaintexts)
        accepted, untrue = accepted + verdict[0], untrue + verdict[1]
    return accepted, untrue


def test_random_cuts_of_a_recorded_session(recorded: Objects, plaintexts: dict[tuple[str, int], bytes]) -> None:
    # Stopped by crypto/logreader.py _LogReader._walk and crypto/log.py LogVerifier.confirm.
    assert spoil_at_random("cut", recorded, plaintexts, times(1000, 5000)) == (0, 0)


def test_random_flips_of_a_recorded_session(recorded: Objects, plaintexts: dict[tuple[str, int], bytes]) -> None:
    # Stopped by crypto/log.py LogVerifier.confirm and _require_signature.
    assert spoil_at_random("flip", recorded, plaintexts, times(1000, 5000)) == (0, 0)
