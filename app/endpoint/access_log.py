"""The access log: route template, status, milliseconds, bytes, and only part of the address.

An IPv4 address keeps its first 16 bits and an IPv6 address its first 40: enough to see that a network
has trouble, too little to point at a household. Paths, tokens, names of programs are not logged.
"""

import ipaddress
import logging
import time
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)


def truncated(address: str) -> str:
    """Keep the part of an address that may be logged; `-` for anything that is none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "-"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = 16 if parsed.version == 4 else 40
    return str(ipaddress.ip_network((parsed, bits), strict=False))


class AccessLog:
    """ASGI middleware that writes one line for each request.

    Args:
        app: what to wrap.
        templates: the route template of each endpoint function.
    """

    def __init__(self, app: ASGIApp, templates: Mapping[Any, str]) -> None:
        self._app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI's own signature
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, received = 0, 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, counting_receive, noting_send)
        finally:
            client = scope.get("client")
            logger.info(
                "%s %s %d %.1fms %dB %s",
                scope["method"],
                self._templates.get(scope.get("endpoint"), "unknown"),
                status,
                (time.perf_counter() - began) * 1000,
                received,
                truncated(client[0]) if client else "-",
            )
