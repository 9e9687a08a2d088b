"""What an endpoint answers is believed within bounds, from the certified server alone, and refused in words."""

import json
import socket

import pytest

from app.institution.copies.endpoint_listing import ListedObject
from app.institution.errors import EndpointFailure
from app.wire.objects import MAX_OBJECT_BYTES
from tests.unit.delivery.kit import Authority
from tests.unit.institution.copies.library import INSTITUTION, TOKEN

SID = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11.0"
LISTING = f"/v1/sessions?institution={INSTITUTION}"


@pytest.fixture
def library(shared):
    shared.forget()
    return shared


def wanted(library, data, **changes):
    (listed,) = library.shelves(SID, {"seg/02-00000007.isg": data})
    return ListedObject.model_validate({**listed, **changes})


def test_sessions_are_asked_for_by_institution_with_the_token(library):
    library.lists(
        {"sid": SID, "attempt": SID[:-2], "state": "open", "objects": 3, "news": 1}, {"sid": "x", "attempt": "y"}
    )
    with library.client() as client:
        first, second = client.sessions(INSTITUTION)
    assert (first.sid, first.state, first.objects) == (SID, "open", 3)
    assert (second.candidate, second.pk0, second.deleted_at, second.objects, second.bytes) == (None, None, None, 0, 0)
    assert second.log_records is None
    assert library.asked == [LISTING]
    assert library.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"state": "open", "finished_at": "2026-11-30T20:00:00Z"}, "finished"),
        ({"state": "open", "finished_at": None}, "open"),
        ({"state": "deleted", "finished_at": "2026-11-30T20:00:00Z"}, "deleted"),
        ({"finished_at": "2026-11-30T20:00:00Z"}, None),
    ],
)
def test_a_session_that_has_its_end_is_not_listed_as_open(library, facts, state):
    library.lists({"sid": SID, "attempt": SID[:-2], **facts})
    with library.client() as client:
        (session,) = client.sessions(INSTITUTION)
    assert session.state == state


def test_content_has_receipts_where_the_endpoint_gives_any(library):
    library.shelves(SID, {"keys.isf": b"k"}, receipts=["r1", "r2"])
    with library.client() as client:
        content = client.content(SID)
        assert ([each.name for each in content.objects], content.receipts) == (["keys.isf"], ("r1", "r2"))
        library.shelves(SID, {"keys.isf": b"k"})
        assert client.content(SID).receipts == ()


def test_an_object_is_fetched_by_its_track_and_number(library):
    with library.client() as client:
        assert client.fetch(SID, wanted(library, b"sealed")) == b"sealed"
    assert library.asked == [f"/v1/sessions/{SID}/s02/7"]


def test_an_object_that_is_not_the_listed_one_is_refused_and_the_way_out_named(library):
    other = wanted(library, b"sealed", sha256="0" * 64)
    with (
        library.client() as client,
        pytest.raises(EndpointFailure, match=r"seg/02-00000007\.isg is not what it lists") as refused,
    ):
        client.fetch(SID, other)
    assert library.url in str(refused.value)
    assert "invigilo-endpoint fsck" in str(refused.value)


def test_an_object_may_have_its_greatest_size_and_not_a_byte_more(library):
    with library.client() as client:
        assert len(client.fetch(SID, wanted(library, bytes(MAX_OBJECT_BYTES)))) == MAX_OBJECT_BYTES
        with pytest.raises(EndpointFailure, match=f"longer than {MAX_OBJECT_BYTES} bytes"):
            client.fetch(SID, wanted(library, bytes(MAX_OBJECT_BYTES + 1000)))
        assert client.fetch(SID, wanted(library, b"next")) == b"next", (
            "the rest of that answer is not taken for this one"
        )


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_accepted_says_who_gives_another(library, status):
    library.answers[LISTING] = status, b"{}"
    with (
        library.client() as client,
        pytest.raises(EndpointFailure, match=rf"does not accept the token \({status}\)") as refused,
    ):
        client.sessions(INSTITUTION)
    assert "invigilo-endpoint issue-token" in str(refused.value)


