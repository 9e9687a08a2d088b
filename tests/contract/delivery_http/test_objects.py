"""The endpoint's contract: what is stored, acknowledged, listed and never replaced."""

import hashlib
import json
import threading

import pytest

from app.client.delivery.transport import AlreadyStored, EndpointTransport, Stored, UploadRefused
from app.wire.admissions import Admission
from app.wire.objects import ObjectId
from tests.fixtures.raw_requests import Raw, digest_header, head, kind, put_all
from tests.unit.delivery.kit import new_attempt, sealed


def test_a_whole_session_is_stored_as_the_folder_it_is(endpoint, transport, admission):
    objects = sealed(admission, segments=4)
    for name, outcome in put_all(transport, admission, objects).items():
        assert isinstance(outcome, Stored), (name, outcome)
        assert outcome.receipt.sha256 == hashlib.sha256(objects[name]).hexdigest()
    folder = endpoint.data / "sessions" / f"{admission.attempt}.0"
    found = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    log = b"".join(data for name, data in objects.items() if name.startswith("log/"))
    assert found == {name: data for name, data in objects.items() if not name.startswith("log/")} | {"log.isf": log}


def test_the_same_put_again_gives_the_same_receipt(transport, admission):
    objects = sealed(admission)
    first = put_all(transport, admission, objects)
    for _ in range(10):
        again = put_all(transport, admission, objects)
        for name, outcome in again.items():
            assert isinstance(outcome, AlreadyStored)
            assert outcome.data == first[name].data


def test_another_content_is_refused_and_both_are_kept(endpoint, transport, admission):
    objects = sealed(admission)
    put_all(transport, admission, objects)
    object_id = ObjectId.from_name(f"{admission.attempt}.0", "seg/00-00000000.isg")
    outcome = transport.put(object_id, b"another content")
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "conflict"
    stored = endpoint.data / "sessions" / object_id.sid / object_id.name
    assert stored.read_bytes() == objects[object_id.name]
    aside = list((endpoint.data / "aside" / object_id.sid).iterdir())
    assert [file.read_bytes() for file in aside] == [b"another content"]
    sessions = endpoint.review("/v1/sessions").json()["sessions"]
    alarms = next(session for session in sessions if session["sid"] == object_id.sid)["alarms"]
    assert [(alarm["name"], alarm["kind"]) for alarm in alarms] == [(object_id.name, "conflict")]


