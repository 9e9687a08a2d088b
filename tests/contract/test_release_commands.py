"""``release-key`` and ``release``, as staff run them beside a held exam."""

import json
import os
import subprocess
import sys
from pathlib import Path

from app.policy.release import RELEASE_REASONS, ReleaseKey
from crypto import release


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.institution", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ},
        check=False,
    )


def test_a_key_is_made_and_its_answer_releases_one_hold(tmp_path):
    words = tmp_path / "words"
    words.write_text("six quiet words for room three\n")
    key = tmp_path / "room-3.key"
    made = run("release-key", "room-3", "--out", key, "--passphrase-file", words, "--json")
    assert made.returncode == 0, made.stderr
    staff = ReleaseKey.model_validate_json(made.stdout)
    assert run("release-key", "room-3", "--out", key, "--passphrase-file", words).returncode == 2

    hold = release.Challenge()
    unlock = ("--key", key, "--passphrase-file", words, "--reason")
    given = run("release", hold.code.lower(), *unlock, "checked", "--json")
    assert given.returncode == 0, given.stderr
    assert hold.answered(json.loads(given.stdout)["answer"], [staff.public()]) == (0, RELEASE_REASONS.index("checked"))
    assert hold.code not in (tmp_path / "room-3.releases.jsonl").read_text()

    for refused, said in (
        (run("release", hold.code[:-1], *unlock, "checked"), "letters"),
        (run("release", hold.code, *unlock, "bribed"), "no reason"),
    ):
        assert refused.returncode != 0
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    logged = [json.loads(line) for line in (tmp_path / "room-3.releases.jsonl").read_text().splitlines()]
    assert [(line["key"], line["reason"]) for line in logged] == [("room-3", "checked")]
