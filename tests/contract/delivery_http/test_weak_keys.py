"""A log "signed" under a key that nobody needs to own is not witnessed."""

import itertools

import pytest

from app.wire.objects import ObjectId
from crypto.sealing import FreshSecrets, SessionSealer
from tests.unit.delivery.kit import RECIPIENT, Collected, description
from tests.vectors.isf1_example import NobodysKey


class NobodysSecrets(FreshSecrets):
    """Real keys, and nobody's from number `first` on."""

    def __init__(self, first):
        self._keys = itertools.count(-first)

    def signing_key(self):
        return NobodysKey() if next(self._keys) >= 0 else super().signing_key()


@pytest.mark.parametrize(("first", "refused"), [(0, "header_refused"), (1, "log_refused"), (2, "log_refused")])
def test_the_endpoint_takes_no_log_under_such_a_key(endpoint, transport, admission, first, refused):
    sink = Collected()
    described = description(admission.attempt, nonce=admission.nonce)
    sealer = SessionSealer(described, [RECIPIENT.public], sink, secret_source=NobodysSecrets(first))
    for number in range(2):
        sealer.seal("events", number, b"x")
    sealer.finish()
    sid = f"{admission.attempt}.0"
    answers = {name: transport.put(ObjectId.from_name(sid, name), data) for name, data in sink.objects.items()}
    kinds = [getattr(each, "kind", "stored") for name, each in answers.items() if name.startswith(("header", "log"))]
    assert kinds[:first] == ["stored"] * first
    assert kinds[first] == refused
    assert "stored" not in kinds[first:]
