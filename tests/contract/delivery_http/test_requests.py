"""The endpoint's contract: who is let in, and what becomes of requests that are not as they should be."""

import dataclasses
import json
import re
import socket
import ssl
import warnings

import pytest

from app.client.delivery.transport import EndpointTransport, Retry, Stored, UploadRefused
from app.wire.admissions import Admission
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId
from app.wire.receipts import receipt_key, verify_receipt
from tests.fixtures.raw_requests import Raw, head, kind, put_all
from tests.unit.delivery.kit import Institution, new_attempt, sealed


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
