"""Servers that answer by a script, and clients of them."""

import pytest

from tests.unit.delivery.kit import Authority
from tests.unit.delivery.scripted_server import Script, transport_to


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls(authority):
    return authority.server()


@pytest.fixture
def serving(tls):
    running = []

    def serve(answer, tls=tls):
        script = Script(tls, answer)
        running.append(script)
        return script

    yield serve
    for script in running:
        script.close()


@pytest.fixture
def to(authority):
    made = []

    def transport(port, **changes):
        made.append(transport_to(authority, port, **changes))
        return made[-1]

    yield transport
    for each in made:
        each.close()
