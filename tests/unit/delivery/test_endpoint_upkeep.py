"""What an operator does with a data folder: start after a crash, fsck, retention, tokens."""

import hashlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from app.endpoint.access_log import truncated
from app.endpoint.admission import Admissions
from app.endpoint.errors import AlreadyServed, DataFolderUnusable, RequestRefused, StorageFault
from app.endpoint.identity import EndpointIdentity
from app.endpoint.intake import Intake
from app.endpoint.local_storage import LocalStorage
from app.endpoint.records import Records
from app.endpoint.retention import delete, overdue
from app.endpoint.server import instance_lock
from app.endpoint.tables import ObjectRow
from app.wire.objects import ObjectId
from app.wire.receipts import verify_receipt
from app.wire.refusals import RefusalKind
from app.wire.regions import region
from app.wire.tokens import UploadToken
from tests.unit.delivery.kit import SETTINGS, Institution, new_attempt, sealed

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_healthy_folder_has_no_differences(operator):
    operator.session()
    assert operator.codes() == []


def _remove(folder):
    (folder / "seg" / "00-00000000.isg").unlink()


def _alter(folder):
    file = folder / "keys.isf"
    file.write_bytes(file.read_bytes()[:-1] + b"?")


def _cut_log(folder):
    os.truncate(folder / "log.isf", 176)


def _alter_log(folder):
    data = bytearray((folder / "log.isf").read_bytes())
    data[50] ^= 1
    (folder / "log.isf").write_bytes(data)


def _alter_header(folder):
    (folder / "header.isf").write_bytes(b"x")


def _add_stray(folder):
    (folder / "extra.txt").write_text("x")


def _add_object(folder):
    (folder / "seg" / "01-00000077.isg").write_text("x")


def _add_session(folder):
    (folder.parent / f"{new_attempt()}.0").mkdir()


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (_remove, {"no-file"}),
        (_alter, {"altered"}),
        (_cut_log, {"no-file", "log"}),
        (_alter_log, {"altered", "log"}),
        (_alter_header, {"altered", "log"}),
        (_add_stray, {"stray"}),
        (_add_object, {"no-row"}),
        (_add_session, {"unknown-session"}),
    ],
)
def test_fsck_finds_every_harm(operator, harm, found):
    _, sid, _ = operator.session()
    harm(operator.data / "sessions" / sid)
    assert set(operator.codes()) == found


def test_fsck_finds_an_object_the_log_names_that_never_arrived(operator):
    admission = operator.admit()
    for name, data in sealed(admission).items():
        if name != "seg/01-00000000.isg":
            operator.take(admission, name, data)
    (found,) = operator.differences()
    assert "never arrived" in found.sentence


def test_a_start_after_a_crash_adopts_what_was_stored_but_not_recorded(operator):
    admission = operator.admit()
    sid = f"{admission.attempt}.0"
    objects = sealed(admission, segments=4)
    operator.records.open_session(sid, admission.attempt, "example-u", "algebra-1", "2026-11-22T09:00:00.000Z")
    for name, data in objects.items():
        operator.storage.create(ObjectId.from_name(sid, name), data)
    assert set(operator.codes()) == {"no-row"}
    assert operator.reconcile()
    assert operator.codes() == []
    assert operator.reconcile() == []
    for name, data in objects.items():
        again = operator.take(admission, name, data)
        assert not again.created
        assert verify_receipt(again.receipt, operator.identity.receipts.public_key()).sid == sid


def test_a_start_adopts_nothing_that_is_not_what_its_name_says(operator, tmp_path):
    _, sid, _ = operator.session()
    folder = operator.data / "sessions" / sid
    other = sealed(new_attempt())
    (folder / "seg" / "00-00000009.isg").write_bytes(other["seg/00-00000000.isg"])
    (folder / "seg" / "01-00000009.isg").write_bytes(b"x")
    with (folder / "log.isf").open("ab") as log:
        log.write(other["log/00000000.isl"])
    operator.reconcile()
    assert operator.codes() == ["no-row"] * 3


def test_a_row_that_fails_after_storing_is_made_up_for_by_the_next_try(operator, monkeypatch):
    admission = operator.admit()
    objects = sealed(admission)
    add_object, failing = Records.add_object, [True]

    def fail_once(self, row, **more):
        if failing[0]:
            raise StorageFault("the records are busy")
        return add_object(self, row, **more)

    monkeypatch.setattr(Records, "add_object", fail_once)
    for name, data in objects.items():
        failing[0] = True
        with pytest.raises(StorageFault):
            operator.take(admission, name, data)
        failing[0] = False
        assert operator.take(admission, name, data).created
    assert operator.codes() == []


def test_a_body_that_arrives_for_an_attempt_that_was_never_admitted_is_refused(operator):
    stranger = new_attempt()
    token = UploadToken(stranger, region("eu"), "example-u", "algebra-1", LATER)

    with pytest.raises(RequestRefused) as refused:
        operator.intake.take(ObjectId(f"{stranger}.0", "keys", 0), token, b"K", hashlib.sha256(b"K").hexdigest())
    assert refused.value.kind == RefusalKind.NOT_ALLOWED


