"""The server: uvicorn that ends TLS itself, and the life of one serving process."""

import json
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from app.durable_files.writing import make_folder, write_file
from app.endpoint.admission import Admissions
from app.endpoint.errors import AlreadyServed, DataFolderUnusable
from app.endpoint.head_records import HeadRecords
from app.endpoint.identity import EndpointIdentity
from app.endpoint.intake import Intake
from app.endpoint.local_storage import LocalStorage
from app.endpoint.reconcile import reconcile
from app.endpoint.records import Records
from app.endpoint.service import ServiceParts, application
from app.wire.regions import Region
from crypto.signing import VerifyKey
from resources.language import _, isolate

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

logger = logging.getLogger(__name__)

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection (60 s); uvicorn's own 5 s resets a client that sends every 5 s."""
GRACEFUL_STOP_S = 10


@dataclass(frozen=True, slots=True)
class Serving:
    """What `serve` needs to know.

    Attributes:
        data: data folder, made if absent.
        host: address to listen on.
        port: 0 for any that is free.
        region: of this endpoint.
        tls_cert: PEM chain.
        tls_key: PEM key without passphrase.
        roots: root keys of the institutions that are served.
        ready_file: written once requests are answered; `None` for none.
    """

    data: Path
    host: str
    port: int
    region: Region
    tls_cert: Path
    tls_key: Path
    roots: Sequence[VerifyKey]
    ready_file: Path | None = None


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def serve(serving: Serving) -> None:
    """Serve until SIGTERM or SIGINT, then finish what has begun and return.

    Raises:
        AlreadyServed: another process serves the data folder.
        DataFolderUnusable: data folder, certificate, or address cannot be used.
    """
    with instance_lock(serving.data), _listening(serving.host, serving.port) as listener:
        context = server_context(serving.tls_cert, serving.tls_key)
        identity = EndpointIdentity.in_folder(serving.data)
        records = Records.in_folder(serving.data)
        try:
            storage = LocalStorage(serving.data)
            reconcile(storage, records, utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z"))
            app = application(
                ServiceParts(
                    storage=storage,
                    records=records,
                    identity=identity,
                    region=serving.region,
                    intake=Intake(storage, records, identity, utc_now),
                    admissions=Admissions(serving.roots, records, identity, serving.region, utc_now),
                    heads=HeadRecords(records, identity, utc_now),
                    now=utc_now,
                )
            )
            config = uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=GRACEFUL_STOP_S,
                # uvicorn only ends TLS if it believes to have a certificate of its own.
                ssl_certfile=serving.tls_cert,
                ssl_keyfile=serving.tls_key,
                ssl_context_factory=lambda _config, _default: context,
            )
            port = listener.getsockname()[1]
            _Server(config, lambda: _announce(serving, identity, port)).run_until_signalled(listener)
        finally:
            records.close()


def server_context(cert: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 with ECDHE or TLS 1.3, nothing else.

    Raises:
        DataFolderUnusable: the certificate or its key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise DataFolderUnusable(
            _("The certificate {certificate} or its key {key} cannot be used: {reason}.").format(
                certificate=isolate(cert), key=isolate(key), reason=isolate(error)
            )
        ) from error
    return context


@contextmanager
def instance_lock(data: Path) -> Iterator[None]:
    """Hold a data folder for this process; the lock ends with the process, however it ends.

    Raises:
        AlreadyServed: another process holds it.
        DataFolderUnusable: it cannot be made or written.
    """
    try:
        make_folder(data)
        lock = (data / "served.lock").open("ab")
    except OSError as error:
        raise DataFolderUnusable(
            _("The data folder {folder} cannot be used: {reason}.").format(
                folder=isolate(data), reason=isolate(error.strerror)
            )
        ) from error
    with lock:
        try:
            if sys.platform == "win32":
                lock.seek(0)
                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyServed(_("Another process serves {folder} already.").format(folder=isolate(data))) from error
        yield


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise DataFolderUnusable(
            _("Cannot listen on {host} port {port}: {reason}.").format(
                host=isolate(host), port=isolate(port), reason=isolate(error.strerror)
            )
        ) from error
    with listener:
        # For each connection: otherwise an answer in two pieces waits for the peer's delayed acknowledgement, 40 ms or
        # more. asyncio sets it for sockets whose protocol is named, which those of `create_server` are not.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def _announce(serving: Serving, identity: EndpointIdentity, port: int) -> None:
    logger.info("serving region %s on port %d", serving.region, port)
    if serving.ready_file is None:
        return
    facts = {
        "host": serving.host,
        "port": port,
        "pid": os.getpid(),
        "region": serving.region,
        "endpoint_id": identity.endpoint_id,
        "receipt_key": identity.receipt_key,
    }
    write_file(serving.ready_file, json.dumps(facts).encode() + b"\n", private=False)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    def run_until_signalled(self, listener: socket.socket) -> None:
        # uvicorn raises the signal that ended it once more; a wanted end shall not look like a killed one.
        numbers = [signal.SIGINT, signal.SIGTERM]
        before = {number: signal.signal(number, lambda _number, _frame: None) for number in numbers}
        try:
            self.run(sockets=[listener])
        finally:
            for number, handler in before.items():
                with suppress(TypeError):
                    signal.signal(number, handler)
