"""Sessions fetched from the real endpoint over pinned TLS, sealed as they are, and verified."""

import hashlib
import json

import pytest
from typer.testing import CliRunner

from app.client.delivery.transport import EndpointTransport, Stored
from app.institution.__main__ import program
from app.institution.keys.institution import InstitutionFolder as Folder
from app.institution.keys.institution import InstitutionRecord
from app.policy.delivery import Endpoint
from app.wire.objects import ObjectId
from tests.unit.delivery.kit import SETTINGS, Authority, EndpointProcess, Institution, sealed


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    base = tmp_path_factory.mktemp("endpoint")
    authority = Authority(base / "authority")
    institution = Institution()
    process = EndpointProcess(base / "server", authority, institution).start()
    yield process, institution
    assert process.stop() == 0


@pytest.fixture(scope="module")
def delivered(endpoint):
    """An attempt of two takes, and what was delivered of each."""
    process, institution = endpoint
    transport = EndpointTransport(process.address, None)
    admission = institution.admit(transport)
    transport.close()
    transport = EndpointTransport(process.address, admission.token)
    takes = []
    for take in (0, 1):
        objects = sealed(admission, segments=5, take=take)
        for name, data in objects.items():
            assert isinstance(transport.put(ObjectId.from_name(f"{admission.attempt}.{take}", name), data), Stored)
        takes.append(objects)
    transport.close()
    return admission.attempt, takes


@pytest.fixture
def run(tmp_path, endpoint):
    process, _ = endpoint
    folder = tmp_path / "institution"
    address = process.address
    record = InstitutionRecord(
        id="example-u",
        name="Example University",
        iterations=210_000,
        endpoint=Endpoint(
            region=address.region,
            url=address.url,
            ca_pem=address.ca_pem,
            receipt_key=address.receipt_key,
            endpoint_id=address.endpoint_id,
        ),
    )
    Folder.create(folder, record, "six plain words for a test")
    token = folder / "machine" / "review-token"
    token.write_text(process.review_token("example-u"))

    def ask(*arguments, status=0):
        result = CliRunner().invoke(program, ["--dir", str(folder), *map(str, arguments)])
        assert result.exit_code == status, (result.output, result.exception)
        return result.output

    ask.folder = folder
    return ask


def test_listed_fetched_and_verified(run, delivered):
    attempt, takes = delivered
    listed = json.loads(run("sessions", "--json"))
    assert {each["sid"] for each in listed} == {f"{attempt}.0", f"{attempt}.1"}
    assert {each["state"] for each in listed} == {"finished"}
    assert attempt in run("sessions")
    assert " open " not in run("sessions")
    whole = json.loads(run("verify", attempt, "--json", status=1))
    assert whole["verdict"] == "INTERRUPTED"
    assert [take["verdict"] for take in whole["takes"]] == ["COMPLETE", "COMPLETE"]
    # The id of a part, which `sessions` lists, means its attempt as well, and says so.
    part = json.loads(run("verify", f"{attempt}.0", "--json", status=1))
    assert (part["verdict"], part["asked"], len(part["takes"])) == ("INTERRUPTED", f"{attempt}.0", 2)
    for named in (f"{attempt}.0", run.folder / "sessions" / f"{attempt}.0"):
        said = run("verify", named, status=1)
        assert f"the whole attempt, which has 2 parts here; {attempt}.0 alone is one of them" in said
    for number, objects in enumerate(takes):
        copy = run.folder / "sessions" / f"{attempt}.{number}"
        names = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file())
        segments = [name for name in objects if name.startswith("seg/")]
        assert names == sorted(["header.isf", "keys.isf", "log.isf", *segments])
        log = b"".join(objects[name] for name in sorted(objects) if name.startswith("log/"))
        assert (copy / "log.isf").read_bytes() == log


def test_the_endpoints_alarms_nonce_digest_and_times_are_shown(run, endpoint):
    process, institution = endpoint
    asking = EndpointTransport(process.address, None)
    admission = institution.admit(asking, candidate="candidate-9")
    asking.close()
    sid = f"{admission.attempt}.0"
    transport = EndpointTransport(process.address, admission.token)
    for name, data in sealed(admission, candidate="candidate-9").items():
        transport.put(ObjectId.from_name(sid, name), data)
    transport.put(ObjectId(sid, "s01", 9), b"after the end")
    transport.close()
    (session,) = (each for each in json.loads(run("sessions", "--json")) if each["sid"] == sid)
    assert (session["nonce"], session["settings_sha256"]) == (admission.nonce, hashlib.sha256(SETTINGS).hexdigest())
    assert session["admitted_at"][:19] <= session["opened_at"][:19] <= session["last_stored_at"][:19]
    assert [(each["name"], each["kind"]) for each in session["alarms"]] == [("seg/01-00000009.isg", "session_ended")]
    assert "1 alarm" in next(line for line in run("sessions").splitlines() if sid in line)
    said = run("verify", sid)
    assert "The endpoint refused seg/01-00000009.isg on " in said
    assert "the session had ended, and no record of it names this" in said
    kept = json.loads(run("verify", run.folder / "sessions" / sid, "--json"))["takes"][0]["endpoint"]
    assert kept == session, "a copy keeps what the endpoint said when it was fetched"