def test_racing_writers_make_one_object_and_one_receipt(endpoint, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s00", 0)
    outcomes, barrier = [], threading.Barrier(24)

    def write(number):
        transport = EndpointTransport(endpoint.address, admission.token)
        barrier.wait()
        outcomes.append(transport.put(object_id, b"same" if number % 2 else b"other"))
        transport.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 24
    won = [each for each in outcomes if isinstance(each, Stored)]
    same = [each for each in outcomes if isinstance(each, AlreadyStored)]
    assert len(won) == 1
    assert len(same) == 11
    assert {each.data for each in same} == {won[0].data}
    assert {each.kind for each in outcomes if isinstance(each, UploadRefused)} == {"conflict"}


def test_log_records_are_taken_in_order_only(endpoint, authority, transport, admission):
    objects = sealed(admission, segments=3)
    sid = f"{admission.attempt}.0"
    record = ObjectId(sid, "log", 2)
    early = transport.put(ObjectId(sid, "log", 0), objects["log/00000000.isl"])
    assert isinstance(early, UploadRefused)
    assert early.kind == "log_out_of_order"
    transport.put(ObjectId(sid, "header", 0), objects["header.isf"])
    transport.put(ObjectId(sid, "log", 0), objects["log/00000000.isl"])
    with Raw(endpoint, authority) as raw:
        data = objects["log/00000002.isl"]
        status, _, body = raw.ask(head(record, admission.token, data), data)
    assert (status, kind(body), json.loads(body)["expected"]) == (409, "log_out_of_order", 1)
    for seq in (1, 2, 3):
        assert isinstance(transport.put(ObjectId(sid, "log", seq), objects[f"log/{seq:08d}.isl"]), Stored)
    after_final = transport.put(ObjectId(sid, "log", 4), objects["log/00000002.isl"])
    assert isinstance(after_final, UploadRefused)
    # Without its segments the log names objects that never arrived: fsck says so. Deliver them.
    for name, data in objects.items():
        transport.put(ObjectId.from_name(sid, name), data)


def test_a_log_record_of_another_hand_is_refused_and_kept_aside(endpoint, transport, admission):
    objects = sealed(admission, segments=2)
    sid = f"{admission.attempt}.0"
    for name in ("header.isf", "seg/00-00000000.isg"):
        transport.put(ObjectId.from_name(sid, name), objects[name])
    forged = bytearray(objects["log/00000000.isl"])
    forged[40] ^= 1
    outcome = transport.put(ObjectId(sid, "log", 0), bytes(forged))
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "log_refused"
    assert not (endpoint.data / "sessions" / sid / "log.isf").exists()
    assert [file.read_bytes() for file in (endpoint.data / "aside" / sid).iterdir()] == [bytes(forged)]
    assert isinstance(transport.put(ObjectId(sid, "log", 0), objects["log/00000000.isl"]), Stored)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"nonce": "00" * 32}, "nonce_refused"),
        ({"exam": "other"}, "header_refused"),
        ({"candidate": "other"}, "candidate_refused"),
        ({"config_sha256": "00" * 32}, "settings_refused"),
        ({"institution": "x"}, "header_refused"),
        ({"started_at": "2026-99-99T99:99:99Z"}, "start_refused"),
        ({"started_at": "2025-01-01T09:00:00Z"}, "start_refused"),
        ({"started_at": "2099-01-01T09:00:00Z"}, "start_refused"),
    ],
    ids=lambda each: "-".join(*each.items()) if isinstance(each, dict) else each,
)
def test_a_header_of_something_else_is_not_enrolled(transport, admission, change, refused):
    nonce = change.get("nonce", admission.nonce)
    changes = {name: value for name, value in change.items() if name != "nonce"}
    objects = sealed(Admission(admission.attempt, "", nonce), **changes)
    outcome = transport.put(ObjectId(f"{admission.attempt}.0", "header", 0), objects["header.isf"])
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == refused


def test_a_recording_begun_offline_is_enrolled_after_late_admission(endpoint, institution):
    attempt = new_attempt()
    objects = sealed(attempt)
    asking = EndpointTransport(endpoint.address, None)
    admitted = institution.admit(asking, attempt, begins=-2, ends=-1, deliver=1)
    again = institution.admit(asking, attempt, begins=-2, ends=-1, deliver=1)
    asking.close()
    assert isinstance(admitted, Admission)
    assert (again.attempt, again.nonce) == (attempt, admitted.nonce)
    transport = EndpointTransport(endpoint.address, admitted.token)
    assert {type(each) for each in put_all(transport, admitted, objects).values()} == {Stored}
    transport.close()


def test_known_objects_are_acknowledged_without_their_body(endpoint, authority, transport, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s01", 8)
    data = b"z" * 100_000
    stored = transport.put(object_id, data)
    with Raw(endpoint, authority) as raw:
        status, _, body = raw.ask(head(object_id, admission.token, data, extra="\nExpect: 100-continue"))
        assert (status, body) == (200, stored.data)


def test_an_institution_lists_and_fetches_its_own_only(endpoint, transport, admission):
    objects = sealed(admission)
    put_all(transport, admission, objects)
    sid = f"{admission.attempt}.0"
    listed = endpoint.review("/v1/sessions?institution=example-u").json()["sessions"]
    session = next(each for each in listed if each["sid"] == sid)
    assert (session["objects"], session["log_records"], session["alarms"]) == (len(objects), 4, [])
    assert session["finished_at"] is not None
    names = {each["name"] for each in endpoint.review(f"/v1/sessions/{sid}/objects").json()["objects"]}
    assert names == set(objects)
    for name, data in objects.items():
        path = ObjectId.from_name(sid, name).path
        answer = endpoint.review(path) if name == "header.isf" else None
        if answer is not None:
            assert answer.content == data
            assert answer.headers["Repr-Digest"] == digest_header(data)
    other = endpoint.review_token("other-u", "local-test")
    assert endpoint.review("/v1/sessions", token=other).json() == {"sessions": []}
    assert endpoint.review("/v1/sessions?institution=example-u", token=other).status_code == 403
    for path in (f"/v1/sessions/{sid}/objects", f"/v1/sessions/{sid}/header/0"):
        assert endpoint.review(path, token=other).status_code == 404
