"""A sealed session in memory: sink and source in one, and the parts tests build sessions from."""

from crypto.errors import FormatError
from crypto.faults import Fault
from crypto.header import SessionDescription
from crypto.keys import RecipientPrivate
from crypto.names import largest
from crypto.sealing import SessionSealer

ATTEMPT = "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77"
KEY = RecipientPrivate.from_seed("exam-2026", bytes(range(32)))


class Objects(dict[str, bytes]):
    """Takes objects as a sink and gives them as a source."""

    def put(self, name, data):
        assert name not in self, f"{name} was put twice"
        self[name] = data

    def names(self):
        return list(self)

    def read(self, name):
        if name not in self:
            raise FormatError(f"{name}: missing", Fault.MISSING)
        if len(self[name]) > (limit := largest(name)):
            raise FormatError(f"{name}: too large", Fault.TOO_LARGE, limit=limit)
        return self[name]

    def copy(self):
        return Objects(self)

    def with_log_file(self):
        """The same session with its log as one file instead of slices."""
        slices = sorted(name for name in self if name.startswith("log/"))
        rest = {name: data for name, data in self.items() if name not in slices}
        return Objects(rest, **{"log.isf": b"".join(self[name] for name in slices)})


def description(**changes):
    values = {
        "institution": "uni-example",
        "exam": "anatomy-1",
        "config_sha256": "ab" * 32,
        "attempt": ATTEMPT,
        "take": 0,
        "candidate": "c-4711",
        "started_at": "2026-11-22T09:00:00Z",
        "t0_ns": 123_456_789,
        "client": "invigilo 0.1.0",
        "nonce": "n0nce",
        "streams": ("events", "webcam", "microphone"),
    }
    return SessionDescription(**{**values, **changes})


def sealed(segments=(("events", 0, b"one"), ("webcam", 0, b"two"), ("events", 5, b"three")), finish=True, **changes):
    """Seal `segments` of (stream, t0_us, plaintext); give the objects and the sealer."""
    objects = Objects()
    sealer = SessionSealer(description(**changes), [KEY.public], objects)
    for segment in segments:
        sealer.seal(*segment)
    if finish:
        sealer.finish()
    return objects, sealer
