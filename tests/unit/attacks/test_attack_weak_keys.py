"""Attack 29: a log "signed" under a key that nobody needs to own, before the institution's program."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.institution.__main__ import program
from tests.vectors.test_sealing_vectors import load

VECTORS = Path(__file__).parents[2] / "vectors/isf1"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("neutral-key", "header.isf"),
        ("neutral-key-respelled", "header.isf"),
        ("neutral-next-key", "log.isf record 0"),
        ("neutral-last-key", "log.isf record 2"),
        ("small-order-next-key", "log.isf record 2"),
    ],
)
def test_attack_29_a_log_signed_by_nobody_is_tampered_and_says_why(tmp_path, name, where):
    session = tmp_path / "session"
    for each, data in load(VECTORS / f"{name}.json")["objects"].items():
        (session / each).parent.mkdir(parents=True, exist_ok=True)
        (session / each).write_bytes(data)

    def verify(*options):
        return CliRunner().invoke(program, ["--dir", str(tmp_path / "none"), "verify", str(session), *options])

    said = verify()
    assert (said.exit_code, said.output.split()[0]) == (1, "TAMPERED"), said.output
    assert f"{where}: it names a key under which a signature proves nothing" in said.output.replace("\n", " ")
    findings = json.loads(verify("--json").output)["takes"][0]["findings"]
    assert [finding["fault"] for finding in findings if finding["where"] == where] == ["weak-key"]
