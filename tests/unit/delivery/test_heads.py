"""Heads: what is signed, what is read back, and that a head never promises what is not stored."""

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.endpoint.errors import StorageFault
from app.endpoint.fsck import differences
from app.endpoint.head_records import HeadRecords
from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.endpoint.retention import delete
from app.endpoint.tables import ObjectRow
from app.wire.errors import HeadRefused
from app.wire.heads import Entry, Head, first_chain, next_chain, read_entry, sign_head, verify_head
from tests.unit.delivery.kit import sealed

KEY = Ed25519PrivateKey.generate()
HEAD = Head("example-u", 2, "ab" * 32, "2026-11-24T09:00:00.000Z", "ep-1")
SID = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11.0"


def test_a_head_reads_back_and_only_with_its_key():
    signed = sign_head(HEAD, KEY)
    assert signed == sign_head(HEAD, KEY)
    assert verify_head(signed, KEY.public_key()) == HEAD
    for wrong in (signed.replace(b'"size":2', b'"size":3'), signed + b"\n", signed[:-2], b"", b"\n\n", b"x" * 3000):
        with pytest.raises(HeadRefused):
            verify_head(wrong, KEY.public_key())
    with pytest.raises(HeadRefused, match="not signed"):
        verify_head(signed, Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    "facts", [{"size": -1}, {"chain": "AB" * 32}, {"at": "2026-11-24T09:00:00"}, {"institution": ""}, {"at": "soon"}]
)
def test_a_signed_head_whose_facts_are_out_of_bounds_is_refused(facts):
    made = {name: getattr(HEAD, name) for name in Head.__slots__} | facts
    with pytest.raises(HeadRefused, match="out of bounds"):
        verify_head(sign_head(Head(**made), KEY), KEY.public_key())


@pytest.mark.parametrize("entry", [Entry(SID, 0, "0" * 64), Entry(SID, 381_301, "f" * 64), Entry(SID, None, None)])
def test_an_entry_has_one_spelling(entry):
    assert read_entry(entry.text()) == entry
    for other in (f"{entry.text()} ", entry.text().upper(), entry.text().replace(" ", "  ", 1), f"x{entry.text()}"):
        with pytest.raises(HeadRefused):
            read_entry(other)


@pytest.fixture
def heads(operator):
    return HeadRecords(operator.records, operator.identity, lambda: operator.clock)


def read(operator, signed):
    return verify_head(signed, operator.identity.receipts.public_key())


def test_the_chain_leads_over_every_entry_and_a_later_head_goes_on(operator, heads):
    _, first, _ = operator.session()
    one, _ = heads.head("example-u", 0)
    _, second, objects = operator.session(segments=4)
    head, entries = heads.head("example-u", 0)
    assert [read_entry(each).sid for each in entries] == [first, second]
    chain = first_chain(operator.identity.endpoint_id, "example-u")
    assert read(operator, one).chain == next_chain(chain, entries[0])
    for each in entries:
        chain = next_chain(chain, each)
    assert (read(operator, head).size, read(operator, head).chain) == (2, chain)
    again, more = heads.head("example-u", 2)
    assert (read(operator, again).chain, more) == (chain, [])
    assert heads.head("other-u", 0)[1] == [], "another institution's sessions are none of its business"
    assert read_entry(entries[1]).records == len([name for name in objects if name.startswith("log/")])


def test_a_head_never_promises_what_was_stored_but_not_recorded(operator, heads, monkeypatch):
    admission = operator.admit()
    objects = sealed(admission, segments=3)
    add_object = Records.add_object

    def fail_on_the_last(self, row: ObjectRow, **more):
        if row.object_id.name == "log/00000003.isl":
            raise StorageFault("the power goes")
        return add_object(self, row, **more)

    monkeypatch.setattr(Records, "add_object", fail_on_the_last)
    for name, data in objects.items():
        if name == "log/00000003.isl":
            with pytest.raises(StorageFault):
                operator.take(admission, name, data)
        else:
            operator.take(admission, name, data)
    (entry,) = heads.head("example-u", 0)[1]
    assert read_entry(entry).records == 3
    monkeypatch.undo()
    operator.reconcile()
    assert [read_entry(each).records for each in heads.head("example-u", 0)[1]] == [3, 4]


def test_a_session_of_which_only_the_header_is_there_is_named_by_it(operator, heads):
    admission = operator.admit()
    objects = sealed(admission)
    operator.take(admission, "seg/00-00000000.isg", objects["seg/00-00000000.isg"])
    assert heads.head("example-u", 0)[1] == [], "without its header nothing is enrolled"
    row = operator.take(admission, "header.isf", objects["header.isf"])
    (entry,) = heads.head("example-u", 0)[1]
    assert read_entry(entry).records == 0
    assert read_entry(entry).sha256.encode() in row.receipt


HARMS = {
    "taken back": ("DELETE FROM head_entries WHERE number = 0", "does not go on"),
    "rewritten": (
        "UPDATE head_entries SET entry = (SELECT entry FROM head_entries WHERE number = 1) WHERE number = 0",
        "does not go on",
    ),
    "no entry": ("UPDATE head_entries SET entry = 'x' WHERE number = 1", "does not go on"),
    "rolled back": (
        "DELETE FROM objects WHERE track = 'log' AND seq = (SELECT max(seq) FROM objects)",
        "another digest",
    ),
    "replaced": ("UPDATE objects SET sha256 = '00' WHERE track = 'log'", "another digest"),
    "forgotten": ("DELETE FROM sessions", "no record knows it"),
    "back again": ("UPDATE sessions SET state = 'open'", "deleted by a head, but it is not"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_fsck_holds_what_heads_have_signed_against_the_records(operator, heads, harm):
    operator.session()
    _, gone, _ = operator.session()
    heads.head("example-u", 0)
    delete(operator.storage, operator.records, gone, operator.clock)
    heads.head("example-u", 0)
    assert operator.differences() == []
    change, said = HARMS[harm]
    operator.records.change(sa.text(change))
    found = [each.sentence for each in operator.differences() if each.code == "head"]
    assert found
    assert said in found[0]


def test_fsck_says_that_the_key_of_heads_is_gone_and_makes_none(operator, heads):
    operator.session()
    heads.head("example-u", 0)
    (operator.data / "keys" / "receipts.pem").unlink()
    assert EndpointIdentity.kept_in(operator.data) is None
    assert not (operator.data / "keys" / "receipts.pem").exists()
    (found,) = differences(operator.storage, operator.records, None)
    assert "key that signed them is not here" in found.sentence