@pytest.mark.parametrize("status", [201, 302, 404, 500])
def test_any_other_answer_than_yes_is_named_with_what_was_asked(library, status):
    library.answers[LISTING] = status, b'{"sessions": []}'
    with (
        library.client() as client,
        pytest.raises(EndpointFailure, match=rf"answered {status} to /v1/sessions\?institution"),
    ):
        client.sessions(INSTITUTION)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"sessions": 3}', b'{"sessions": [{"sid": 1}]}'])
def test_a_list_that_cannot_be_read_is_named(library, data):
    library.answers[LISTING] = 200, data
    library.answers[f"/v1/sessions/{SID}/objects"] = 200, data
    with library.client() as client:
        with pytest.raises(EndpointFailure, match="its list of sessions cannot be read"):
            client.sessions(INSTITUTION)
        with pytest.raises(EndpointFailure, match="its list of objects cannot be read"):
            client.content(SID)


def test_another_authority_is_not_believed(library, tmp_path):
    library.lists()
    stranger = Authority(tmp_path / "stranger", "stranger")
    with (
        library.client(ca_pem=stranger.pem) as client,
        pytest.raises(EndpointFailure, match="not the endpoint it should be"),
    ):
        client.sessions(INSTITUTION)
    assert library.asked == [], "it was not told the token"


def test_what_is_no_certificate_is_refused_before_anything_is_sent(library):
    with pytest.raises(EndpointFailure, match="is not a certificate"):
        library.client(ca_pem="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_an_endpoint_that_is_not_there_is_named_with_what_to_check(library):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"https://127.0.0.1:{taken.getsockname()[1]}"
        with library.client(url=url) as client:
            said = []
            for _ in range(2):
                with pytest.raises(EndpointFailure, match="cannot be reached") as refused:
                    client.sessions(INSTITUTION)
                said.append(str(refused.value))
    assert said[0].startswith(url)
    assert "Check the network" in said[0]
    assert said[0] == said[1], "the second time it is asked as the first time"


def test_one_connection_serves_all_questions_until_it_is_closed(library):
    library.lists()
    before = library.script.connections
    with library.client() as client:
        client.sessions(INSTITUTION)
        client.sessions(INSTITUTION)
        assert library.script.connections == before + 1
    assert client._connection.sock is None


def test_the_listed_facts_of_a_session_are_all_read(library):
    facts = {
        "sid": SID, "attempt": SID[:-2], "exam": "algebra-1", "candidate": "c-17", "state": "finished", "pk0": "00",
        "opened_at": "a", "finished_at": "b", "deleted_at": "c", "objects": 9, "bytes": 10, "log_records": 4,
        "settings_sha256": "d", "nonce": "e", "admitted_at": "f", "last_stored_at": "g", "ticket": "i",
        "alarms": [{"name": "log/00000004.isl", "kind": "log_refused", "at": "h"}],
    }  # fmt: skip
    library.answers[LISTING] = 200, json.dumps({"sessions": [facts]}).encode()
    with library.client() as client:
        (session,) = client.sessions(INSTITUTION)
    assert session.model_dump(mode="json") == facts


@pytest.mark.parametrize(
    "alarm", [{"name": "\x1b[2J"}, {"kind": "a forged line"}, {"at": "x" * 41}], ids=["name", "kind", "time"]
)
def test_an_alarm_that_is_none_never_reaches_a_terminal(library, alarm):
    alarms = [{"name": "keys.isf", "kind": "conflict", "at": "2026-11-30T20:00:00Z", **alarm}]
    library.lists({"sid": SID, "attempt": SID[:-2], "alarms": alarms})
    with library.client() as client, pytest.raises(EndpointFailure, match="cannot be read"):
        client.sessions(INSTITUTION)
