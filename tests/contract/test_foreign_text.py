"""What a candidate, a folder or a file is called never acts on a terminal and never ends a program, in any command."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from app.endpoint.records import Records
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from tests.unit.institution.conftest import seal_take

ROOT = Path(__file__).parents[2]
PASSPHRASE = "six plain words for a test"
HOSTILE = "x\x1b[2J\x1b[H\nCOMPLETE  all is well\u202eedis \udcff"
"""Clears the screen, begins a line of its own, turns the rest around, and is no UTF-8."""
FORGED = re.compile(r"^COMPLETE  all is well", re.MULTILINE)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="such file names are possible on Linux")


def run(program, folder, *commands):
    """Run `commands` with the real program in one process; give their statuses and all that was printed."""
    printed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m tests.fixtures.every_command "$1" 3>"$2"', sys.executable, program, "done"],
        env={
            **os.environ,
            "EVERY_COMMAND": json.dumps([list(map(str, each)) for each in commands]),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "1000",
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    text = printed.stdout.decode("utf-8")
    ended = json.loads((folder / "done").read_text())
    assert [traceback for *_, traceback in ended if traceback] == []
    assert len(ended) == len(commands)
    acting = {letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Cs"}} - {"\n"}
    assert acting == set(), ascii(text)
    assert not FORGED.search(text), text
    return [status for _, status, _ in ended], text


def test_a_recording_with_such_names_is_verified_exported_and_disclosed(tmp_path):
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    office = InstitutionFolder.create(
        tmp_path / "office", InstitutionRecord(id="example-u", name="Example", iterations=210_000), PASSPHRASE
    )
    root = office.root_key(PASSPHRASE)
    office.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    public = office.new_exam_key("algebra-1", root).exam("algebra-1").key.public()
    hostile = tmp_path / HOSTILE
    event = b'{"event": "guard.engaged", "guard": "\\u001b[2J\\u202e", "t_us": 0}\n'
    path, _ = seal_take(hostile, public, {"events": [(0.0, event), (1.0, event)]})
    session = path.rename(hostile / HOSTILE)
    (session / HOSTILE).write_bytes(b"a stray")
    (session / "seg" / HOSTILE).write_bytes(b"another")
    key = ["--passphrase-file", tmp_path / "passphrase"]
    at = ["--dir", tmp_path / "office"]
    clip, out = tmp_path / f"{HOSTILE}.zip", tmp_path / f"out {HOSTILE}"
    stretch = ["--stream", "events", "--from", "0", "--to", "2", "--out", clip]
    statuses, text = run(
        "invigilo-institution",
        tmp_path,
        [*at, "verify", session],
        [*at, "verify", session, "--json"],
        [*at, "export", session, "--out", out, *key],
        [*at, "report", session, "--out", f"{out}-2", "--json", *key],
        [*at, "disclose", session, *stretch, *key],
        [*at, "verify", clip],
        [*at, "verify", clip, "--json"],
        [*at, "export", clip, "--out", f"{out}-3"],
        [*at, "disclose", session, *stretch, "--reason", HOSTILE, *key],
        [*at, "disclose", session, *stretch, "--reason", "x" * 1001, *key],
        [*at, "verify", f"{HOSTILE}-none"],
        [*at, "export", session, "--out", f"{out}-4", "--key", f"{HOSTILE}.key", *key],
        ["--dir", hostile, "sessions"],
        [*at, "exam", "show", HOSTILE],
        [*at, "endpoint", f"{HOSTILE}.json"],
    )
    assert statuses[:8] == [1, 1, 1, 1, 0, 0, 0, 0], text
    assert all(statuses[8:]), text
    assert "x\\u001b[2J\\u001b[H\\u000aCOMPLETE" in text
    assert "no record of the session speaks of it" in text
    verdict = json.loads((out / "verdict.json").read_text())
    assert HOSTILE in {finding["where"] for finding in verdict["findings"]}
    assert "\x1b" not in (out / "report.html").read_text()


def test_the_test_takers_program_says_such_names_plainly(tmp_path):
    exam, data = tmp_path / f"{HOSTILE}.invigilo", tmp_path / HOSTILE
    exam.write_text("no exam file\n")
    _, text = run(
        "invigilo",
        tmp_path,
        ["check", "--exam", exam, "--data", data],
        ["check", "--exam", exam, "--data", data, "--json"],
        ["policy", "show", "--data", data],
        ["upload", "--data", exam],
        ["restore", "--data", exam],
        ["purge", "--yes", "--data", data],
    )
    assert "\\u001b[2J" in text


def test_the_operators_program_says_such_names_plainly(tmp_path):
    data, other = tmp_path / HOSTILE, tmp_path / f"{HOSTILE}-none"
    started, _ = run("invigilo-endpoint", tmp_path, ["identity", "--data", data])
    assert started == [0]
    attempt = "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77"
    records = Records.in_folder(data)
    records.open_session(
        f"{attempt}.0", attempt, HOSTILE.encode("utf-8", "replace").decode(), "algebra-1", "2026-11-22"
    )
    records.close()
    (data / "sessions" / f"{attempt}.0").mkdir(parents=True)
    (data / "sessions" / f"{attempt}.0" / HOSTILE).write_bytes(b"a stray")
    looked, text = run("invigilo-endpoint", tmp_path, ["fsck", "--data", data], ["fsck", "--json", "--data", data])
    assert looked == [1, 1], text
    assert f"stray: {attempt}.0/x\\u001b[2J\\u001b[H\\u000aCOMPLETE" in text
    serve = ["serve", "--region", "eu-test", "--institution", other, "--data", data]
    statuses, text = run(
        "invigilo-endpoint",
        tmp_path,
        ["fsck", "--data", other],
        ["retention", "--days", "1", "--data", other],
        [*serve, "--tls-cert", other, "--tls-key", other],
        ["identity", "--data", data, "--region", "eu-test", "--url", "https://a", "--ca-file", other],
    )
    assert all(statuses), text
    assert "\\u001b[2J" in text
