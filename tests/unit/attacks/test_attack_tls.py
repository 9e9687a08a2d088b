"""Attacks on the way to the endpoint: who else may answer in its place. Handshakes happen in memory."""

import datetime as dt
import ssl

import pytest

from app.client.delivery.pinned_tls import pinned_context
from tests.unit.delivery import kit


def handshake(client, server, host="127.0.0.1"):
    """Both ends of a handshake; raises what either end raises, gives the client's end."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=host)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(10):
        done = 0
        for end in (ours, theirs):
            try:
                end.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
        if done == 2:
            return ours
    raise AssertionError("the handshake does not end")


def server_context(files, **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    for name, value in settings.items():
        setattr(context, name, value)
    return context


@pytest.fixture
def authority(tmp_path):
    return kit.Authority(tmp_path / "institution")


def certified(authority, moment, monkeypatch):
    """A server certificate that the right authority gave out at `moment`, for 30 days."""
    with monkeypatch.context() as earlier:
        earlier.setattr(kit, "now", lambda: moment)
        return authority.server()


def test_the_endpoint_itself_is_reached(authority):
    end = handshake(pinned_context(authority.pem), server_context(authority.server()))
    assert end.version() in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize("days", [-60, 60], ids=["expired", "not yet valid"])
def test_attack_24_certificate_out_of_its_time(authority, days, monkeypatch):
    # Stopped by app/client/delivery/pinned_tls.py pinned_context: certificates are checked whole, dates included.
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"expired|not yet valid"):
        handshake(pinned_context(authority.pem), server_context(certified(authority, moment, monkeypatch)))


def test_attack_24_other_authority_and_other_host(authority, tmp_path):
    # Stopped by app/client/delivery/pinned_tls.py pinned_context: the trust store holds the institution's authority
    # alone.
    other = kit.Authority(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(pinned_context(authority.pem), server_context(other.server()))
    with pytest.raises(ssl.SSLCertVerificationError, match="match"):
        handshake(pinned_context(authority.pem), server_context(authority.server()), host="127.0.0.2")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the old version is the point
@pytest.mark.parametrize(
    "weakness",
    [
        {"minimum_version": ssl.TLSVersion.TLSv1, "maximum_version": ssl.TLSVersion.TLSv1_1},
        {"maximum_version": ssl.TLSVersion.TLSv1_2, "ciphers": "kRSA:@SECLEVEL=0"},
    ],
    ids=["TLS 1.1", "static RSA key exchange"],
)
def test_attack_24_weak_tls(authority, weakness):
    # Stopped by app/client/delivery/pinned_tls.py pinned_context: TLS 1.2 and ECDHE are the least.
    settings = dict(weakness)
    ciphers = settings.pop("ciphers", "ALL:@SECLEVEL=0")
    server = server_context(authority.server("rsa"), **settings)
    server.set_ciphers(ciphers)
    with pytest.raises(ssl.SSLError):
        handshake(pinned_context(authority.pem), server)
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.load_verify_locations(cadata=authority.pem)
    lax.set_ciphers("ALL:@SECLEVEL=0")
    lax.minimum_version = ssl.TLSVersion.TLSv1
    assert handshake(lax, server), "a client that asks for less gets through, so the server works"
