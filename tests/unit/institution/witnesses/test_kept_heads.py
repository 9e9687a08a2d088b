"""What an endpoint publishes is kept when its key has signed it, and refused by name when it has not."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.institution.errors import EndpointFailure, FolderDamaged
from app.institution.witnesses.kept_heads import HEADS, keep_newest, kept_heads
from app.policy.delivery import Endpoint
from app.wire.heads import Entry, Head, first_chain, next_chain, sign_head
from tests.unit.institution.copies.library import INSTITUTION, Library

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ENDPOINT = Endpoint.model_construct(
    region="eu",
    url="https://endpoint.example",
    ca_pem="",
    receipt_key=base64.b64encode(KEY.public_key().public_bytes_raw()).decode(),
    endpoint_id="ep-1",
)
LINES = [Entry(f"3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b1{n}.0", n, "ab" * 32).text() for n in range(3)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("library"))
    yield library
    library.script.close()


@pytest.fixture
def library(shared):
    shared.forget()
    return shared


def publish(library, after, lines, *, size=None, key=KEY, chained=None, **changes):
    """Say at `after` that the head is of all `lines`, in the way that an honest endpoint does but for `changes`."""
    chain = first_chain("ep-1", INSTITUTION)
    for line in lines if chained is None else chained:
        chain = next_chain(chain, line)
    facts = {"institution": INSTITUTION, "size": len(lines) if size is None else size, "chain": chain}
    head = Head(**{**facts, "at": "2026-11-24T09:00:00Z", "endpoint_id": "ep-1", **changes})
    answer = {"head": sign_head(head, key).decode(), "entries": lines[after:]}
    library.answers[f"/v1/head?after={after}"] = 200, json.dumps(answer).encode()


def keep(library, folder):
    with library.client() as client:
        keep_newest(client, kept_heads(folder, ENDPOINT, INSTITUTION), INSTITUTION)
    return kept_heads(folder, ENDPOINT, INSTITUTION)


def test_heads_are_kept_one_after_the_other(library, tmp_path):
    publish(library, 0, LINES[:1])
    assert keep(library, tmp_path).size == 1
    publish(library, 1, LINES)
    kept = keep(library, tmp_path)
    assert ([entry.text() for entry in kept.entries], [head.size for head in kept.heads]) == (LINES, [1, 3])
    assert kept.contradicting == ()


def test_an_older_endpoint_publishes_none(library, tmp_path):
    assert keep(library, tmp_path).heads == ()


@pytest.mark.parametrize(
    ("published", "sentence"),
    [
        ({"key": OTHER}, "is not signed by the endpoint ep-1"),
        ({"institution": "other-u"}, "of another institution or endpoint"),
        ({"endpoint_id": "ep-2"}, "of another institution or endpoint"),
    ],
    ids=["key", "institution", "endpoint"],
)
def test_a_head_of_something_else_is_refused(library, tmp_path, published, sentence):
    publish(library, 0, LINES, **published)
    with pytest.raises(EndpointFailure, match=sentence):
        keep(library, tmp_path)


@pytest.mark.parametrize("line", ["", "a line", LINES[0] + "\n", "\u00e4" * 4])
def test_entries_that_are_none_are_refused(library, tmp_path, line):
    publish(library, 0, [line], chained=[])
    with pytest.raises(EndpointFailure, match="cannot be read"):
        keep(library, tmp_path)


@pytest.mark.parametrize(
    "published",
    [{"size": 2}, {"size": 4}, {"chained": LINES[:2]}, {"size": 10**12}],
    ids=["fewer", "more", "another", "endless"],
)
def test_entries_that_do_not_lead_to_the_head_are_kept_as_a_contradiction(library, tmp_path, published):
    publish(library, 0, LINES, **published)
    library.answers["/v1/head?after=3"] = library.answers["/v1/head?after=0"]
    again = json.loads(library.answers["/v1/head?after=3"][1]) | {"entries": []}
    library.answers["/v1/head?after=3"] = 200, json.dumps(again).encode()
    for _ in range(2):
        kept = keep(library, tmp_path)
        assert (kept.heads, len(kept.contradicting)) == ((), 1)


def test_a_kept_head_that_was_changed_is_named(library, tmp_path):
    publish(library, 0, LINES)
    file = keep(library, tmp_path).folder / HEADS
    file.write_bytes(file.read_bytes().replace(b'"size":3', b'"size":2'))
    with pytest.raises(FolderDamaged, match="it keeps what the endpoint published"):
        kept_heads(tmp_path, ENDPOINT, INSTITUTION)
