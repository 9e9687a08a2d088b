"""A recorder that is stopped or stuck: noticed by its silence, and ended when it lasts."""

from __future__ import annotations

from app.client.recording.heartbeat import SILENT_TICKS, STUCK_TICKS, HeartbeatMonitor, HeartbeatState


def test_silence_is_noticed_after_seconds_and_over_with_the_first_word() -> None:
    signs = HeartbeatMonitor()
    signs.received()
    stood = []
    for _ in range(SILENT_TICKS):
        signs.tick()
        stood.append(signs.state)
    assert stood == [HeartbeatState.RESPONDING] * (SILENT_TICKS - 1) + [HeartbeatState.SILENT]
    signs.received()
    assert signs.state is HeartbeatState.RESPONDING


def test_a_recorder_that_only_starts_is_not_called_silent_but_one_that_never_speaks_is_ended() -> None:
    signs = HeartbeatMonitor()
    signs.opened()
    stood = set()
    for _ in range(STUCK_TICKS - 1):
        signs.tick()
        stood.add(signs.state)
    assert stood == {HeartbeatState.RESPONDING}
    signs.tick()
    assert signs.state is HeartbeatState.STUCK


def test_a_recorder_is_silent_after_three_seconds_and_ended_after_thirty() -> None:
    signs = HeartbeatMonitor()
    signs.received()
    stood = []
    for _ in range(30):
        signs.tick()
        stood.append(signs.state)
    assert stood == [HeartbeatState.RESPONDING] * 2 + [HeartbeatState.SILENT] * 27 + [HeartbeatState.STUCK]


def test_another_recorder_is_given_its_time_again() -> None:
    signs = HeartbeatMonitor()
    signs.received()
    for _ in range(30):
        signs.tick()
    signs.opened()
    assert signs.state is HeartbeatState.RESPONDING
    for _ in range(3):
        signs.tick()
    assert signs.state is HeartbeatState.RESPONDING, "it has not spoken yet"


def silent_start_s(signs: HeartbeatMonitor) -> int:
    """Start one that never speaks; gives for how long it is waited for."""
    signs.opened()
    for second in range(1, 10_000):
        signs.tick()
        if signs.state is HeartbeatState.STUCK:
            signs.ended()
            return second
    raise AssertionError("it is waited for without end")


def test_kind_2_each_start_that_was_too_slow_gives_the_next_one_more_time() -> None:
    signs = HeartbeatMonitor()
    waited = [silent_start_s(signs) for _ in range(7)]
    assert waited == [30, 60, 120, 240, 480, 480, 480]


def test_kind_2_a_recorder_that_did_start_is_ended_as_soon_as_ever_when_it_is_stuck() -> None:
    signs = HeartbeatMonitor()
    silent_start_s(signs)
    signs.opened()
    signs.received()
    for _ in range(STUCK_TICKS):
        signs.tick()
    assert signs.state is HeartbeatState.STUCK
    signs.ended()
    assert silent_start_s(signs) == 60, "nor does it take away what was learned of slow starts"
