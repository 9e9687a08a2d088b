"""The commands that read a recording with other limits and the institution's own levels."""

import base64
import json

import pytest

from crypto.keys import RecipientPrivate, RecipientPublic
from tests.fixtures.client import exam_settings
from tests.unit.institution.conftest import seal_take
from tests.unit.institution.reading.test_redetection import line, sealed

PASSPHRASE = "one passphrase for every key"


@pytest.fixture(scope="module")
def opened(tmp_path_factory, ask):
    """An institution with one recording: somebody is away from the picture for 3.4 seconds."""
    folder = tmp_path_factory.mktemp("readings")
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    unlock = ("--passphrase-file", folder / "passphrase")
    here = ("--dir", folder / "institution")
    ask(*here, "init", "--id", "example-u", "--name", "Example University", "--iterations", 210_000, *unlock)
    ask(*here, "representative", "add", "Bo Chen", *unlock)
    settings = exam_settings(folder / "tls", RecipientPrivate.generate("unused"))
    (folder / "template.json").write_text(settings.model_dump_json(exclude={"institution", "exam", "recipients"}))
    ask(*here, "exam", "new", "algebra-1", "--title", "Algebra I", "--settings", folder / "template.json", *unlock)
    (key,) = json.loads(ask(*here, "exam", "keys", "--json").stdout)
    named = RecipientPublic(key["kid"], base64.b64decode(key["recipient"]["public_b64"]))
    text = b"\n".join([*sealed(), line("take_ended", 20, why="finished")])
    seal_take(folder / "sessions", named, {"events": [(0.0, text)]})

    def run(command, *options, status=0):
        return ask(*here, command, folder / "sessions", *options, *unlock, status=status)

    run.folder = folder
    return run


def limits(opened, **changes):
    path = opened.folder / "limits.json"
    path.write_text(json.dumps(changes))
    return ("--limits", path)


def test_replay_says_what_the_limits_would_mark(opened):
    assert "1 moment would be marked" in opened("replay").stdout
    assert "0 moments would be marked" in opened("replay", *limits(opened, absent_s=5)).stdout
    stricter = json.loads(opened("replay", "--json", *limits(opened, away_deg=15.0)).stdout)
    assert [incident["rule"] for incident in stricter["incidents"]] == ["face_presence", "gaze"]
    assert stricter["rules"]["away_deg"] == 15.0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"absent": 5}', "absent: This version knows no such key"),
        ('{"absent_s": "5"}', "absent_s"),
        ('{"absent_s": -1}', "absent_s"),
        ("[1]", "must be a JSON object"),
        ("{", "holds no limits"),
        (None, "cannot be read"),
    ],
)
def test_limits_that_are_not_understood_are_named(opened, content, sentence):
    path = opened.folder / "bad.json"
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_text(content)
    refused = opened("replay", "--limits", path, status=2)
    assert sentence in refused.output
    assert "bad.json" in refused.output


def test_the_report_has_the_institutions_levels_and_says_when_it_was_read_anew(opened):
    levels = opened.folder / "levels.json"
    levels.write_text(json.dumps({"marks": [{"kind": "incident.absent", "level": "red", "from_s": 3}]}))
    out = opened.folder / "red"
    opened("report", "--out", out, "--levels", levels)
    page = (out / "report.html").read_text()
    assert '<tr class="red">' in page
    assert "Nobody was seen" in page
    assert "worked out again" not in page
    anew = opened.folder / "anew"
    opened("report", "--out", anew, "--levels", levels, *limits(opened, absent_s=5))
    page = (anew / "report.html").read_text()
    assert "Nobody was seen" not in page
    assert "worked out again with other limits" in page
    assert '"incident"' in (anew / "events.jsonl").read_text(), "what was sealed stays as it was"


def test_levels_in_the_institutions_folder_are_used_by_themselves(opened):
    own = opened.folder / "institution" / "levels.json"
    own.write_text(json.dumps({"marks": [{"kind": "incident.absent", "level": "green"}]}))
    try:
        out = opened.folder / "green"
        opened("report", "--out", out)
        assert "worth a look</td><td>Nobody was seen" not in (out / "report.html").read_text()
    finally:
        own.unlink()


@pytest.mark.parametrize("content", ['{"marks": [{"kind": "x y", "level": "red"}]}', '{"levels": []}', "{", "[]"])
def test_levels_that_are_not_understood_are_refused(opened, content):
    path = opened.folder / "bad-levels.json"
    path.write_text(content)
    refused = opened("report", "--out", opened.folder / "never", "--levels", path, status=2)
    assert "bad-levels.json" in refused.output
    assert not (opened.folder / "never").exists()
