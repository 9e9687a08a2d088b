import random

import pytest

from app.client.delivery.backoff import BASE_S, CAP_S, Backoff, full_jitter_s
from app.client.delivery.pacing import Pacer


def test_full_jitter_lies_between_nothing_and_the_cap():
    rng = random.Random(1)
    for tries in (0, 1, 5, 6, 40, 10**9):
        ceiling = min(CAP_S, BASE_S * 2 ** min(tries, 16))
        waits = [full_jitter_s(tries, rng) for _ in range(500)]
        assert min(waits) >= 0
        assert ceiling * 0.9 < max(waits) <= ceiling


def test_backoff_honours_what_the_endpoint_asked_for():
    backoff = Backoff(random.Random(1))
    waits = [backoff.failed(10.0) for _ in range(50)]
    assert all(10.0 <= wait <= 20.0 for wait in waits)
    assert len(set(waits)) > 40
    assert backoff.failures == 50
    backoff.succeeded()
    assert backoff.failed() <= BASE_S


def test_pacing_takes_half_of_what_the_line_has_shown():
    clock = [0.0]
    pacer = Pacer(lambda: clock[0])
    assert pacer.wait_s(100_000) == 0.0  # nothing is known yet
    pacer.sent(100_000, 1.0)
    sent = 0
    while clock[0] < 60:
        clock[0] += pacer.wait_s(100_000)
        sent += 100_000
    assert 45_000 < sent / clock[0] < 55_000


def test_pacing_gives_way_and_comes_back():
    clock = [0.0]
    pacer = Pacer(lambda: clock[0])
    pacer.sent(100_000, 1.0)
    pacer.sent(100_000, 3.0)
    assert pacer.share == 0.25
    for _ in range(10):
        pacer.sent(100_000, 10.0)
    assert pacer.share == 1 / 16
    for _ in range(100):
        pacer.sent(100_000, 1.0)
    assert pacer.share == 0.9


def test_pacing_believes_a_line_that_stays_slow():
    pacer = Pacer(lambda: 0.0)
    pacer.sent(100_000, 0.1)
    for _ in range(200):
        pacer.sent(100_000, 1.0)
    assert pacer.goodput == pytest.approx(100_000, rel=0.05)
    assert pacer.share > 0.5


def test_small_objects_are_never_held():
    pacer = Pacer(lambda: 0.0)
    pacer.sent(176, 1.0)
    assert pacer.goodput is None
    pacer.sent(100_000, 100.0)
    assert [pacer.wait_s(176) for _ in range(100)] == [0.0] * 100
