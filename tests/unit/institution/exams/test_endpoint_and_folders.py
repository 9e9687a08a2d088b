"""From the operator's key to settings that name it, and files that those they are for can reach."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from app.endpoint.__main__ import cli
from tests.unit.institution.exams.conftest import authority, endpoint


def identity(*arguments):
    return CliRunner().invoke(cli, ["identity", *map(str, arguments)])


def test_the_operators_program_makes_a_whole_endpoint(office, whole, tmp_path):
    """Failed before: region, address and authority had to be put together by hand, after reading the code."""
    pem = tmp_path / "ca.pem"
    pem.write_text(authority(datetime.now(UTC) + timedelta(days=400)))
    asked = ("--data", tmp_path / "data", "--region", "eu-central", "--url", "HTTPS://Endpoint.example:443", "--json")
    made = identity(*asked, "--ca-file", pem)
    assert made.exit_code == 0, made.output
    file = tmp_path / "endpoint.json"
    file.write_text(made.output)
    settings = {key: value for key, value in whole().items() if key != "delivery"}
    given = tmp_path / "settings.json"
    given.write_text(json.dumps(settings))
    result = office("exam", "new", "delivered", "--title", "Algebra", "--settings", given, "--endpoint", file)
    assert result.exit_code == 0, result.output
    draft = json.loads((office.folder / "exams" / "delivered" / "settings.json").read_text())
    assert draft["delivery"]["endpoints"][0]["url"] == "https://endpoint.example"
    again = json.loads(identity("--data", tmp_path / "data", "--json").output)
    assert again["receipt_key"] == draft["delivery"]["endpoints"][0]["receipt_key"]
    pem.write_text("nothing")
    for arguments, said in (
        ((*asked, "--ca-file", pem), "no certificate"),
        ((*asked, "--ca-file", tmp_path / "absent"), "--ca-file"),
        (asked, "--ca-file"),
        (("--data", tmp_path / "data", "--url", "https://x.example"), "--region"),
    ):
        refused = identity(*arguments)
        assert refused.exit_code == 2
        assert said in refused.output


def test_the_institution_changes_its_endpoint(office, tmp_path):
    """Failed before: after “init” no command could."""
    file = tmp_path / "endpoint.json"
    for url in ("https://one.example", "https://two.example:8443"):
        file.write_text(json.dumps(endpoint(url=url)))
        result = CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint", str(file)])
        assert result.exit_code == 0, result.output
        assert url in result.output
        assert json.loads((office.folder / "institution.json").read_text())["endpoint"]["url"] == url
    file.write_text(json.dumps(endpoint(url="http://two.example"), indent=1))
    result = CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint", str(file)])
    assert result.exit_code == 2
    assert "line 3, url: " in result.output
    both = CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint", str(file), "--remove"])
    assert both.exit_code == 2
    shown = CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint", "--json"])
    assert json.loads(shown.output)["url"] == "https://two.example:8443"
    CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint", "--remove"])
    shown = CliRunner().invoke(program_of(), ["--dir", str(office.folder), "endpoint"])
    assert shown.output == "No endpoint is named.\n"


def program_of():
    from app.institution.__main__ import program

    return program


def test_no_passphrase_is_made_up_for_an_institution_that_is_there(office):
    """Failed before: a passphrase to write down was shown first, then the refusal."""
    result = CliRunner().invoke(
        program_of(),
        ["--dir", str(office.folder), "init", "--id", "a", "--name", "Another", "--generate-passphrase"],
    )
    assert result.exit_code == 2
    assert "already holds an institution" in result.output
    assert "passphrase" not in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_the_folder_of_a_handed_out_file_can_be_entered(office, whole, tmp_path):
    """Failed before: the program's own umask made it 0700 around a file that everybody may read."""
    assert office.draft("handed", whole()).exit_code == 0
    out = tmp_path / "for" / "everybody" / "handed.invigilo"
    sheet = tmp_path / "sheets" / "ceremony.html"
    for arguments in (("exam", "sign", "handed", "--out", out, "--passphrase-file", office.passphrase),
                      ("ceremony", "sheet", "--out", sheet)):  # fmt: skip
        command = [sys.executable, "-m", "app.institution", "--dir", office.folder, *arguments]
        subprocess.run([str(each) for each in command], check=True, env=os.environ, timeout=120)
    for made in (out.parent, out.parent.parent, sheet.parent):
        assert stat.S_IMODE(made.stat().st_mode) == 0o755
    assert stat.S_IMODE(out.stat().st_mode) == 0o644


def test_output_that_nobody_reads_to_its_end_is_no_error(office):
    """Failed before: behind `| head -1` a command that had done its work ended with “a file: Broken pipe”."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "app.institution", "--dir", str(office.folder), "representative", "list"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writer)
    assert done.stderr == ""
