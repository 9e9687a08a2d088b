"""The switches with which the web engine starts, so that nothing of it reaches a network but through the gate."""

from __future__ import annotations

from collections.abc import MutableMapping

from ui.client.exam.egress.gate import EgressGate

SWITCHES_VARIABLE = "QTWEBENGINE_CHROMIUM_FLAGS"
_WITHOUT = (
    "FedCm",
    "WebTransport",
    "Prerender2",
    "NetworkErrorLogging",
    "Reporting",
    "PrivateAggregationApi",
    "AttributionReportingAPI",
    "WebRtcHideLocalIpsWithMdns",
)
_NEVER = ("WebTransport", "FedCm")
_SHARED_WORKERS = "SharedWorker"


def gate_for_the_engine(environ: MutableMapping[str, str], *, shared_workers: bool = False) -> EgressGate:
    """Return a gate that the engine of this process, which has not started yet, uses for everything."""
    gate = EgressGate()
    steer_engine(environ, gate.port, shared_workers=shared_workers)
    return gate


def steer_engine(environ: MutableMapping[str, str], port: int, *, shared_workers: bool = False) -> None:
    """Let an engine that has not started yet use the gate at `port` for everything, and know no other way.

    That is why these are switches: a proxy given to Qt instead (`QNetworkProxy.setApplicationProxy`) is left out for
    addresses on this computer. What does not use a proxy finds no address: names are looked up by the gate alone.
    The engine has no interface for shared workers unless they are asked for: one that brings its own text is no
    request, which a filter could refuse.
    """
    here = f"127.0.0.1:{port}"
    interfaces = _NEVER if shared_workers else (*_NEVER, _SHARED_WORKERS)
    environ[SWITCHES_VARIABLE] = " ".join(
        (
            f'--proxy-server="http=socks5://{here};https=http://{here};socks=http://{here}"',
            '--proxy-bypass-list="<-loopback>"',
            '--host-resolver-rules="MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"',
            "--disable-quic",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            *(() if shared_workers else ("--disable-shared-workers",)),
            f"--disable-features={','.join(_WITHOUT)}",
            f"--disable-blink-features={','.join(interfaces)}",
        )
    )
