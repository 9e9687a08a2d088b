"""TLS that trusts one certificate authority, the institution's, and nothing else on this machine.

The trust store begins empty; certificates that the system, a proxy, an environment variable or
`requests` itself would add do not get in. Key exchange is ephemeral only (TLS 1.3, or TLS 1.2 with
ECDHE), so a key stolen later opens no recorded traffic.
"""

import ssl
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.util import Retry

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


def pinned_context(ca_pem: str) -> ssl.SSLContext:
    """A client context that accepts only servers certified below `ca_pem`.

    Raises:
        ssl.SSLError: `ca_pem` holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_verify_locations(cadata=ca_pem)
    return context


class PinnedAdapter(HTTPAdapter):
    """An adapter of `requests` that keeps one connection and verifies it with one context.

    `requests` would otherwise add certifi's authorities to any context (in `cert_verify` and in the
    pool's key), which would void the pin; each override below closes one of those ways.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Direct connections."""
        kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Connections through an HTTP proxy: a tunnel, with the same TLS inside."""
        kwargs["ssl_context"] = self._context
        return super().proxy_manager_for(*args, **kwargs)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave verification to the context; `verify` and the environment have no say."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Name the pool by our context, without any bundle of authorities."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        pool.pop("ca_certs", None)
        pool.pop("ca_cert_dir", None)
        pool["ssl_context"] = self._context
        return host, pool
