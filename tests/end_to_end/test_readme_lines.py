"""README's first lines, followed word for word in an empty folder, end with an exam opened by the real client."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fixtures.screen_reader import screen_reader
from ui import texts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.window,
    pytest.mark.xdist_group("machine"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="README's lines make a certificate with openssl"),
]

PASSPHRASE = b"six plain words for a test"
PROMPT = re.compile(rb"(Passphrase of [^\n]*|Repeat for confirmation): $")
PORTS = (8000, 8443)
STARTS_S = 240.0
"""Eight programs begin one after the other, on a machine that may be busy."""


README = Path(__file__).parents[2] / "README.md"


def lines() -> str:
    """The shell lines of README that make an institution."""
    text = README.read_text("utf-8")
    found = re.search(r"An institution in five lines.*?```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@dataclass
class Terminal:
    """A shell in a terminal whose person types the passphrase wherever one is asked for."""

    shell: subprocess.Popen[bytes]
    master: int
    shown: bytearray = field(default_factory=bytearray)

    def person(self) -> None:
        asked = 0
        while True:
            try:
                read = os.read(self.master, 4096)
            except OSError:
                return
            self.shown += read
            prompt = PROMPT.search(self.shown, asked)
            if prompt is not None:
                asked = len(self.shown)
                os.write(self.master, PASSPHRASE + b"\n")


@contextlib.contextmanager
def terminal(script: str, folder: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    made = Terminal(shell, master)
    person = threading.Thread(target=made.person, daemon=True)
    person.start()
    try:
        yield made
    except BaseException:
        print(made.shown.decode(errors="replace"))
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(30)
        os.close(master)


def test_the_lines_of_the_readme_end_with_an_exam_that_opens(x_display: str, tmp_path: Path) -> None:
    """Failed before: the fifth line asked for an endpoint.json that no command made."""
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                pytest.skip(f"port {port}, which README names, is taken on this machine")
    folder, home = tmp_path / "empty", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    programs = Path(sys.executable).parent
    with screen_reader(tmp_path, {"DISPLAY": x_display}) as reader:
        environment = {
            **os.environ,
            **reader.env,
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "INVIGILO_ALLOW_ROOT": "1",
        }
        with terminal(lines(), folder, environment):
            reader.find("push button", texts.TRUST_BUTTON, timeout_s=STARTS_S)
            reader.press("push button", texts.TRUST_BUTTON)
            reader.hears(texts.CONSENT_TITLE)
            assert "Algebra I" in " ".join(each.name for each in reader.look())
            reader.press("push button", texts.ACCEPT)
            reader.press("push button", texts.START)
            reader.find("document web", "Algebra I")
