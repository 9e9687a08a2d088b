"""Attacks of a test taker on admission, and what an honest one must be able to do all the same."""

import datetime as dt
import hashlib
import threading

import pytest

from app.client.delivery.attempt_delivery import AttemptDelivery
from app.client.delivery.outbox import Outbox
from app.client.delivery.transport import AlreadyStored, EndpointTransport, Stored, UploadRefused
from app.client.state.attempts import Attempt, AttemptStore
from app.endpoint.records import Records
from app.policy.delivery import Endpoint
from app.wire.admissions import Admission
from app.wire.objects import ObjectId
from tests.fixtures.raw_requests import put_all
from tests.fixtures.tickets import Issuer
from tests.unit.delivery.kit import SETTINGS, new_attempt, now, sealed


def header_put(transport, objects, sid):
    return transport.put(ObjectId(sid, "header", 0), objects["header.isf"])


def alarms(endpoint, sid):
    sessions = endpoint.review("/v1/sessions").json()["sessions"]
    return [each["kind"] for session in sessions if session["sid"] == sid for each in session["alarms"]]


def test_a_new_segment_after_the_final_record(endpoint, transport, admission):
    objects = sealed(admission, segments=4)
    first = put_all(transport, admission, objects)
    sid = f"{admission.attempt}.0"
    longer = sealed(admission, segments=6)
    for name in ("seg/00-00000002.isg", "seg/01-00000002.isg", "log/00000005.isl"):
        outcome = transport.put(ObjectId.from_name(sid, name), longer[name])
        assert isinstance(outcome, UploadRefused)
        assert outcome.kind == "session_ended"
    assert put_all(transport, admission, objects) == {
        name: AlreadyStored(stored.receipt, stored.data) for name, stored in first.items()
    }, "what is stored is receipted as before"
    assert alarms(endpoint, sid) == ["session_ended"] * 3
    assert endpoint.differences() == []


def test_a_piece_that_was_late_is_taken_after_the_final_record_when_the_log_names_it(endpoint, transport, admission):
    objects = sealed(admission, segments=4)
    late = {name: objects.pop(name) for name in ("keys.isf", "seg/01-00000001.isg")}
    put_all(transport, admission, objects)
    address = ObjectId.from_name(f"{admission.attempt}.0", "seg/01-00000001.isg")
    forged = late[address.name][:-1] + bytes([late[address.name][-1] ^ 1])
    outcome = transport.put(address, forged)
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "session_ended"
    assert {type(each) for each in put_all(transport, admission, late).values()} == {Stored}


@pytest.mark.parametrize("genuine", [True, False])
def test_a_digest_of_self_made_settings_is_not_admitted(endpoint, institution, genuine):
    signed = hashlib.sha256(SETTINGS if genuine else b"what the institution has signed").hexdigest()
    asking = EndpointTransport(endpoint.address, None)
    answer = institution.admit(asking, digest=signed)
    asking.close()
    if genuine:
        assert isinstance(answer, Admission)
    else:
        assert isinstance(answer, UploadRefused)
        assert answer.kind == "settings_refused"


def test_an_empty_nonce_after_a_take_that_had_it(transport, admission):
    first, second = sealed(admission), sealed(admission.attempt, take=1)
    assert isinstance(header_put(transport, first, f"{admission.attempt}.0"), Stored)
    outcome = header_put(transport, second, f"{admission.attempt}.1")
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "nonce_refused"


def test_a_start_offline_has_no_nonce_and_the_take_after_admission_has_it(transport, admission):
    first, second = sealed(admission.attempt), sealed(admission, take=1)
    assert isinstance(header_put(transport, first, f"{admission.attempt}.0"), Stored)
    assert isinstance(header_put(transport, second, f"{admission.attempt}.1"), Stored)


@pytest.mark.parametrize("hours", [-47, 47], ids=["slow", "fast"])
def test_a_wrong_clock_within_the_signed_times_loses_no_recording(transport, admission, hours):
    start = f"{now() + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
    objects = sealed(admission, started_at=start)
    assert {type(each) for each in put_all(transport, admission, objects).values()} == {Stored}


def test_a_recording_delivered_days_after_an_exam_that_was_taken_offline(endpoint, institution):
    attempt = new_attempt()
    asking = EndpointTransport(endpoint.address, None)
    admitted = institution.admit(asking, attempt, begins=-30, ends=-29, deliver=1)
    asking.close()
    assert isinstance(admitted, Admission)
    objects = sealed(attempt, started_at=f"{now() - dt.timedelta(days=29.5):%Y-%m-%dT%H:%M:%SZ}")
    transport = EndpointTransport(endpoint.address, admitted.token)
    assert {type(each) for each in put_all(transport, admitted, objects).values()} == {Stored}
    transport.close()


def test_a_refused_header_is_kept_as_evidence(endpoint, transport, admission):
    objects = sealed(admission, candidate="somebody else")
    sid = f"{admission.attempt}.0"
    assert isinstance(header_put(transport, objects, sid), UploadRefused)
    assert alarms(endpoint, sid) == ["candidate_refused"], "the institution hears of it, though nothing is stored"
    (kept,) = (endpoint.data / "aside" / sid).iterdir()
    assert hashlib.sha256(kept.read_bytes()).digest() == hashlib.sha256(objects["header.isf"]).digest()


class Heard:
    """What delivery says of admission."""

    def __init__(self):
        self.answered = threading.Event()
        self.nonce = self.problem = None

    def admitted(self, attempt, token, nonce):
        self.nonce = nonce
        self.answered.set()

    def admission_failed(self, attempt, problem):
        self.problem = problem
        self.answered.set()

    def delivery_changed(self, attempt, state):
        pass


def asked(endpoint, signature, folder, candidate, ticket):
    """The answer to an attempt that was saved with `ticket`, and the attempt."""
    store = AttemptStore(folder / candidate)
    saved = Attempt(
        attempt=new_attempt(),
        institution="example-u",
        exam="algebra-1",
        settings_sha256=hashlib.sha256(SETTINGS).hexdigest(),
        settings_blake2b512=hashlib.blake2b(SETTINGS).hexdigest(),
        signature=signature,
        candidate=candidate,
        ticket=ticket,
        endpoint=Endpoint(**{name: getattr(endpoint.address, name) for name in Endpoint.model_fields}),
    )
    store.save(saved)
    heard, (kept,) = Heard(), store.all()
    delivery = AttemptDelivery(kept, Outbox(folder / f"spool-{candidate}"), heard)
    delivery.start()
    try:
        assert heard.answered.wait(20)
    finally:
        delivery.stop(timeout_s=5)
    return heard, saved.attempt


def test_the_client_shows_the_ticket_of_its_attempt(endpoint, institution, tmp_path):
    issuer = Issuer()
    signature, ticket = institution.signature(tickets=issuer.public_hex), issuer.issue("c-1")
    refused, _ = asked(endpoint, signature, tmp_path, "c-2", ticket)
    assert (refused.nonce, refused.problem.kind) == (None, "ticket_refused")
    admitted, attempt = asked(endpoint, signature, tmp_path, "c-1", ticket)
    records = Records.in_folder(endpoint.data)
    row = records.attempt(attempt)
    records.close()
    assert (row.candidate, row.ticket, row.nonce) == ("c-1", ticket, admitted.nonce)
