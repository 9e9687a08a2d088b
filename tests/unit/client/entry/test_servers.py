"""The exam's own servers are tried before it: name, connection, certificate, first page and where it leads."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client.delivery.problems import ProblemCode
from app.client.entry.servers import ExamServers, FirstPage, PageFault
from app.client.findings.server_findings import page_finding
from app.demo.certificates import issue_for_loopback
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.fixtures.learning_platform import Platform

KEY = RecipientPrivate.generate("exam-key")


@pytest.fixture
def platform() -> Iterator[Platform]:
    made = Platform(pages={"/quiz": "<p>Question 1</p>"})
    made.start()
    yield made
    made.stop()


def first_page(folder: Path, start_url: str, **changes: object) -> FirstPage:
    settings = exam_settings(folder / "tls", KEY, start_url=start_url, **changes)
    return ExamServers(settings, settings.delivery.endpoints[0]).first_page()


def test_a_first_page_that_comes_is_ready(platform: Platform, tmp_path: Path) -> None:
    page = first_page(tmp_path, f"{platform.url}/quiz")
    assert page == FirstPage("127.0.0.1", status=200)
    assert page_finding(page).state == "ready"


def test_a_page_that_the_server_refuses_is_told_with_its_status(platform: Platform, tmp_path: Path) -> None:
    page = first_page(tmp_path, f"{platform.url}/gone")
    assert page == FirstPage("127.0.0.1", PageFault.ERROR_STATUS, 404)
    assert "404" in page_finding(page).sentence


def test_kind_14_a_proxy_that_does_not_answer_is_said(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failed before: the exam's server was said not to be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    page = first_page(tmp_path, f"{platform.url}/quiz")
    assert page == FirstPage("127.0.0.1", PageFault.PROXY_SILENT)
    assert "proxy" in page_finding(page).sentence


def test_a_redirect_is_followed_where_the_settings_allow_it(platform: Platform, tmp_path: Path) -> None:
    platform.redirects = {"/start": "/quiz"}
    allowed = first_page(tmp_path / "a", f"{platform.url}/start", allowed=[f"{platform.url}/quiz"])
    assert allowed == FirstPage("127.0.0.1", status=200)


def test_a_redirect_to_what_is_not_allowed_names_where_it_leads(platform: Platform, tmp_path: Path) -> None:
    platform.redirects = {"/start": "https://sign-in.example.net/"}
    page = first_page(tmp_path, f"{platform.url}/start")
    assert page == FirstPage("sign-in.example.net", PageFault.NOT_ALLOWED)
    finding = page_finding(page)
    assert finding.state == "attention"
    assert "sign-in.example.net" in finding.sentence


def test_a_redirect_in_circles_ends(platform: Platform, tmp_path: Path) -> None:
    platform.redirects = {"/start": "/start"}
    page = first_page(tmp_path, f"{platform.url}/start")
    assert page.fault is PageFault.REDIRECTED_IN_CIRCLES


def test_nobody_listening_and_no_such_name_are_told_apart(tmp_path: Path) -> None:
    assert first_page(tmp_path / "a", "http://127.0.0.1:9/").fault is PageFault.UNREACHABLE
    assert first_page(tmp_path / "b", "https://exams.invalid/").fault is PageFault.UNKNOWN_HOST


def test_a_certificate_that_this_computer_does_not_trust_is_told(tmp_path: Path) -> None:
    made = issue_for_loopback(tmp_path / "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    platform = Platform(pages={"/": "<p>Question 1</p>"})
    platform.start()
    assert platform.server is not None
    platform.server.socket = context.wrap_socket(platform.server.socket, server_side=True)
    try:
        page = first_page(tmp_path, f"https://127.0.0.1:{platform.port}/")
    finally:
        platform.stop()
    assert page == FirstPage("127.0.0.1", PageFault.CERTIFICATE_REFUSED)


def test_every_fault_has_words_and_advice() -> None:
    for fault in PageFault:
        finding = page_finding(FirstPage("exams.example.edu", fault, 500))
        assert finding.state == "attention"
        assert "exams.example.edu" in finding.sentence
        assert finding.fix


def test_an_endpoint_that_is_down_is_no_endpoint_that_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = exam_settings(tmp_path / "tls", KEY)
    endpoint = settings.delivery.endpoints[0].model_copy(update={"url": f"https://127.0.0.1:{port}"})
    problem = ExamServers(settings, endpoint).endpoint_problem()
    assert problem is not None
    assert problem.code is ProblemCode.UNREACHABLE
