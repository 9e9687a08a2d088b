"""The recorder's end: whole lines from any thread, and nothing more once the client is gone."""

import os
import threading

from app.client.ipc.from_recorder import EventSealed, Finished
from app.client.ipc.pipe import RecorderPipe


class Slow:
    """A pipe that takes three bytes at a time, and at times none."""

    def __init__(self) -> None:
        self.written = b""
        self._turn = 0

    def write(self, line: bytes) -> int | None:
        self._turn += 1
        if self._turn % 2:
            return None
        self.written += bytes(line[:3])
        return len(line[:3])


def test_a_message_is_written_whole_however_little_the_pipe_takes():
    slow = Slow()
    RecorderPipe(slow).send(EventSealed(number=12))
    assert slow.written == EventSealed(number=12).line()


def test_lines_of_several_threads_do_not_mix():
    reader, writer = os.pipe()
    pipe = RecorderPipe(os.fdopen(writer, "wb", buffering=0))
    threads = [
        threading.Thread(target=lambda: [pipe.send(EventSealed(number=number)) for number in range(200)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe._pipe.close()
    with os.fdopen(reader, "rb") as read:
        lines = read.readlines()
    assert len(lines) == 800
    assert set(lines) == {EventSealed(number=number).line() for number in range(200)}


def test_nobody_is_left_to_hear_it():
    reader, writer = os.pipe()
    end = os.fdopen(writer, "wb", buffering=0)
    pipe = RecorderPipe(end)
    os.close(reader)
    pipe.send(Finished())
    end.close()
    pipe.send(Finished())
