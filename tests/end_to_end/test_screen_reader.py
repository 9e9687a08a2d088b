"""A whole exam, in the strictest mode, by a scripted screen reader: read and operated while the keyboard is held."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.client.session.policy_reaction import FIRST_DELAY_S
from crypto import release
from tests.fixtures.display import running_x_server
from tests.fixtures.exam_hall import ExamHall, events, exam_hall
from tests.fixtures.host_processes import sees_all
from tests.fixtures.screen_reader import ScreenReader, screen_reader
from ui import texts

pytestmark = [pytest.mark.slow, pytest.mark.window, pytest.mark.xdist_group("machine")]

ENFORCED = ("focus_return", "system_shortcuts", "clipboard")
SHADOW = (
    "About 240 BC, a librarian in Alexandria worked out the size of the Earth from the length of a shadow. "
    "What was his name?"
)
ASSISTIVE = ("at-spi-bus-launcher", "at-spi2-registryd")
"""Run while the reader reads. They are not denied even where the institution names them."""
NOT_THE_CODE = "This is not the code for this hold."
CITIES = "The distance between them"


def lockdown(denied: Path) -> dict[str, object]:
    """Everything that an exam window can hold, remote control denied: no assistive program may count as that."""
    deny = [{"title": "A program that hinders", "executable": denied.name}]
    deny += [{"title": "An assistive program", "executable": name} for name in ASSISTIVE]
    processes = {"policy": "hold", "deny": deny, "deny_remote_control": True}
    window = {"full_screen": "refuse", "focus_return": "hold", "system_shortcuts": "refuse", "clipboard": "warn"}
    # Noted and no more: the display of this test is one that no glass shows.
    return {**window, "processes": processes, "remote_session": "observe"}


def client(hall: ExamHall, exam_file: Path, reader: ScreenReader) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app.client", str(exam_file), "--camera", "test-person"]
    command += ["--data", str(hall.data), "--spool", str(hall.spool)]
    with hall.client_log.open("ab") as log:
        return subprocess.Popen(
            command,
            env={**os.environ, **reader.env, "INVIGILO_ALLOW_ROOT": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def types(reader: ScreenReader, text: str) -> None:
    """Press keys as a person does: they reach the exam through its hold on the keyboard, or nothing."""
    subprocess.run(["xdotool", "type", "--delay", "20", text], env={**os.environ, **reader.env}, check=True, timeout=30)


def presses(reader: ScreenReader, *keys: str) -> None:
    subprocess.run(["xdotool", "key", *keys], env={**os.environ, **reader.env}, check=True, timeout=30)


def check_in(reader: ScreenReader) -> None:
    read = [each.name for each in reader.look()]
    words = next(name for name in read if re.fullmatch(r"[a-z]+( [a-z]+){5,}", name))
    assert set(words.split()) <= set(read)
    reader.press("push button", texts.TRUST_BUTTON)
    reader.hears(texts.CONSENT_TITLE)
    read = [each.name for each in reader.look()]
    assert read.index(texts.CONSENT_TITLE) < read.index(texts.RECORDED) < read.index(texts.ACCEPT)
    assert texts.NEVER in read
    reader.press("push button", texts.ACCEPT)
    reader.hears(texts.CHECKS_TITLE)
    # Whether the quiet room's microphone has been found silent yet differs; no glass shows this display, and a
    # container shows the rules' programs in part.
    rules = "" if sees_all() else "Exam rules, "
    reader.hears(
        f"The exam can start. Before that, please look at: {rules}Remote control.",
        f"The exam can start. Before that, please look at: Microphone, {rules}Remote control.",
    )
    assert ("Exam rules: Ready" in [each.name for each in reader.look()]) is sees_all()
    reader.press("push button", texts.START)


def answer_questions(reader: ScreenReader) -> None:
    reader.hears(texts.EXAM_KEYS)
    reader.find("document web", "Measuring the world")
    reader.find("image", "The camera is being recorded")
    reader.find("push button", texts.HAND_IN)
    reader.focus("text", SHADOW)
    types(reader, "Eratosthenes")
    assert reader.find("text", SHADOW).text == "Eratosthenes"
    reader.press("radio button", CITIES)
    reader.listen()
    assert f"radio button {CITIES}" in reader.focused
    assert "checked" in reader.find("radio button", CITIES).states


def wait_for_staff(reader: ScreenReader, denied: Path, secret: bytes) -> None:
    hindering = subprocess.Popen([denied, "60"])
    try:
        reader.hears(texts.HOLD_TITLE)
        assert not [each for each in reader.look() if each.role == "document web" and "visible" in each.states][1:]
        code = next(each.name for each in reader.look() if each.name.startswith(f"{texts.HOLD_CODE} "))
        asked = code.removeprefix(texts.HOLD_CODE).replace(" ", "").replace(",", "-")
        reader.focus("text", texts.HOLD_ANSWER)
        types(reader, "0000")
        reader.press("push button", texts.HOLD_RELEASE)
        reader.hears(NOT_THE_CODE)
        assert NOT_THE_CODE in reader.find("text", texts.HOLD_ANSWER).description
        time.sleep(FIRST_DELAY_S)  # guessing is slow
        types(reader, release.answer(asked, secret, 1))
        presses(reader, "Return")
        reader.hears(texts.HOLD_OVER)
    finally:
        hindering.kill()
        hindering.wait(10)


def test_an_exam_is_sat_by_a_screen_reader_alone(tmp_path: Path) -> None:
    denied = tmp_path / f"hinders-{secrets.token_hex(4)}"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", denied)
    secret = release.new_secret()
    key = {"kid": "room-3", "public_b64": base64.b64encode(release.public_of(secret)).decode()}
    folder = tmp_path / "reader"
    folder.mkdir()
    with (
        running_x_server(folder) as display,  # large enough: the engine calls what is out of sight not shown
        screen_reader(folder, {"DISPLAY": display}) as reader,
        exam_hall(tmp_path) as hall,
    ):
        hall.endpoint.start()
        exam_file = hall.sign(lockdown=lockdown(denied), recording={"camera": {}}, release_keys=[key])
        exam_process = client(hall, exam_file, reader)
        try:
            reader.hears(texts.TRUST_PAGE_TITLE)
            check_in(reader)
            answer_questions(reader)
            wait_for_staff(reader, denied, secret)
            assert reader.find("text", SHADOW).text == "Eratosthenes", "the page is as it was left"
            reader.press("push button", texts.HAND_IN)
            reader.hears(texts.HAND_IN_TITLE)
            reader.press("push button", texts.HAND_IN_CONFIRM)
            reader.hears("You can close this window")
            reader.press("push button", texts.CLOSE)
            assert exam_process.wait(20) == 0, hall.client_log.read_text()[-2000:]
        finally:
            exam_process.kill()
            exam_process.wait(10)
        assert reader.said.count(texts.HOLD_OVER) == 1
        assert hall.verify()["verdict"] == "COMPLETE"
        happened = events(hall.export())
        assert hall.endpoint.stop() == 0
    levels = {each["guard"]: each["level"] for each in happened if each["event"] == "guard_engaged"}
    assert {name: levels.get(name) for name in ENFORCED} == dict.fromkeys(ENFORCED, "enforced")
    assert [each["control"] for each in happened if each["event"] == "exam_held"] == ["processes"]
    assert not [each for each in happened if each["event"] == "violation" and each["guard"] == "focus_return"]
