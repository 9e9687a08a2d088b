"""The servers that an exam needs, tried before it: the endpoint that takes the recording, and the page it opens first.

Blocking, for threads beside the main one. Nothing is sent but the requests themselves.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import requests

from app.client.delivery.errors import DeliveryError
from app.client.delivery.pinned_tls import PinnedAdapter
from app.client.delivery.problems import problem_of
from app.client.delivery.transport import EndpointTransport

if TYPE_CHECKING:
    from app.client.delivery.problems import DeliveryProblem
    from app.policy.delivery import Endpoint
    from app.policy.document import ExamSettings

MOST_REDIRECTS = 20
"""As many as the web engine follows."""
_TIMEOUTS_S = (5.0, 10.0)
_UNKNOWN_HOST = "NameResolutionError"


class PageFault(StrEnum):
    """What keeps the exam's first page from being shown."""

    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    PROXY_SILENT = "proxy_silent"
    CERTIFICATE_REFUSED = "certificate_refused"
    NOT_ALLOWED = "not_allowed"
    ERROR_STATUS = "error_status"
    REDIRECTED_IN_CIRCLES = "redirected_in_circles"


@dataclass(frozen=True)
class FirstPage:
    """How the exam's first page was answered: by which `host`, and what is wrong, None where it came.

    `status` is the HTTP status of the answer, None where there was none. For `NOT_ALLOWED`, `host` is where the page
    leads to: an address that the exam's settings do not allow.
    """

    host: str
    fault: PageFault | None = None
    status: int | None = None


class ExamServers:
    """The servers of one exam."""

    def __init__(self, settings: ExamSettings, endpoint: Endpoint) -> None:
        self._settings = settings
        self._endpoint = endpoint

    def endpoint_problem(self) -> DeliveryProblem | None:
        """Ask the endpoint whether it takes recordings; None where it does."""
        try:
            transport = EndpointTransport(self._endpoint, token=None)
        except DeliveryError as error:
            return problem_of(error)
        try:
            return transport.health()
        finally:
            transport.close()

    def first_page(self) -> FirstPage:
        """Open the exam's first page, and follow it where it leads as far as the settings allow.

        Certificates are judged as the system judges them.
        """
        allows, url = self._settings.address_filter().allows, self._settings.start_url
        with requests.Session() as session:
            session.mount("https://", PinnedAdapter(ssl.create_default_context()))
            for _ in range(MOST_REDIRECTS):
                host = _host(url)
                if not allows(url):
                    return FirstPage(host, PageFault.NOT_ALLOWED)
                try:
                    with session.get(url, timeout=_TIMEOUTS_S, allow_redirects=False, stream=True) as answer:
                        status, leads_to = answer.status_code, answer.headers.get("Location")
                except requests.exceptions.RequestException as error:
                    return FirstPage(host, _fault(error))
                if status >= requests.codes.bad_request:
                    return FirstPage(host, PageFault.ERROR_STATUS, status)
                if not (answer.is_redirect and leads_to):
                    return FirstPage(host, status=status)
                url = urljoin(url, leads_to)
        return FirstPage(_host(url), PageFault.REDIRECTED_IN_CIRCLES)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _fault(error: requests.exceptions.RequestException) -> PageFault:
    match error:
        case requests.exceptions.ProxyError():
            return PageFault.PROXY_SILENT
        case requests.exceptions.SSLError():
            return PageFault.CERTIFICATE_REFUSED
        case requests.exceptions.Timeout():
            return PageFault.TIMED_OUT
        case _:
            return PageFault.UNKNOWN_HOST if _UNKNOWN_HOST in str(error) else PageFault.UNREACHABLE
