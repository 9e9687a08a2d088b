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


def gate_for_the_engine(environ: MutableMapping[str, str]) -> EgressGate:
    """Return a gate that the engine of this process, which has not started yet, uses for everything."""
    gate = EgressGate()
    steer_engine(environ, gate.port)
    return gate


def steer_engine(environ: MutableMapping[str, str], port: int) -> None:
    """Let an engine that has not started yet use the gate at `port` for everything, and know no other way.

    That is why these are switches: a proxy given to Qt instead (`QNetworkProxy.setApplicationProxy`) is left out for
    addresses on this computer. What does not use a proxy finds no address: names are looked up by the gate alone.
    """
    here = f"127.0.0.1:{port}"
    environ[SWITCHES_VARIABLE] = " ".join(
        (
            f'--proxy-server="http=socks5://{here};https=http://{here};socks=http://{here}"',
            '--proxy-bypass-list="<-loopback>"',
            '--host-resolver-rules="MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"',
            "--disable-quic",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--disable-shared-workers",
            f"--disable-features={','.join(_WITHOUT)}",
            f"--disable-blink-features={','.join(('SharedWorker', 'WebTransport', 'FedCm'))}",
        )
    )