def test_a_full_disk_is_answered_before_the_body(operator, monkeypatch):
    from app.endpoint import intake

    admission, sid, objects = operator.session()
    monkeypatch.setattr(intake, "MIN_FREE_BYTES", 1 << 60)
    with pytest.raises(RequestRefused) as refused:
        operator.intake.before_body(ObjectId(sid, "s02", 0), operator.token(admission), "00")
    assert (refused.value.status, refused.value.retry_after_s) == (507, 30)

    known = hashlib.sha256(objects["header.isf"]).hexdigest()
    assert operator.intake.before_body(ObjectId(sid, "header", 0), operator.token(admission), known) is not None


def test_an_institutions_name_belongs_to_the_key_that_used_it_first(operator):
    operator.admit()
    operator.records.close()
    thief = Institution(id="example-u")
    operator.admissions = Admissions(
        [thief.key.verify_key], operator.records, operator.identity, region("eu"), lambda: operator.clock
    )
    with pytest.raises(RequestRefused, match="Another root key"):
        operator.admit(signature=thief.signature())


def test_a_signed_line_of_another_program_is_refused(operator):
    signature = operator.institution.key.sign(SETTINGS, "timestamp:1 file:settings")
    with pytest.raises(RequestRefused, match="signed line"):
        operator.admit(signature=signature)


def test_sessions_past_their_days_are_deleted_and_verified(operator):
    admission, sid, objects = operator.session()
    operator.storage.quarantine(ObjectId(sid, "s00", 0), b"evidence")
    kept = operator.clock + timedelta(days=29)
    past = operator.clock + timedelta(days=31)
    assert list(overdue(operator.records, kept, 30)) == []
    assert list(overdue(operator.records, past, 30, "other-u")) == []
    (session,) = overdue(operator.records, past, 30)
    done = delete(operator.storage, operator.records, session.sid, past)
    assert (done.objects, done.bytes) == (len(objects), sum(map(len, objects.values())))
    assert list(overdue(operator.records, past, 30)) == []
    assert not any(operator.data.rglob(sid))
    assert operator.codes() == []
    assert operator.records.attempt(admission.attempt).candidate == ""
    assert operator.records.log_state(sid) is None
    with pytest.raises(RequestRefused) as refused:
        operator.intake.before_body(ObjectId(sid, "s00", 99), operator.token(admission), "00")
    assert refused.value.status == 410


def test_a_deletion_that_failed_is_finished_by_the_next_run(operator, monkeypatch):
    _, sid, _ = operator.session()
    past = operator.clock + timedelta(days=31)
    with monkeypatch.context() as context:
        context.setattr(LocalStorage, "delete", lambda _self, _sid: None)
        with pytest.raises(StorageFault, match="run retention again"):
            delete(operator.storage, operator.records, sid, past)
    assert operator.codes() == ["not-deleted"]
    (session,) = overdue(operator.records, operator.clock, 30)  # begun is begun, whatever its days
    delete(operator.storage, operator.records, session.sid, past)
    assert operator.codes() == []


def test_records_hold_no_object_twice(operator):
    _, sid, _ = operator.session()
    before = operator.records.objects(sid)
    operator.records.add_object(ObjectRow(ObjectId(sid, "header", 0), "00" * 32, 1, "later"))
    assert operator.records.objects(sid) == before


def test_records_of_an_earlier_version_get_the_columns_that_came_later(operator):
    admission = operator.admit()
    with sqlite3.connect(operator.data / "endpoint.sqlite") as earlier:
        earlier.execute("ALTER TABLE attempts DROP COLUMN valid_from")
    operator.records = Records.in_folder(operator.data)
    assert operator.records.attempt(admission.attempt).valid_from is None
    operator.intake = Intake(operator.storage, operator.records, operator.identity, lambda: operator.clock)
    header = sealed(admission, started_at="2001-01-01T00:00:00Z")["header.isf"]
    assert operator.take(admission, "header.isf", header).created, "of an attempt of before, no start is too early"


def test_a_data_folder_is_served_once(tmp_path):
    with instance_lock(tmp_path / "data"), pytest.raises(AlreadyServed), instance_lock(tmp_path / "data"):
        pass
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderUnusable), instance_lock(tmp_path / "file"):
        pass


def test_keys_are_kept_and_closed_to_others(tmp_path):
    first, again = EndpointIdentity.in_folder(tmp_path), EndpointIdentity.in_folder(tmp_path)
    assert (first.endpoint_id, first.receipt_key) == (again.endpoint_id, again.receipt_key)
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()] == [0o600] * 2
    (tmp_path / "keys" / "tokens.pem").write_text("damaged")
    with pytest.raises(DataFolderUnusable):
        EndpointIdentity.in_folder(tmp_path)


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("203.0.113.77", "203.0.0.0/16"),
        ("2001:db8:1234:5678::1", "2001:db8:1200::/40"),
        ("::ffff:203.0.113.77", "203.0.0.0/16"),
        ("fe80::1%eth0", "fe80::/40"),
        ("no address", "-"),
    ],
)
def test_only_part_of_an_address_is_logged(address, logged):
    assert truncated(address) == logged
