"""How often something is put right before it is left alone for a second."""

from __future__ import annotations

from lockdown.watching.retry_limit import RetryLimit


def test_five_in_a_second_then_a_second_of_rest():
    insistence = RetryLimit(5)
    assert [insistence.allows_correction(10 + at / 10) for at in range(7)] == [True] * 5 + [False] * 2
    assert len(insistence.take()) == 1
    assert not insistence.allows_correction(11.4)
    assert insistence.allows_correction(11.6)
    assert insistence.take() == ()


def test_what_comes_now_and_then_is_always_put_right():
    insistence = RetryLimit(5)
    assert all(insistence.allows_correction(float(at)) for at in range(100))
    assert insistence.take() == ()
