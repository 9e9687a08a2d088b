"""The client's end of a recorder process: small programs stand in for the recorder, the pipes are real."""

import os
import signal
import sys
import threading
import time

import pytest

from app.client.errors import RecorderFailed
from app.client.ipc import process
from app.client.ipc.process import RecorderProcess
from app.client.ipc.to_recorder import Finish, RecordEvent

ECHO = (
    "import sys\n"
    "for number, line in enumerate(sys.stdin.buffer):\n"
    '    print(\'{"kind": "event_sealed", "number": %d}\' % number, flush=True)\n'
)
EVENT = RecordEvent(number=1, event="window_left", at_ns=1)


class Heard:
    """A `RecorderListener` that keeps everything."""

    def __init__(self) -> None:
        self.messages: list[object] = []
        self.status: int | None = None
        self.spoke = threading.Event()

    def recorder_message(self, message: object) -> None:
        assert self.status is None, "nothing follows the end"
        self.messages.append(message)
        self.spoke.set()

    def recorder_exited(self, status: int) -> None:
        self.status = status


@pytest.fixture
def start(monkeypatch):
    started = []

    def run(program: str) -> tuple[RecorderProcess, Heard]:
        monkeypatch.setattr(process, "_command", lambda: [sys.executable, "-c", program])
        heard = Heard()
        started.append(RecorderProcess(heard))
        return started[-1], heard

    yield run
    for each in started:
        each.kill()
        assert each.join(5)


def test_messages_go_down_and_come_up_and_the_end_is_heard_last(start):
    recorder, heard = start(ECHO)
    assert recorder.pid > 0
    assert recorder.send(EVENT)
    assert recorder.send(Finish())
    recorder.close(timeout_s=10)
    assert recorder.join(10)
    assert [message.number for message in heard.messages] == [0, 1]
    assert heard.status == 0
    assert not recorder.send(EVENT)
    recorder.close(timeout_s=10)


def test_a_recorder_that_is_killed_is_heard_to_have_ended(start):
    recorder, heard = start(ECHO)
    recorder.kill()
    assert recorder.join(5)
    assert heard.status == -signal.SIGKILL


def test_closing_one_that_is_stopped_returns_at_once_and_kills_it_in_time(start):
    recorder, heard = start(ECHO)
    recorder.send(EVENT)
    assert heard.spoke.wait(10)
    os.kill(recorder.pid, signal.SIGSTOP)
    began_s = time.monotonic()
    for _ in range(1000):
        recorder.send(EVENT.model_copy(update={"facts": {"what": "x" * 200}}))
    recorder.close(timeout_s=0.5)
    assert time.monotonic() - began_s < 0.4
    assert not recorder.join(0.1)
    assert recorder.join(5)
    assert heard.status == -signal.SIGKILL


@pytest.mark.parametrize("spoken", ["nonsense", '{"kind": "finish"}', '{"kind": "event_sealed"}'])
def test_one_that_says_what_is_no_message_is_ended(start, spoken):
    recorder, heard = start(f"import time\nprint({spoken!r}, flush=True)\ntime.sleep(60)")
    assert recorder.join(10)
    assert heard.messages == []
    assert heard.status == -signal.SIGKILL


def test_half_a_message_of_one_that_died_is_no_message(start):
    recorder, heard = start('import sys\nsys.stdout.write(\'{"kind": "finished"}\')')
    assert recorder.join(10)
    assert heard.messages == []
    assert heard.status == 0


def test_one_that_cannot_be_started_is_an_error_with_its_reason(monkeypatch):
    monkeypatch.setattr(process, "_command", lambda: ["/nonexistent/recorder"])
    with pytest.raises(RecorderFailed, match="No such file"):
        RecorderProcess(Heard())


def test_a_bundle_starts_itself_and_the_source_its_module(monkeypatch):
    assert process._command() == [sys.executable, "-m", "app.client.recorder"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process._command() == [sys.executable, "recorder-process"]
