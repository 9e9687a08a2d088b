"""The endpoint's commands: what they print, what they refuse, and how they end."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from app.endpoint.__main__ import cli
from tests.unit.delivery.kit import Institution


def run(*arguments):
    return CliRunner().invoke(cli, list(arguments))


def test_commands_say_what_they_found(operator, tmp_path):
    _, sid, _ = operator.session()
    data = str(operator.data)
    assert run("fsck", "--data", data).stdout == "1 session, 0 differences\n"
    (operator.data / "sessions" / sid / "keys.isf").unlink()
    found = run("fsck", "--data", data, "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["differences"][0]["code"] == "no-file"
    kept = run("retention", "--data", data, "--days", "1", "--json")
    assert json.loads(kept.stdout) == {"due": [], "deleted": []}
    identity = json.loads(run("identity", "--data", data, "--json").stdout)
    assert identity["endpoint_id"] == operator.identity.endpoint_id


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["fsck", "--data", "/nowhere"], "--data"),
        (["fsck", "--data", "/" + "x" * 300], "--data"),
        (["retention", "--data", "/nowhere", "--days", "0"], "--days"),
        (["issue-token", "--institution", "u", "--region", "Not A Region"], "region"),
        (["serve", "--region", "eu"], "--tls-cert"),
        (["unknown"], "unknown"),
    ],
)
def test_bad_use_is_status_2(arguments, word):
    done = run(*arguments)
    assert done.exit_code == 2
    assert word in done.stderr


def test_a_certificate_that_is_none_is_said(tmp_path):
    root = tmp_path / "root.pub"
    root.write_text(Institution().key.verify_key.to_text())
    (tmp_path / "cert").write_text("x")
    tls = ["--tls-cert", str(tmp_path / "cert"), "--tls-key", str(tmp_path / "cert")]
    options = ["serve", "--data", str(tmp_path / "data"), "--port", "0", "--region", "eu", *tls, "--institution"]
    command = [sys.executable, "-m", "app.endpoint", *options, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    refused = run(*options, str(tmp_path / "cert"))
    assert refused.exit_code == 2
    assert "--institution" in refused.stderr
