"""`invigilo-institution review` as it is run: a sealed attempt, its key, and the window that comes."""

import base64
import json
import subprocess
import sys
import time
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtGui import QImage

from app.institution.keys.institution import InstitutionFolder
from crypto.header import SessionDescription
from crypto.sealing import SessionSealer
from tests.fixtures.folder_sink import FolderSink
from tests.unit.delivery.kit import Authority


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """The real program on an institution with one exam; `ask.sealed` holds one attempt of events only."""
    base = tmp_path_factory.mktemp("review")
    words = base / "passphrase.txt"
    words.write_text("six plain words for a test\n")

    command = [sys.executable, "-m", "app.institution", "--dir", str(base / "institution")]

    def run(*arguments, status=0):
        result = subprocess.run(
            [*command, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == status, (arguments, result.stdout, result.stderr)
        return result.stdout + result.stderr

    unlock = ("--passphrase-file", words)
    run("init", "--id", "example-u", "--name", "Example University", "--iterations", "210000", *unlock)
    both = (*unlock, "--representative-passphrase-file", words)
    run("representative", "add", "Bo Chen", *both)
    endpoint = base / "endpoint.json"
    endpoint.write_text(
        json.dumps(
            {
                "region": "eu-test",
                "url": "https://127.0.0.1:1",
                "ca_pem": Authority(base / "authority").pem,
                "receipt_key": base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode(),
                "endpoint_id": "eu-test-1",
            }
        )
    )
    settings = ("--start-url", "https://exams.example.edu/quiz", "--allow", "https://exams.example.edu/quiz/")
    run("exam", "new", "algebra-1", "--title", "Algebra I", *settings, "--endpoint", endpoint, *unlock)
    run.sealed = base / "sealed"
    entry = InstitutionFolder.open(base / "institution").keyring().exam("algebra-1")
    sealer = SessionSealer(
        SessionDescription(
            institution="example-u",
            exam="algebra-1",
            config_sha256="0" * 64,
            attempt=str(uuid.uuid4()),
            take=0,
            candidate="c-17",
            started_at="2026-11-22T09:00:00Z",
            t0_ns=1,
            client="invigilo test",
            nonce="",
            streams=("events",),
            previous=None,
        ),
        [entry.key.public()],
        FolderSink(run.sealed),
    )
    sealer.seal("events", 0, json.dumps({"t_us": 1_000_000, "event": "handed_in"}).encode() + b"\n")
    sealer.finish()
    run.unlock = unlock
    run.command = command
    return run


def test_it_saves_a_picture_and_closes(themed, ask, tmp_path):
    picture = tmp_path / "review.png"
    ask("review", ask.sealed, "--picture", picture, *ask.unlock)
    image = QImage(str(picture))
    assert image.width() >= 760
    assert image.height() >= 480


def test_it_stays_until_it_is_closed(themed, ask):
    command = [*ask.command, "review", *map(str, (ask.sealed, *ask.unlock))]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
        deadline = time.monotonic() + 30
        while "Invigilo: algebra-1" not in subprocess.check_output(["wmctrl", "-l"], text=True):
            assert program.poll() is None, "it ended before anybody closed it"
            assert time.monotonic() < deadline, "no window came"
            time.sleep(0.1)
        subprocess.run(["wmctrl", "-c", "Invigilo: algebra-1"], check=True)
        assert program.wait(20) == 0


def test_a_wrong_passphrase_opens_no_window(ask, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("another\n")
    assert "passphrase" in ask("review", ask.sealed, "--passphrase-file", wrong, status=2)


def test_live_says_that_it_is_to_come(ask):
    assert "not part of this version" in ask("live", status=2)
