"""An endpoint's listing and objects, over real TLS, as a test wants them."""

import hashlib
import json

from app.institution.copies.endpoint_client import EndpointClient
from app.institution.copies.fetching import fetch
from app.wire.objects import ObjectId
from crypto.log import split_log
from tests.unit.delivery.kit import Authority
from tests.unit.delivery.scripted_server import Script

TOKEN = "review-token"
INSTITUTION = "example-u"
ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"
SID = f"{ATTEMPT}.0"


class Library:
    """A server that gives `answers[path]`, a status and bytes, or 404; `asked` are the paths asked for."""

    def __init__(self, folder):
        self.authority = Authority(folder / "authority")
        self.answers = {}
        self.asked = []
        self.tokens = set()
        self.script = Script(self.authority.server(), self._answer)
        self.url = f"https://127.0.0.1:{self.script.port}"

    def _answer(self, handler):
        self.asked.append(handler.path)
        self.tokens.add(handler.headers["Authorization"])
        status, data = self.answers.get(handler.path, (404, b"{}"))
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def client(self, **changes):
        return EndpointClient(**{"url": self.url, "ca_pem": self.authority.pem, "token": TOKEN, **changes})

    def forget(self):
        self.answers, self.asked = {}, []

    def lists(self, *sessions):
        """Say which sessions there are."""
        path = f"/v1/sessions?institution={INSTITUTION}"
        self.answers[path] = 200, json.dumps({"sessions": sessions, "next": None}).encode()

    def shelves(self, sid, objects, **beside):
        """Say what a session consists of, {name: data} in the order of listing, and give it."""
        listed = []
        for name, data in objects.items():
            each = ObjectId.from_name(sid, name)
            self.answers[each.path] = 200, data
            digest = hashlib.sha256(data).hexdigest()
            listed.append({"name": name, "track": each.track, "seq": each.seq, "size": len(data), "sha256": digest})
        self.relists(sid, listed, **beside)
        return listed

    def relists(self, sid, listed, **beside):
        """Say that a session consists of `listed`."""
        self.answers[f"/v1/sessions/{sid}/objects"] = 200, json.dumps({"objects": listed, **beside}).encode()


def objects_of(path):
    """The objects of a sealed folder as a recorder delivers them, log records one by one."""
    found = {name: (path / name).read_bytes() for name in ("header.isf", "keys.isf")}
    found |= {f"seg/{each.name}": each.read_bytes() for each in sorted((path / "seg").iterdir())}
    records = split_log((path / "log.isf").read_bytes())[0]
    return found | {f"log/{number:08d}.isl": bytes(record) for number, record in enumerate(records)}


def fetched(library, wanted, folder, progress=None):
    with library.client() as client:
        return fetch(client, INSTITUTION, wanted, folder, progress)


def files(path):
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def copied(objects):
    """The files of a canonical copy."""
    log = b"".join(data for name, data in objects.items() if name.startswith("log/"))
    return {name: data for name, data in objects.items() if not name.startswith("log/")} | {"log.isf": log}
