"""The writer of the recorder's pipe: whoever sends does not wait, whatever the reader does."""

import os
import time
from dataclasses import dataclass

import pytest

from app.client.ipc.writer import MessageWriter

PIPE_BYTES = 1 << 16


@dataclass(frozen=True)
class Text:
    text: str

    def line(self) -> bytes:
        return self.text.encode() + b"\n"


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


def test_what_is_sent_arrives_in_order_and_the_pipe_is_closed_after_the_last(pipe):
    reader, end = pipe
    writer = MessageWriter(end, limit=10)
    for number in range(100):
        assert writer.send(Text(str(number)))
    writer.close()
    writer.close()
    assert [int(line) for line in reader] == list(range(100))
    assert writer.join(5)
    assert not writer.send(Text("too late"))
    reader.close()


def test_nobody_waits_for_a_reader_that_does_not_read(pipe):
    reader, end = pipe
    writer = MessageWriter(end, limit=100)
    began_s = time.monotonic()
    assert writer.send(Text("x" * 3 * PIPE_BYTES))
    accepted = [writer.send(Text(f"event {number}"), droppable=True) for number in range(150)]
    assert writer.send(Text("control"))
    writer.close()
    assert time.monotonic() - began_s < 1
    assert not writer.join(0.2), "the pipe cannot be written while nobody reads"
    # The thread may hold one that it took before: the limit is of those that wait.
    assert accepted.count(False) in {49, 50}
    assert all(accepted[:100])
    lines = [line.decode().strip() for line in reader]
    assert lines[-1] == "control"
    assert lines[1:-1] == [f"event {number}" for number, taken in enumerate(accepted) if taken]
    assert writer.join(5)
    reader.close()


def test_room_comes_back_as_the_reader_reads(pipe):
    reader, end = pipe
    writer = MessageWriter(end, limit=1)
    assert writer.send(Text("x" * 2 * PIPE_BYTES))
    while writer.send(Text("event"), droppable=True):
        time.sleep(0.01)
    reader.readline()
    reader.readline()
    deadline_s = time.monotonic() + 5
    while not writer.send(Text("again"), droppable=True):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    writer.close()
    assert reader.read().endswith(b"again\n")
    assert writer.join(5)
    reader.close()


def test_a_reader_that_is_gone_ends_the_writer_without_a_word_of_complaint(pipe):
    reader, end = pipe
    writer = MessageWriter(end, limit=10)
    reader.close()
    writer.send(Text("x" * 10))
    assert writer.join(5)
    assert not writer.send(Text("nobody"))
    assert end.closed


def test_a_reader_that_dies_while_it_is_waited_for_ends_the_writer(pipe):
    reader, end = pipe
    writer = MessageWriter(end, limit=10)
    writer.send(Text("x" * 2 * PIPE_BYTES))
    assert not writer.join(0.1)
    reader.close()
    assert writer.join(5)
