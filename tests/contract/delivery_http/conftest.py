"""The real program over real TLS, one endpoint a file, with an attempt admitted to it."""

import pytest

from app.client.delivery.transport import EndpointTransport
from app.wire.admissions import Admission
from tests.unit.delivery.kit import Authority, EndpointProcess, Institution


@pytest.fixture(scope="module")
def institution():
    return Institution()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory, authority, institution):
    process = EndpointProcess(tmp_path_factory.mktemp("endpoint"), authority, institution).start()
    yield process
    assert process.stop() == 0, "SIGTERM must end the server well"
    assert process.differences() == []


@pytest.fixture
def admission(endpoint, institution):
    transport = EndpointTransport(endpoint.address, None)
    admitted = institution.admit(transport)
    transport.close()
    assert isinstance(admitted, Admission)
    return admitted


@pytest.fixture
def transport(endpoint, admission):
    transport = EndpointTransport(endpoint.address, admission.token)
    yield transport
    transport.close()
