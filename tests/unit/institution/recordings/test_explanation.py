"""What verify says beside its verdict: the first bad object, what is missing, and whether the end was cut off."""

import json

import pytest

from crypto.keys import RecipientPrivate

RECIPIENT = RecipientPrivate.generate("algebra-1.1").public
RECORD_BYTES, FINAL_BYTES = 176, 104
PIECES = 5


@pytest.fixture
def take(tmp_path, media):
    """A finished session of five pieces; `witness` puts the endpoint's record beside it."""
    rows = [(float(number), b'{"event": "began"}\n') for number in range(PIECES)]
    path, _ = media["seal_take"](tmp_path, RECIPIENT, {"events": rows})
    return path


def witness(path, log_records, pk0=None):
    file = path.with_name(f"{path.name}.witness.json")
    file.write_text(json.dumps({"pk0": pk0, "log_records": log_records}))


def cut(path, records):
    """Cut the final record and `records` others off the end of the log, and the pieces they speak of."""
    log = path / "log.isf"
    log.write_bytes(log.read_bytes()[: -FINAL_BYTES - records * RECORD_BYTES])
    for number in range(PIECES - records, PIECES):
        (path / "seg" / f"00-{number:08d}.isg").unlink()


def verified(ask, path, status):
    return json.loads(ask("verify", path, "--json", status=status).output), ask("verify", path, status=status).output


def test_a_whole_session_has_nothing_bad(ask, take):
    witness(take, PIECES + 1)
    found, said = verified(ask, take, 0)
    assert (found["first_bad"], found["missing"]) == (None, [])
    assert len(found["checked"]) == 5
    part = found["takes"][0]
    assert (part["log_records"], part["witnessed_log_records"]) == (PIECES + 1, PIECES + 1)
    assert "Nothing is cut off" in said


def test_a_cut_tail_is_told_from_a_crash_by_what_the_endpoint_witnessed(ask, take):
    cut(take, 2)
    unknown, said = verified(ask, take, 1)
    assert unknown["verdict"] == "INTERRUPTED"
    assert "cannot be told here" in said

    witness(take, PIECES - 2)
    crash, said = verified(ask, take, 1)
    assert crash["verdict"] == "INTERRUPTED"
    assert crash["first_bad"] is None
    assert "Nothing the endpoint had is cut off" in said

    witness(take, PIECES)
    shortened, said = verified(ask, take, 1)
    assert shortened["verdict"] == "TAMPERED"
    assert shortened["first_bad"]["code"] == "log-shortened"
    assert f"The endpoint had witnessed {PIECES} log records, this folder has {PIECES - 2}" in said


def test_the_first_bad_object_and_what_is_missing_are_named(ask, take):
    for name in ("00-00000001.isg", "00-00000003.isg"):
        (take / "seg" / name).unlink()
    changed = take / "seg" / "00-00000002.isg"
    data = bytearray(changed.read_bytes())
    data[100] ^= 1
    changed.write_bytes(data)
    found, said = verified(ask, take, 1)
    assert found["first_bad"]["where"] == "seg/00-00000001.isg"
    assert found["missing"] == [f"{take.name}/seg/00-00000001.isg", f"{take.name}/seg/00-00000003.isg"]
    assert "The first bad object: seg/00-00000001.isg" in said
    assert f"Missing: {take.name}/seg/00-00000003.isg" in said


def test_a_lost_slot_file_is_missing_though_the_recording_is_whole(ask, take):
    (take / "keys.isf").unlink()
    found, said = verified(ask, take, 0)
    assert (found["verdict"], found["missing"]) == ("COMPLETE", [f"{take.name}/keys.isf"])
    assert found["takes"][0]["findings"] == [
        {
            "code": "keys",
            "class": "remark",
            "where": "keys.isf",
            "fault": "missing",
            "facts": {},
            "sentence": "keys.isf: it is missing. The recording is not touched by this, but someone may be locked out "
            "of it.",
        }
    ]
    assert f"Missing: {take.name}/keys.isf" in said


def test_a_lost_header_and_a_lost_log_record_are_missing(ask, take):
    log = (take / "log.isf").read_bytes()
    (take / "log").mkdir()
    for number in range(PIECES + 1):
        record = log[number * RECORD_BYTES : (number + 1) * RECORD_BYTES]
        (take / "log" / f"{number:08d}.isl").write_bytes(record)
    (take / "log.isf").unlink()
    (take / "log" / "00000002.isl").unlink()
    found, _ = verified(ask, take, 1)
    assert found["missing"] == [f"{take.name}/log/00000002.isl"]
    (take / "header.isf").unlink()
    found, said = verified(ask, take, 1)
    assert found["missing"] == [f"{take.name}/header.isf"]
    assert "header.isf: it is missing." in said


def test_a_session_begun_with_another_key_than_the_enrolled_one(ask, take):
    witness(take, PIECES + 1, pk0="00" * 32)
    found, said = verified(ask, take, 1)
    assert found["takes"][0]["enrolled"] is False
    assert found["first_bad"]["code"] == "not-enrolled"
    assert "not the one the endpoint enrolled" in said


def test_a_session_without_a_header_is_explained_too(ask, take):
    (take / "header.isf").unlink()
    found, _ = verified(ask, take, 1)
    assert found["first_bad"]["where"] == "header.isf"
    assert found["missing"] == [f"{take.name}/header.isf"]
