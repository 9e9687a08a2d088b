"""The device check says what is amiss with a device that works otherwise, what to do, and when it is over."""

from __future__ import annotations

from pathlib import Path

from app.client.pages.device_check import DeviceCheck
from capture.errors import SourceFault
from capture.reports import Condition, Impairment
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from ui.model import CheckItem, ChecksModel

MUTED = "The microphone delivers complete silence. Is it muted? Say a word to try it."


def microphone(model: ChecksModel) -> CheckItem:
    return next(item for item in model.items if item.code == "M-01")


def test_a_muted_microphone_is_a_finding_with_a_way_on_until_it_is_heard(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"microphone": {}}))
    checks.begin()
    checks.source("microphone", Condition.RUNNING, None)
    found = microphone(checks.quality("microphone", Impairment.SOUND_SILENT))
    assert (found.state, found.sentence) == ("attention", MUTED)
    assert "Switch the microphone on" in found.fix
    assert "You can start as it is" in found.fix
    assert microphone(checks.quality("microphone", None)).state == "ok"


def test_a_microphone_that_is_gone_is_not_muted_too(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"microphone": {}}))
    checks.begin()
    checks.quality("microphone", Impairment.SOUND_SILENT)
    gone = microphone(checks.source("microphone", Condition.LOST, SourceFault.STOPPED))
    assert (gone.state, gone.sentence) == ("attention", "The microphone delivers no sound. Is it still connected?")


def test_what_a_recording_of_the_screen_leaves_out_is_said_where_the_screen_is_found_to_work(tmp_path: Path) -> None:
    settings = exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"screen": {}})
    checks = DeviceCheck(settings, ("pointer",))
    checks.begin()
    screen = next(item for item in checks.source("screen", Condition.RUNNING, None).items if item.code == "X-01")
    assert (screen.state, screen.sentence) == ("ok", "Not seen in the recording on this system: the pointer.")
