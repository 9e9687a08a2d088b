"""FORMAT.md says what the code does: findings with their faults, limits, and how a keyring opens a recording."""

import base64
import json
import random
import re
from pathlib import Path

import pytest

from app.institution.disclosure import file as disclosure_file
from app.institution.keys import keyring_file
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.wire import objects as wire
from crypto import disclosure, folder, header, keyfile, keys, log, names, segment, signing, slots
from crypto.faults import Fault
from crypto.report import FindingCode
from crypto.signing import VerifyKey
from crypto.signing import verify as verify_signature
from crypto.verdict import verify
from tests.fixtures.soak import times
from tests.unit.crypto.objects import Objects, sealed
from tests.vectors import isf1_reference as isf
from tests.vectors.isf1_hpke import hybrid_open
from tests.vectors.test_sealing_vectors import CASES, load

PAGE = (Path(__file__).parents[2] / "crypto/FORMAT.md").read_text(encoding="utf-8")
PASSPHRASE = "six plain words for a test"


def findings_of_the_page():
    """`{finding: (faults, facts)}` of its table."""
    table = PAGE.split("| finding | faults | facts |\n", 1)[1].split("\n\n", 1)[0]
    found = {}
    for row in table.splitlines()[1:]:
        codes, faults, facts = (re.findall(r"`([a-z_-]+)`", cell) for cell in row.strip("|").split("|"))
        found.update({code: (set(faults), set(facts)) for code in codes})
    return found


def said_of(objects):
    return [(str(each.code), each.fault, set(each.facts)) for each in verify(objects).findings]


def test_every_finding_and_every_fault_stands_in_the_table():
    table = findings_of_the_page()
    assert set(table) == set(FindingCode)
    assert {fault for faults, _ in table.values() for fault in faults} == set(Fault)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_is_found_in_the_vectors_is_what_the_table_allows(case):
    assert_allowed(said_of(load(case)["objects"]))


def assert_allowed(found):
    table = findings_of_the_page()
    for code, fault, facts in found:
        faults, allowed = table[code]
        assert (fault is None) == (not faults), (code, fault)
        assert fault is None or fault in faults, (code, fault)
        assert facts <= allowed, (code, facts)


def test_what_is_found_after_random_harm_is_what_the_table_allows():
    draw, (objects, _) = random.Random(8), sealed()
    for base in (objects, objects.with_log_file()):
        for _ in range(times(150, 5000)):
            spoilt = Objects(base)
            name = draw.choice(sorted(spoilt))
            data = bytearray(spoilt.pop(name))
            match draw.randrange(5):
                case 0:
                    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
                    spoilt[name] = bytes(data)
                case 1:
                    spoilt[name] = bytes(data[: draw.randrange(len(data))])
                case 2:
                    spoilt[draw.choice(sorted(base))] = bytes(data)
                case 3:
                    spoilt[name] = bytes(data) + bytes(draw.choice((1, 300_000)))
                case _:
                    pass
            assert_allowed(said_of(spoilt))


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("an object; `log.isf`", (names.MAX_OBJECT_BYTES, names.MAX_LOG_BYTES)),
        ("meta of the header; streams", (header.MAX_META_BYTES, header.MAX_STREAMS)),
        ("plaintext of a segment", (segment.MAX_SEGMENT_BYTES,)),
        ("segments of a session", (log.MAX_SEGMENTS,)),
        ("names in a session's folder", (folder._MAX_NAMES,)),
        ("name of a key; `sealed` of a slot", (keys.MAX_KID_BYTES, slots.MAX_SEALED_BYTES)),
        (
            "disclosed segments; disclosure object; note",
            (disclosure.MAX_SEGMENTS_DISCLOSED, disclosure.MAX_FILE_BYTES, disclosure_file._MAX_NOTE_BYTES),
        ),
        (
            "key file; secret in it; passphrase",
            (keyfile.MAX_FILE_BYTES, keyfile.MAX_SECRET_BYTES, keyfile.MAX_PASSPHRASE_BYTES),
        ),
        ("signature or public key as text; trusted comment", (signing.MAX_TEXT_BYTES, signing.MAX_COMMENT_BYTES)),
        ("exam keyring", (keyring_file.MAX_KEYRING_BYTES,)),
    ],
)
def test_the_limits_are_those_of_the_code(row, numbers):
    said = re.search(rf"^\| {re.escape(row)} \| (.+) \|$", PAGE, re.MULTILINE)[1]
    assert tuple(int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*\d", said))[: len(numbers)] == numbers


def test_takes_and_attempts_are_those_that_endpoints_take():
    attempt = "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77"
    for take in (0, 9999):
        assert wire.ObjectId(f"{attempt}.{take}", "header", 0).take == take
    for other in (f"{attempt}.10000", f"{attempt}.01", f"{attempt.replace('-4d6b', '-1d6b')}.0"):
        with pytest.raises(wire.ObjectNameRefused):
            wire.ObjectId(other, "header", 0)


def test_a_keyring_opens_by_what_the_page_says(tmp_path):
    """From a representative's key file and the keyring to the exam key's seed, with the second reader's own parts."""
    record = InstitutionRecord(id="example-u", name="Example University", iterations=210_000)
    office = InstitutionFolder.create(tmp_path / "office", record, PASSPHRASE)
    root = office.root_key(PASSPHRASE)
    office.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    office.new_exam_key("algebra-1", root)
    made = office.split_recovery(2, 2, None, root)
    office.adopt_recovery(made, root)

    envelope = json.loads((tmp_path / "office" / "exam-keyring.json").read_bytes())
    root_key = VerifyKey.from_text((tmp_path / "office" / "root.pub").read_text())
    comment = verify_signature(envelope["signed"].encode(), envelope["signature"], root_key)
    keyring = json.loads(envelope["signed"])
    assert comment == f"invigilo keyring inst:example-u seq:{keyring['sequence']}"
    (exam,) = keyring["exams"]
    public = base64.b64decode(exam["key"]["public_b64"])
    seed = isf.unlock((tmp_path / "office" / "representatives" / "bo.key").read_bytes(), PASSPHRASE)
    info = b"invigilo exam key 1\0" + isf.lp(b"example-u", b"algebra-1", exam["key"]["kid"].encode(), public, b"bo")
    opened = hybrid_open(seed, base64.b64decode(exam["wrapped"]["bo"]), info)
    assert keys.RecipientPrivate.from_seed("exam", opened).public.encoded == public
    assert set(keyring) == {"format", "institution", "sequence", "exams", "representatives", "recovery"}
    assert set(exam) == {"exam", "key", "made", "retired", "wrapped"}
    assert set(keyring["recovery"]) == {"key", "needed", "count", "set_id", "made", "root"}
