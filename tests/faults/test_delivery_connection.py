"""The one connection to an endpoint: kept, dropped when idle, used again at once after a reset."""

import socket
import threading

from app.client.delivery import transport as transport_module
from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.delivery.transport import EndpointTransport, Retry, Stored
from tests.unit.delivery.kit import Address
from tests.unit.delivery.scripted_server import DATA, KEY, OBJECT, key_text, receipt, simple


def test_one_connection_is_kept_and_idle_ones_are_not_used_again(serving, authority):
    script = serving(simple(201, receipt()))
    clock = [0.0]
    address = Address("local-test", f"https://127.0.0.1:{script.port}", authority.pem, key_text(KEY), "ep-1")
    transport = EndpointTransport(address, "token", monotonic=lambda: clock[0])
    for _ in range(5):
        clock[0] += 59
        assert isinstance(transport.put(OBJECT, DATA), Stored)
    assert script.connections == 1
    clock[0] += 61
    assert isinstance(transport.put(OBJECT, DATA), Stored)
    assert script.connections == 2
    transport.close()


def test_a_kept_connection_that_was_reset_is_no_failure(serving, to):
    def answer_then_drop(handler):
        simple(201, receipt())(handler)
        handler.wfile.flush()
        # Not announced: the client finds out only when it uses the connection again.
        handler.close_connection = True

    script = serving(answer_then_drop)
    transport = to(script.port)
    for _ in range(5):
        assert isinstance(transport.put(OBJECT, DATA), Stored)


def test_a_reset_while_answering_on_a_reused_connection_is_tried_once_more(serving, to):
    count = []

    def answer(handler):
        count.append(1)
        if len(count) == 2:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        simple(201, receipt())(handler)

    transport = to(serving(answer).port)
    assert isinstance(transport.put(OBJECT, DATA), Stored)
    assert isinstance(transport.put(OBJECT, DATA), Stored)
    assert len(count) == 3


def test_a_silent_server_does_not_hold_the_thread_for_ever(serving, to, monkeypatch):
    monkeypatch.setattr(transport_module, "_RESPONSE_TIMEOUT_S", 0.3)
    ended = threading.Event()
    outcome = to(serving(lambda _handler: ended.wait(10)).port).put(OBJECT, DATA)
    ended.set()
    assert outcome == Retry(None, DeliveryProblem(ProblemCode.TIMED_OUT))
