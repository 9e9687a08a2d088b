"""The witness checks each record of a log against what was countersigned before, without reading it again."""

import pytest

from app.endpoint.intake import Intake
from app.endpoint.records import Records
from app.wire.objects import ObjectId
from tests.unit.delivery.kit import sealed


def test_the_witness_goes_on_after_a_restart(operator):
    admission = operator.admit()
    objects = sealed(admission, segments=5)
    for name, data in objects.items():
        operator.intake = Intake(operator.storage, operator.records, operator.identity, lambda: operator.clock)
        assert operator.take(admission, name, data).created
    assert operator.codes() == []


def _log_reads(operator, monkeypatch):
    read, get = [], operator.storage.get

    def noted(object_id):
        read.append(object_id)
        return get(object_id)

    monkeypatch.setattr(operator.storage, "get", noted)
    return lambda: [each for each in read if each.track == "log"]


def test_a_log_record_is_witnessed_without_reading_the_log_before_it(operator, monkeypatch):
    admission = operator.admit()
    objects = sealed(admission, segments=9)
    reads = _log_reads(operator, monkeypatch)
    for name, data in objects.items():
        operator.intake = Intake(operator.storage, operator.records, operator.identity, lambda: operator.clock)
        assert operator.take(admission, name, data).created
    assert reads() == []
    assert operator.codes() == []


@pytest.mark.parametrize("state", [None, b"", b"ISFLOG1\0" + bytes(126)])
def test_a_log_whose_state_is_lost_or_not_its_own_is_read_once_from_its_beginning(operator, monkeypatch, state):
    admission = operator.admit()
    objects = sealed(admission, segments=6)
    records = sorted(name for name in objects if name.startswith("log/"))
    for name, data in objects.items():
        if name not in records[4:]:
            operator.take(admission, name, data)
    with monkeypatch.context() as patch:
        patch.setattr(Records, "log_state", lambda self, sid: state)
        reads = _log_reads(operator, patch)
        assert operator.take(admission, records[4], objects[records[4]]).created
        assert [each.seq for each in reads()] == [0, 1, 2, 3]
    reads = _log_reads(operator, monkeypatch)
    for name in records[5:]:
        assert operator.take(admission, name, objects[name]).created
    assert reads() == []


def test_a_state_that_runs_ahead_of_the_records_is_not_believed(operator, monkeypatch):
    admission = operator.admit()
    objects = sealed(admission, segments=4)
    records = sorted(name for name in objects if name.startswith("log/"))
    for name, data in objects.items():
        if name not in records[3:]:
            operator.take(admission, name, data)
    ahead = operator.records.log_state(f"{admission.attempt}.0")
    monkeypatch.setattr(Records, "log_state", lambda self, sid: ahead)
    witnessed = operator.intake._witness.accept(ObjectId(f"{admission.attempt}.0", "log", 2), objects[records[2]])
    assert witnessed.state == ahead
