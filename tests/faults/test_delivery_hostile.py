"""A hostile path to the endpoint: whatever answers in its place, nothing counts as delivered."""

import shutil
import socket
import subprocess
import threading
import time
import warnings

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client.delivery.errors import EndpointInvalid
from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.delivery.transport import AlreadyStored, Retry, Stored, UploadRefused
from tests.unit.delivery.kit import Authority, new_attempt, wait_until
from tests.unit.delivery.scripted_server import DATA, OBJECT, receipt, simple

PORTAL = b"<html><body>Welcome to Campus WiFi. Please log in.</body></html>"


@pytest.mark.parametrize(
    "answer",
    [
        simple(200, PORTAL, [("Content-Type", "text/html")]),
        simple(201, PORTAL),
        simple(200),
        simple(204),
        simple(302, b"", [("Location", "https://portal.example/")]),
        simple(307, b"", [("Location", "/elsewhere")]),
        simple(407, b"", [("Proxy-Authenticate", "Basic")]),
        simple(409, PORTAL),
        simple(400, PORTAL),
        simple(413, PORTAL),
        simple(502, b"Bad Gateway"),
        simple(200, b"x" * 1_000_000),
        simple(201, receipt()[:-10]),
        simple(201, receipt(Ed25519PrivateKey.generate())),
        simple(201, receipt(sid=f"{new_attempt()}.0")),
        simple(201, receipt(track="s01")),
        simple(201, receipt(seq=4)),
        simple(201, receipt(sha256="00" * 32)),
        simple(201, receipt(size=14)),
        simple(201, receipt(endpoint_id="ep-2")),
        simple(201, receipt() + receipt()),
        simple(500, receipt()),
        simple(202, receipt()),
    ],
    ids=lambda _: "",
)
def test_no_answer_but_the_endpoints_receipt_is_a_delivery(serving, to, answer):
    outcome = to(serving(answer).port).put(OBJECT, DATA)
    assert isinstance(outcome, Retry), outcome


def test_the_right_receipt_is_a_delivery(serving, to):
    transport = to(serving(simple(201, receipt())).port)
    assert isinstance(transport.put(OBJECT, DATA), Stored)
    assert isinstance(to(serving(simple(200, receipt())).port).put(OBJECT, DATA), AlreadyStored)


def test_an_answer_cut_off_is_no_delivery(serving, to):
    def cut(handler):
        whole = receipt()
        handler.send_response(201)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole[:-20])
        handler.close_connection = True

    assert isinstance(to(serving(cut).port).put(OBJECT, DATA), Retry)


def test_nothing_follows_a_redirect_to_another_region(serving, to):
    elsewhere = serving(simple(201, receipt()))
    location = f"https://127.0.0.1:{elsewhere.port}{OBJECT.path}"
    for status in (301, 302, 303, 307, 308):
        here = serving(simple(status, b"", [("Location", location)]))
        outcome = to(here.port).put(OBJECT, DATA)
        assert isinstance(outcome, Retry)
        assert outcome.problem.code is ProblemCode.REDIRECTED
    assert elsewhere.requests == []


@pytest.mark.parametrize(("said", "heard"), [("7", 7.0), ("99999999", 3600.0), ("soon", None), ("-3", None)])
def test_retry_after_is_honoured_within_reason(serving, to, said, heard):
    outcome = to(serving(simple(503, b"", [("Retry-After", said)])).port).put(OBJECT, DATA)
    assert outcome == Retry(heard, DeliveryProblem(ProblemCode.ENDPOINT_BUSY))


def test_retry_after_may_be_a_date(serving, to):
    from email.utils import formatdate

    outcome = to(serving(simple(429, b"", [("Retry-After", formatdate(time.time() + 30, usegmt=True))])).port).put(
        OBJECT, DATA
    )
    assert isinstance(outcome, Retry)
    assert 25 < outcome.after_s <= 30


def test_a_typed_refusal_is_about_this_object_only(serving, to):
    body = b'{"kind": "conflict", "sentence": "As older endpoints said it."}'
    outcome = to(serving(simple(409, body)).port).put(OBJECT, DATA)
    assert isinstance(outcome, UploadRefused)
    assert outcome.kind == "conflict"
    assert outcome.problem == DeliveryProblem(ProblemCode.OBJECT_REFUSED, kind="conflict")


def test_a_certificate_of_another_authority_gets_nothing(serving, to, tmp_path, monkeypatch):
    other = Authority(tmp_path / "other", "a proxy that looks inside")
    script = serving(simple(201, receipt()), other.server())
    ca_file = tmp_path / "other.pem"
    ca_file.write_text(other.pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(ca_file))
    outcome = to(script.port).put(OBJECT, DATA)
    assert isinstance(outcome, Retry)
    assert outcome.problem.code is ProblemCode.CERTIFICATE_REFUSED
    assert script.requests == []


def test_the_environment_cannot_widen_or_break_the_pin(serving, to, tmp_path, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
    assert isinstance(to(serving(simple(201, receipt())).port).put(OBJECT, DATA), Stored)


def test_a_certificate_for_another_host_gets_nothing(serving, to):
    script = serving(simple(201, receipt()))
    outcome = to(script.port, url=f"https://localhost:{script.port}").put(OBJECT, DATA)
    assert isinstance(outcome, Retry)
    assert script.requests == []


def test_a_netrc_file_does_not_replace_the_token(serving, to, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    seen = []

    def answer(handler):
        seen.append(handler.headers["Authorization"])
        simple(201, receipt())(handler)

    to(serving(answer).port).put(OBJECT, DATA)
    assert seen == ["Bearer token"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program as a server")
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rsa", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]),
        ("rsa", ["-tls1_2", "-cipher", "AES256-GCM-SHA384"]),
        ("rsa", ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"]),
    ],
    ids=["tls-1.1", "rsa-key-exchange", "dhe-only"],
)
def test_weak_tls_gets_nothing(authority, to, kind, options, tmp_path):
    certificate, key = authority.server(kind)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "openssl",
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        certificate,
        "-key",
        key,
        "-www",
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port))
        outcome = to(port).put(OBJECT, DATA)
        assert isinstance(outcome, Retry)
        assert outcome.problem.code in {ProblemCode.CERTIFICATE_REFUSED, ProblemCode.UNREACHABLE}
    finally:
        process.kill()
        process.wait()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://127.0.0.1:1"},
        {"url": "https://"},
        {"url": "https://127.0.0.1/path"},
        {"ca_pem": "no certificate"},
        {"receipt_key": "AAAA"},
        {"receipt_key": "not base64"},
    ],
)
def test_settings_that_name_no_usable_endpoint_are_said_at_once(to, changes):
    with warnings.catch_warnings(), pytest.raises(EndpointInvalid):
        to(1, **changes)


def test_a_proxy_that_wants_a_password_is_named(to, monkeypatch):
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        connection.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    outcome = to(1, url="https://endpoint.invalid:8443").put(OBJECT, DATA)
    thread.join(5)
    listener.close()
    assert outcome == Retry(None, DeliveryProblem(ProblemCode.PROXY_REFUSED))
