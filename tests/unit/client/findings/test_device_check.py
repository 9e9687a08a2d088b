"""The device check says what is amiss with a device that works otherwise, what to do, and when it is over."""

from __future__ import annotations

from pathlib import Path

from app.client.entry.servers import FirstPage, PageFault
from app.client.findings.device_check import DeviceCheck
from app.client.findings.source_findings import STARTING
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
    assert microphone(checks.quality("microphone", None)).state == "ready"


def test_a_microphone_that_is_gone_is_not_muted_too(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"microphone": {}}))
    checks.begin()
    checks.quality("microphone", Impairment.SOUND_SILENT)
    gone = microphone(checks.source("microphone", Condition.LOST, SourceFault.STOPPED))
    assert (gone.state, gone.sentence) == ("attention", "The microphone delivers no sound.")
    assert gone.fix.startswith("Look whether it is still connected.")


def test_what_a_recording_of_the_screen_leaves_out_is_said_where_the_screen_is_found_to_work(tmp_path: Path) -> None:
    settings = exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"screen": {}})
    checks = DeviceCheck(settings, ("pointer",))
    checks.begin()
    screen = next(item for item in checks.source("screen", Condition.RUNNING, None).items if item.code == "X-01")
    assert (screen.state, screen.sentence) == ("ready", "Not seen in the recording on this system: the pointer.")


def test_kind_1_advice_is_against_the_fault_and_not_the_same_for_every_one(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"camera": {}}))
    checks.begin()
    fixes = {}
    for fault in (SourceFault.NOT_FOUND, SourceFault.NOT_ALLOWED, SourceFault.IN_USE, SourceFault.FROZEN):
        model = checks.source("webcam", Condition.ABSENT, fault)
        fixes[fault] = next(item for item in model.items if item.code == "C-01").fix
    assert len(set(fixes.values())) == len(fixes)
    assert "Ask who set up this computer" in fixes[SourceFault.NOT_ALLOWED]
    assert "onnect one" not in fixes[SourceFault.NOT_ALLOWED]


def test_kind_1_nothing_starts_and_nothing_is_ready_before_all_was_looked_at(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={}))
    model = checks.begin()
    assert not model.may_start
    for step in (
        lambda: checks.delivery(None),
        lambda: checks.page(FirstPage("exams.example.edu", status=200)),
        lambda: checks.disk(None),
    ):
        assert not step().may_start
    model = checks.machine(())
    assert model.may_start == all(item.state == "ready" for item in model.items)


def test_kind_1_two_points_to_look_at_are_not_everything_ready(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"camera": {}}))
    checks.begin()
    checks.source("webcam", Condition.ABSENT, SourceFault.NOT_FOUND)
    checks.page(FirstPage("exams.example.edu", PageFault.TIMED_OUT))
    checks.delivery(None)
    checks.disk(None)
    for stream in ("microphone", "screen"):
        checks.source(stream, Condition.RUNNING, None)
    model = checks.machine(())
    assert model.may_start
    assert model.sentence == "The exam can start. Before that, please look at: Camera, Exam page."


def test_kind_2_what_the_check_waits_for_is_said_while_the_recorder_starts(tmp_path: Path) -> None:
    checks = DeviceCheck(exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), recording={"camera": {}}))
    camera = next(item for item in checks.begin().items if item.code == "C-01")
    assert (camera.state, camera.sentence) == ("checking", STARTING)
    checks.source("webcam", Condition.RUNNING, None)
    camera = next(item for item in checks.sources_unknown().items if item.code == "C-01")
    assert (camera.state, camera.sentence) == ("checking", STARTING)
