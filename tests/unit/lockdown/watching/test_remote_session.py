"""A session that comes to be shown elsewhere during the exam is told once for each sign."""

from __future__ import annotations

from lockdown.contract.evidence import SessionFacts
from lockdown.watching.remote_session import LOOK_EVERY_S, RemoteSessionGuard


class Session:
    """A session whose signs a test sets, and which counts how often it was asked."""

    def __init__(self):
        self.remote = ()
        self.asked = 0
        self.now_s = 100.0
        self.guard = RemoteSessionGuard(self.facts, clock_s=lambda: self.now_s)
        self.guard.engage(None)

    def facts(self):
        self.asked += 1
        return SessionFacts("linux-x11", self.remote)

    def later(self, *remote):
        self.remote = remote
        self.now_s += LOOK_EVERY_S
        return [dict(violation.facts) for violation in self.guard.check()]


def test_each_sign_is_told_when_it_comes():
    session = Session()
    assert session.later() == []
    assert session.later("remote-desktop") == [{"sign": "remote-desktop", "since_start": False}]
    assert session.later("remote-desktop") == []
    assert session.later("remote-desktop", "ssh") == [{"sign": "ssh", "since_start": False}]
    assert session.later() == []
    assert session.later("ssh") == [{"sign": "ssh", "since_start": False}]


def test_sign_from_before_the_exam_is_told_as_such():
    session = Session()
    assert session.later("xrdp") == [{"sign": "xrdp", "since_start": True}]
    assert session.later("xrdp") == []


def test_system_is_asked_every_ten_seconds_only():
    session = Session()
    for _ in range(30):
        session.now_s += 1
        session.guard.check()
    assert session.asked == 3
