"""A recorder that is stopped or stuck: noticed by its silence, and ended when it lasts."""

from __future__ import annotations

from app.client.recording.heartbeat import SILENT_TICKS, STUCK_TICKS, Liveness, SignsOfLife


def test_silence_is_noticed_after_seconds_and_over_with_the_first_word() -> None:
    signs = SignsOfLife()
    signs.heard()
    stood = []
    for _ in range(SILENT_TICKS):
        signs.tick()
        stood.append(signs.liveness)
    assert stood == [Liveness.ANSWERS] * (SILENT_TICKS - 1) + [Liveness.SILENT]
    signs.heard()
    assert signs.liveness is Liveness.ANSWERS


def test_a_recorder_that_only_starts_is_not_called_silent_but_one_that_never_speaks_is_ended() -> None:
    signs = SignsOfLife()
    signs.opened()
    stood = set()
    for _ in range(STUCK_TICKS - 1):
        signs.tick()
        stood.add(signs.liveness)
    assert stood == {Liveness.ANSWERS}
    signs.tick()
    assert signs.liveness is Liveness.STUCK