def test_a_copy_shortened_since_is_seen_through_the_witness(run, delivered, endpoint):
    attempt, _ = delivered
    run("verify", attempt, status=1)
    copy = run.folder / "sessions" / f"{attempt}.0"
    log = (copy / "log.isf").read_bytes()
    (copy / "log.isf").write_bytes(log[:-104])
    said = run("verify", copy, status=1)
    assert "has countersigned 6 log records, this folder has 5" in said
    assert f"by the countersignature of the endpoint {endpoint[0].address.endpoint_id}" in said

    witness = copy.with_name(f"{copy.name}.witness.json")
    as_it_was = witness.read_text()
    beside = json.loads(as_it_was)
    beside["receipts"][1] = beside["receipts"][1].replace('"seq":5', '"seq":4')
    witness.write_text(json.dumps(beside))
    assert "countersignature 2 is not signed by an endpoint" in run("verify", copy, status=1)
    witness.write_text(as_it_was)
    found = json.loads(run("verify", attempt, "--json", status=1))
    assert (found["verdict"], found["findings"]) == ("INTERRUPTED", []), "what was missing was fetched again"
    assert (copy / "log.isf").read_bytes() == log


@pytest.mark.parametrize("name", ["header.isf", "keys.isf", "log.isf", "seg/01-00000000.isg"])
def test_bad_luck_one_flipped_bit_in_the_copy_is_mended_by_fetching(run, delivered, name):
    attempt, _ = delivered
    run("verify", attempt, status=1)
    copy = run.folder / "sessions" / f"{attempt}.0"
    data = (copy / name).read_bytes()
    for at in (0, 100, len(data) - 1):
        (copy / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        if name != "keys.isf":
            assert json.loads(run("verify", copy, "--json", status=1))["verdict"] == "TAMPERED"
        found = json.loads(run("verify", attempt, "--json", status=1))
        assert (found["verdict"], found["findings"]) == ("INTERRUPTED", [])
        assert (copy / name).read_bytes() == data


def test_troubles_are_said(run, delivered, tmp_path):
    attempt, _ = delivered
    assert "no session" in run("verify", "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11", status=2)
    token = tmp_path / "token"
    token.write_text("not a token")
    assert "does not accept the token" in run("sessions", "--token-file", token, status=1)
    other = tmp_path / "ca.pem"
    other.write_text(Authority(tmp_path / "other", "another authority").pem)
    assert "cannot be reached or is not the endpoint" in run("sessions", "--ca-file", other, status=1)
    assert "--ca-file" in run("sessions", "--endpoint", "https://127.0.0.1:1", status=2)
    unreachable = run("verify", attempt, "--endpoint", "https://127.0.0.1:1", "--ca-file", other, status=1)
    assert "cannot be reached" in unreachable


def test_a_candidates_name_neither_clears_the_screen_nor_forges_a_line(run, endpoint):
    process, institution = endpoint
    transport = EndpointTransport(process.address, None)
    named = "x\x1b[2J\x1b[H\n6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77.0  algebra-1  candidate Ann  finished\u202e"
    admission = institution.admit(transport, candidate=named)
    transport.close()
    transport = EndpointTransport(process.address, admission.token)
    objects = sealed(admission, candidate="candidate-7")
    refused = transport.put(ObjectId(f"{admission.attempt}.0", "header", 0), objects["header.isf"])
    # An object without a header opens the session; its row has the candidate of the admission.
    assert isinstance(transport.put(ObjectId(f"{admission.attempt}.0", "s00", 0), b"x"), Stored), refused
    transport.close()
    listed = run("sessions")
    line = next(each for each in listed.splitlines() if each.startswith(admission.attempt))
    assert "candidate x\\u001b[2J\\u001b[H\\u000a6f1c2f5e" in line
    assert line.isprintable()
    assert not any(each.startswith("6f1c2f5e") for each in listed.splitlines())
    as_json = run("sessions", "--json")
    assert named in {each["candidate"] for each in json.loads(as_json)}
    assert all(each.isprintable() for each in as_json.splitlines())
