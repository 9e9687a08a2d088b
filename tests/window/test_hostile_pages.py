"""What pages of the exam try to reach beside what it allows, by every interface of the engine: nothing is contacted."""

import pytest

from tests.fixtures.exam_page import BOUND_MS, run
from tests.fixtures.hostile_pages import ROUNDS_MS, UNTOLD, hosts_of_ways, lay_out
from tests.fixtures.network_witness import NetworkWitness

AFTER_MS = 2_000
"""TURN and QUIC wait before they begin."""


@pytest.fixture
def witness():
    made = NetworkWitness(("127.0.0.1", "::1", *hosts_of_ways().values()))
    made.start()
    yield made
    made.stop()


def test_nothing_is_contacted_and_what_was_tried_is_told(open_exam, platform, witness, qtbot):
    """Failed before: without the gate 20 of the first 69 ways reach their host, by TCP, TLS, STUN, TURN and QUIC."""
    exam = lay_out(platform, witness.port)
    window = open_exam()
    told: list[str] = []
    window.page_event.connect(lambda _kind, host: told.append(host))
    for stay_ms in ROUNDS_MS:
        for path in exam.paths:
            with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
                window.page.open(platform.url + path)
            qtbot.wait(stay_ms)
        qtbot.wait(AFTER_MS)
        untold = {way for way, host in exam.hosts.items() if host not in told}
        if untold <= UNTOLD:
            break
    ways = {host: way for way, host in exam.hosts.items()}
    assert sorted({ways.get(host, host) for _, host, _ in witness.contacts}) == []
    assert untold <= UNTOLD
    assert {"localhost", "::1", "0.0.0.0", "x.localhost", "127.0.0.1"} <= set(told)
    assert window.page.url().host() == "127.0.0.1"
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"
    assert {path for _, path, _ in platform.requests if "reached" in path} == {"/reached/worker"}
