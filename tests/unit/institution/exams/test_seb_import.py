"""Settings of Safe Exam Browser become a first version of an exam, and each key that is left out is said."""

import json
import plistlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from app.institution.__main__ import program
from app.institution.exams.seb_import import SebNote, import_seb
from app.policy.seb.property_list import parse_property_list
from tests.fixtures.seb_file import as_windows_writes


def taken(**seb):
    """What an import makes of these keys."""
    return import_seb(parse_property_list(plistlib.dumps(seb)))


def rule(expression, **changes):
    return {"active": True, "action": 1, "regex": False, "expression": expression, **changes}


def notes(imported):
    return {entry.place: entry.note for entry in imported.entries if entry.note}


def test_addresses_become_rules_and_the_quit_address_hands_in():
    imported = taken(
        startURL="https://Exams.example.edu/quiz?id=7",
        quitURL="https://exams.example.edu/bye",
        URLFilterEnable=True,
        URLFilterRules=[
            rule("exams.example.edu/quiz/*"),
            rule("https://.cdn.example.org:8443"),
            rule("*.example.net/a"),
            rule("ignored.example.edu", active=False),
        ],
    )
    assert imported.settings == {
        "start_url": "https://exams.example.edu/quiz?id=7",
        "hand_in": "https://exams.example.edu/bye",
        "allowed": [
            "https://exams.example.edu/quiz/",
            "https://*.exams.example.edu/quiz/",
            "https://cdn.example.org:8443/",
            "https://*.example.net/a",
        ],
    }
    assert notes(imported) == {"URLFilterRules[2]": SebNote.AND_BELOW}


def test_what_cannot_be_said_here_is_listed_and_not_guessed():
    imported = taken(
        startURL="http://exams.example.edu/",
        URLFilterEnable=True,
        URLFilterRules=[
            rule(r"^https://.*\.example\.edu/.*$", regex=True),
            rule("exams.example.edu", action=0),
            rule("exam*.example.edu"),
            rule("exams.example.edu/a?b=*"),
            rule("http://exams.example.edu"),
            rule("exams.example.edu/*/quiz"),
        ],
        permittedProcesses=[{"active": True, "title": "SEB"}, {"active": True, "title": "Calculator"}],
        prohibitedProcesses=[{"active": True, "title": "Nothing"}],
        sendBrowserExamKey=True,
        hashedQuitPassword="00",
        taskBarHeight=40,
        showTaskBar=False,
    )
    assert imported.settings == {}
    assert notes(imported) == {
        "startURL": SebNote.NOT_AN_ADDRESS,
        "URLFilterRules[0]": SebNote.REGULAR_EXPRESSION,
        "URLFilterRules[1]": SebNote.BLOCKING_RULE,
        "URLFilterRules[2]": SebNote.PART_OF_A_NAME,
        "URLFilterRules[3]": SebNote.PART_OF_A_NAME,
        "URLFilterRules[4]": SebNote.ONLY_HTTPS,
        "URLFilterRules[5]": SebNote.PART_OF_A_NAME,
        "permittedProcesses[1]": SebNote.OTHER_PROGRAMS,
        "prohibitedProcesses[0]": SebNote.PROGRAM_WITHOUT_A_NAME,
        "sendBrowserExamKey": SebNote.KEYS_NOT_SENT,
        "hashedQuitPassword": SebNote.PASSWORD_TO_LEAVE,
    }
    assert imported.without_counterpart == ("taskBarHeight",)


def test_a_filter_that_was_off_is_said():
    assert notes(taken(startURL="https://a.example.edu/")) == {"URLFilterEnable": SebNote.EVERYTHING_WAS_ALLOWED}


LOCKED = {
    "allowVirtualMachine": False,
    "allowPrint": False,
    "allowDownUploads": False,
    "enablePrivateClipboard": True,
    "allowedDisplaysMaxNumber": 2,
    "prohibitedProcesses": [
        {"active": True, "executable": "Remote.exe", "originalName": "remote.exe", "title": "Remote"},
        {"active": False, "executable": "Other.exe"},
    ],
}


@pytest.mark.parametrize("on", [True, False])
def test_controls_are_asked_for_only_where_they_were(on):
    off = {"allowVirtualMachine": True, "enablePrivateClipboard": False, "allowedDisplaysMaxNumber": 0}
    denied = [{"title": "Remote", "executable": "Remote.exe", "original_name": "remote.exe"}]
    asked = {
        "virtual_machine": "refuse",
        "printing": "warn",
        "downloads": "warn",
        "clipboard": "warn",
        "displays": {"policy": "refuse", "at_most": 2},
        "processes": {"policy": "refuse", "deny": denied},
    }
    assert taken(**(LOCKED if on else off)).settings == ({"lockdown": asked} if on else {})


def import_file(file, out, *options):
    return CliRunner().invoke(program, ["exam", "import-seb", str(file), "--out", str(out), *map(str, options)])


def test_the_command_writes_settings_that_make_an_exam(office, whole, tmp_path):
    seb = {**LOCKED, "startURL": "https://exams.example.edu/quiz", "URLFilterEnable": True}
    file, out, password = tmp_path / "exam.seb", tmp_path / "settings.json", tmp_path / "password"
    file.write_bytes(as_windows_writes(plistlib.dumps(seb), "geheim"))
    password.write_text("geheim\n")
    refused = import_file(file, out)
    assert (refused.exit_code, out.exists()) == (2, False)
    assert "--password-file" in refused.stderr
    said = import_file(file, out, "--password-file", password)
    assert said.exit_code == 0, said.stderr
    assert "startURL “https://exams.example.edu/quiz” → start_url" in said.stdout
    assert import_file(file, out, "--password-file", password).exit_code == 2, "written over"
    told = json.loads(import_file(file, tmp_path / "2", "--password-file", password, "--json").stdout)
    assert told["config_key"]["seb"] == told["config_key"]["moodle"]
    delivery = {"delivery": whole()["delivery"]}
    assert office.draft("imported", {**delivery, **json.loads(out.read_text())}).exit_code == 0


@pytest.mark.parametrize(
    ("option", "name", "why"),
    [
        ("--private-key", "none", "none"),
        ("--private-key", "text", "PEM"),
        ("--private-key", "curve", "RSA"),
        ("--password-file", "none", "none"),
        ("--password-file", "bytes", "no text"),
    ],
)
def test_what_is_no_key_or_password_is_named(option, name, why, tmp_path):
    curve = ec.generate_private_key(ec.SECP256R1())
    pem = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for each, data in (("text", b"no key"), ("curve", pem), ("bytes", b"\xff")):
        (tmp_path / each).write_bytes(data)
    refused = import_file(tmp_path / "text", tmp_path / "out", option, tmp_path / name)
    assert refused.exit_code == 2
    assert why in refused.stderr


def test_a_file_that_is_none_is_said_without_a_traceback(tmp_path):
    (tmp_path / "page.seb").write_bytes(b"<html>")
    refused = import_file(tmp_path / "page.seb", tmp_path / "out")
    assert refused.exit_code == 2
    assert "no file of Safe Exam Browser" in refused.stderr
    assert import_file(tmp_path / "missing", tmp_path / "out").exit_code == 2
