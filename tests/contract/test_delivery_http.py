"""The endpoint's contract, against the real program over real TLS."""

import base64
import dataclasses
import hashlib
import json
import re
import socket
import ssl
import threading
import warnings

import pytest

from app.client.delivery.transport import AlreadyStored, EndpointTransport, Retry, Stored, UploadRefused
from app.wire.admissions import Admission
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId
from app.wire.receipts import receipt_key, verify_receipt
from tests.unit.delivery.kit import Authority, EndpointProcess, Institution, new_attempt, sealed


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


def put_all(transport, admission, objects, take=0):
    sid = f"{admission.attempt}.{take}"
    return {name: transport.put(ObjectId.from_name(sid, name), data) for name, data in objects.items()}


class Raw:
    """Requests with every byte chosen by the test."""

    def __init__(self, endpoint, authority):
        context = ssl.create_default_context(cadata=authority.pem)
        plain = socket.create_connection(("127.0.0.1", endpoint.port), timeout=20)
        self.socket = context.wrap_socket(plain, server_hostname="127.0.0.1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, head: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        self.socket.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return self.answer()

    def answer(self):
        data = b""
        while b"\r\n\r\n" not in data:
            got = self.socket.recv(65536)
            assert got, data
            data += got
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        while len(rest) < int(headers["content-length"]):
            rest += self.socket.recv(65536)
        return int(lines[0].split()[1]), headers, rest


def digest_header(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def head(object_id, token, data=b"x", *, length=None, digest=None, extra=""):
    length = len(data) if length is None else length
    digest = digest_header(data) if digest is None else digest
    lines = [f"PUT {object_id.path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", "If-None-Match: *"]
    lines += [f"Content-Length: {length}", f"Content-Digest: {digest}"]
    return "\n".join(lines) + extra


def kind(body: bytes) -> str:
    return json.loads(body)["kind"]


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
    "change",
    [
        {"nonce": "00" * 32},
        {"exam": "other"},
        {"candidate": "other"},
        {"config_sha256": "00" * 32},
        {"institution": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_header_of_something_else_is_not_enrolled(transport, admission, change):
    nonce = change.get("nonce", admission.nonce)
    changes = {name: value for name, value in change.items() if name != "nonce"}
    objects = sealed(Admission(admission.attempt, "", nonce), **changes)
    outcome = transport.put(ObjectId(f"{admission.attempt}.0", "header", 0), objects["header.isf"])
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "header_refused"


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


def test_admission_needs_a_known_institution_and_a_valid_time(endpoint, institution):
    transport = EndpointTransport(endpoint.address, None)
    cases = {
        "signature_refused": Institution().admit(transport),
        "out_of_time": institution.admit(transport, begins=1, ends=2, deliver=3),
        "not_allowed": None,
    }
    assert isinstance(institution.admit(transport, begins=-3, ends=-2, deliver=-1), UploadRefused)
    admitted = institution.admit(transport)
    cases["not_allowed"] = institution.admit(transport, admitted.attempt, candidate="somebody else")
    for expected, outcome in cases.items():
        assert isinstance(outcome, UploadRefused), outcome
        assert outcome.kind == expected
    claimed = Institution(key=institution.key, id="example-u").admit(transport)
    assert isinstance(claimed, Admission)
    transport.close()


def test_tokens_open_only_what_they_say(endpoint, authority, institution, transport, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s00", 0)
    stranger = ObjectId(f"{new_attempt()}.0", "s00", 0)
    review = endpoint.review_token("example-u", "local-test")
    elsewhere = endpoint.review_token("example-u", "other")
    broken = admission.token[:-4] + "AAAA"
    with Raw(endpoint, authority) as raw:
        for address, token, status, expected in [
            (object_id, "", 401, "token_refused"),
            (object_id, broken, 401, "token_refused"),
            (stranger, admission.token, 403, "not_allowed"),
            (object_id, review, 403, "not_allowed"),
            (object_id, elsewhere, 421, "wrong_region"),
        ]:
            answer = raw.ask(head(address, token), b"x")
            assert (answer[0], kind(answer[2])) == (status, expected)
    assert endpoint.review("/v1/sessions", token=admission.token).status_code == 403


def test_bad_requests_are_answered_before_their_body_is_read(endpoint, authority, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s00", 1)
    token = admission.token
    cases = [
        (head(object_id, token, length=MAX_OBJECT_BYTES + 1), 413, "too_large"),
        (head(object_id, token, length=10**13), 413, "too_large"),
        (head(object_id, token).replace("Content-Length: 1", "Transfer-Encoding: chunked"), 411, "length_required"),
        (head(object_id, token, digest="sha-256=:AAAA:", length=200_000), 400, "bad_request"),
        (head(object_id, token, length=200_000).replace("If-None-Match: *", "X-Nothing: 1"), 400, "bad_request"),
        (head(object_id, token, length=200_000).replace("/s00/1", "/s99/1"), 400, "bad_request"),
        (head(object_id, token, length=200_000).replace("/s00/1", "/s00/01"), 400, "bad_request"),
        (head(object_id, token, length=200_000).replace("Bearer ", "Basic "), 401, "token_refused"),
    ]
    for text, status, expected in cases:
        with Raw(endpoint, authority) as raw:
            answer = raw.ask(text)  # not one byte of the body is sent
            assert (answer[0], kind(answer[2])) == (status, expected), text


def test_a_body_that_is_not_its_digest_is_refused_and_may_be_sent_again(endpoint, authority, transport, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s01", 0)
    with Raw(endpoint, authority) as raw:
        status, _, body = raw.ask(head(object_id, admission.token, b"right"), b"wrong")
        assert (status, json.loads(body)) == (400, {"kind": "digest_mismatch"}), "a code, and no sentence"
        status, _, body = raw.ask(head(object_id, admission.token, b"right"), b"right")
        assert status == 201
        verify_receipt(body, receipt_key(endpoint.address.receipt_key))


def test_a_truncated_body_leaves_nothing(endpoint, authority, transport, admission):
    object_id = ObjectId(f"{admission.attempt}.0", "s01", 7)
    with Raw(endpoint, authority) as raw:
        raw.socket.sendall(head(object_id, admission.token, b"x" * 1000).replace("\n", "\r\n").encode() + b"\r\n\r\nxx")
    assert isinstance(transport.put(object_id, b"x" * 1000), Stored)


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


def test_health_names_the_endpoint(endpoint):
    answer = endpoint.review("/v1/health", token="")
    assert answer.status_code == 200
    assert answer.json()["endpoint_id"] == endpoint.address.endpoint_id


def test_the_log_keeps_no_address_and_no_identifier(endpoint, transport, admission):
    put_all(transport, admission, sealed(admission))
    log = endpoint.log.read_text()
    assert "PUT /v1/sessions/{sid}/{track}/{seq} 201" in log
    assert "127.0.0.0/16" in log
    assert "127.0.0.1" not in log
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", log)
    assert admission.token not in log
    database = (endpoint.data / "endpoint.sqlite").read_bytes() + (endpoint.data / "endpoint.sqlite-wal").read_bytes()
    assert b"127.0.0" not in database


def test_old_tls_and_static_key_exchange_are_refused_by_the_server(endpoint):
    for version, ciphers in [(ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"), (ssl.TLSVersion.TLSv1_2, "kRSA:@SECLEVEL=0")]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # offering old versions is the point here
            context.minimum_version = version
            context.maximum_version = version
        context.set_ciphers(ciphers)
        with (
            socket.create_connection(("127.0.0.1", endpoint.port), timeout=10) as plain,
            pytest.raises((ssl.SSLError, ConnectionResetError)),
        ):
            context.wrap_socket(plain)


def test_nothing_listens_means_wait(endpoint, authority, admission):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = endpoint.address
        away = dataclasses.replace(address, url=f"https://127.0.0.1:{taken.getsockname()[1]}")
        outcome = EndpointTransport(away, admission.token).put(ObjectId(f"{admission.attempt}.0", "s00", 0), b"x")
    assert isinstance(outcome, Retry)
