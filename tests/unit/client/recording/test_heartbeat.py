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
