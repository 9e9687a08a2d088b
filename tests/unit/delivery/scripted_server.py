"""HTTPS servers that answer as a test tells them to."""

import base64
import contextlib
import dataclasses
import hashlib
import http.server
import ssl
import threading

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client.delivery.transport import EndpointTransport
from app.wire.objects import ObjectId
from app.wire.receipts import Receipt, sign_receipt
from tests.unit.delivery.kit import Address, new_attempt

KEY = Ed25519PrivateKey.generate()
OBJECT = ObjectId(f"{new_attempt()}.0", "s00", 3)
DATA = b"sealed object"


def receipt(key=KEY, **changes) -> bytes:
    facts = {
        "sid": OBJECT.sid,
        "track": OBJECT.track,
        "seq": OBJECT.seq,
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "size": len(DATA),
        "stored_at": "2026-11-22T09:00:00.000Z",
        "endpoint_id": "ep-1",
    } | changes
    return sign_receipt(Receipt(**facts), key)


class Script:
    """An HTTPS server that answers as told and remembers what it was sent."""

    def __init__(self, tls: tuple, answer) -> None:
        script = self
        self.requests: list[tuple[str, str, bytes]] = []
        self.connections = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                script.connections += 1
                super().setup()

            def handle_one_request(self):
                with contextlib.suppress(OSError):
                    super().handle_one_request()
                    return
                self.close_connection = True

            def do_PUT(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                script.requests.append((self.command, self.path, body))
                answer(self)

            do_POST = do_GET = do_PUT

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


def simple(status, body=b"", headers=()):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def key_text(key) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def transport_to(authority, port, **changes) -> EndpointTransport:
    address = Address("local-test", f"https://127.0.0.1:{port}", authority.pem, key_text(KEY), "ep-1")
    return EndpointTransport(dataclasses.replace(address, **changes), "token")
