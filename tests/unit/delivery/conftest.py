import pytest

from app.client.delivery.outbox import Outbox
from tests.unit.delivery.operating import Operator


@pytest.fixture
def outbox(tmp_path):
    outbox = Outbox(tmp_path / "spool")
    yield outbox
    outbox.close()


@pytest.fixture
def files(tmp_path):
    def found():
        spool = tmp_path / "spool"
        return {
            file.relative_to(spool).as_posix(): file.read_bytes()
            for file in spool.rglob("*")
            if file.is_file() and not file.name.startswith("outbox.sqlite")
        }

    return found


@pytest.fixture
def operator(tmp_path):
    operator = Operator(tmp_path / "data")
    yield operator
    operator.records.close()
