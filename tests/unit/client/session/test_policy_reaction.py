"""What follows from a report, as the institution's policy says: observe, warn, hold for staff."""

import base64
from types import SimpleNamespace

import pytest

from app.client.session.policy_reaction import PolicyReaction
from app.events.lockdown import ExamHeldEvent, ExamReleasedEvent, LockdownEvent, ReleaseReason
from app.policy.page import PageSettings
from app.policy.release import RELEASE_REASONS, ReleaseKey
from app.policy.unimplemented import unimplemented
from crypto import release
from lockdown.contract.settings import Control, DisplaySettings, LockdownSettings, ProcessSettings
from lockdown.contract.violations import Code, Violation
from ui.model import HoldModel

SECRET = release.new_secret()
KEY = ReleaseKey(kid="room-3", public_b64=base64.b64encode(release.public_of(SECRET)).decode())
HONOURED = {
    "accommodations": SimpleNamespace(extra_time_min=0, breaks_allowed=0),
    "proctoring": "recorded",
    "page": PageSettings(),
}
DEVICE = {"storage_class": "usb", "vendor": "a", "model": "b", "size": "gb_4_to_16", "device": "c"}


class Exam:
    """A window, a recording and a clock that remember."""

    def __init__(self) -> None:
        self.cover: HoldModel | None = None
        self.events: list[LockdownEvent] = []
        self.kept: tuple[str, ...] = ()
        self.warnings: list[str] = []
        self.now_s = 100.0

    def hold(self, model: HoldModel) -> None:
        self.cover = model

    def end_hold(self) -> None:
        self.cover = None

    def note(self, event) -> None:
        self.events.append(event)

    def store_held(self, controls) -> None:
        self.kept = controls

    def warn(self, sentence, for_s) -> None:
        assert for_s > 0
        self.warnings.append(sentence)

    def clock(self) -> float:
        return self.now_s


def reacting(exam: Exam, policy: str, keys=(KEY,)) -> PolicyReaction:
    lockdown = LockdownSettings(storage=policy, focus_return="hold", processes=ProcessSettings(policy=policy))
    return PolicyReaction(SimpleNamespace(lockdown=lockdown, release_keys=keys), exam, exam, exam.clock)


@pytest.mark.parametrize(
    ("policy", "keys", "covered", "warned"),
    [
        ("observe", (KEY,), False, False),
        ("warn", (KEY,), False, True),
        ("hold", (KEY,), True, False),
        ("refuse", (KEY,), True, False),
        ("refuse", (), False, True),
    ],
)
def test_each_policy_does_what_it_says_and_no_more(policy, keys, covered, warned):
    exam = Exam()
    reacting(exam, policy, keys).reported(Control.STORAGE)
    assert (exam.cover is not None, bool(exam.warnings)) == (covered, warned)
    assert exam.kept == (("storage",) if covered else ())
    assert exam.events == ([ExamHeldEvent(Control.STORAGE)] if covered else [])


def test_what_is_off_or_serves_no_control_holds_nobody():
    exam = Exam()
    reaction = reacting(exam, "hold")
    reaction.reported(None)
    reaction.reported(Control.SYSTEM_SHORTCUTS)
    assert exam.cover is None
    assert not exam.warnings
    assert not exam.events


@pytest.mark.parametrize(("policy", "told"), [("observe", 0), ("warn", 1)])
def test_a_replaced_clipboard_is_told_where_the_settings_ask_for_it(policy, told):
    exam = Exam()
    settings = SimpleNamespace(lockdown=LockdownSettings(clipboard=policy), release_keys=(KEY,))
    reaction = PolicyReaction(settings, exam, exam, exam.clock)
    reaction.violated(Violation("clipboard", Code.CLIPBOARD_REPLACED, 1, {"times": 2}, Control.CLIPBOARD))
    assert len(exam.warnings) == told
    assert exam.cover is None


@pytest.mark.parametrize(
    ("code", "facts", "held"),
    [
        ("displays-counted", {"displays": 2, "at_most": 1}, True),
        ("displays-counted", {"displays": 1, "at_most": 1}, False),
        ("displays-counted", {"displays": 0, "at_most": 1}, False),
        ("storage-arrived", DEVICE, True),
        ("storage-removed", DEVICE, False),
        ("network-up", {"kind": "tunnel", "since_start": False}, True),
        ("network-down", {"kind": "tunnel"}, False),
        ("input-arrived", {"kind": "keyboard", "bus": "usb", "since_start": False}, True),
        ("input-removed", {"kind": "keyboard", "bus": "usb"}, False),
        ("seats-counted", {"seats": 2}, True),
        ("virtual-device-arrived", {"kind": "camera", "made_by": "obs", "since_start": True}, True),
        ("virtual-device-removed", {"kind": "camera", "made_by": "obs"}, False),
        ("debugger-attached", {}, True),
        ("exam-covered", {"percent": 40.0}, True),
        ("exam-covered", {"percent": 3.4}, False),  # as large as a notice of the desktop: recorded, no more
        ("exam-uncovered", {"percent": 40.0, "for_s": 12}, False),
    ],
)
def test_putting_it_right_holds_nobody(code, facts, held):
    exam = Exam()
    watched = dict.fromkeys(("storage", "network", "input_devices", "virtual_devices", "debugger", "overlays"), "hold")
    lockdown = LockdownSettings(displays=DisplaySettings(policy="hold"), **watched)
    reaction = PolicyReaction(SimpleNamespace(lockdown=lockdown, release_keys=(KEY,)), exam, exam, exam.clock)
    family = code.removesuffix("-arrived").removesuffix("-removed").partition("-")[0]
    of = {"seats": "input_devices", "input": "input_devices", "virtual": "virtual_devices", "exam": "overlays"}
    control = Control(of.get(family, family))
    reaction.violated(Violation(control.value, Code(code), 1, facts, control))
    assert (exam.cover is not None) is held


def test_battery_is_told_with_advice_and_a_charger_is_not_told():
    exam = Exam()
    lockdown = LockdownSettings(power="warn")
    reaction = PolicyReaction(SimpleNamespace(lockdown=lockdown, release_keys=()), exam, exam, exam.clock)
    for on_battery in (True, False):
        facts = {"on_battery": on_battery, "percent": 15}
        reaction.violated(Violation("power", Code.POWER_CHANGED, 1, facts, Control.POWER))
    assert [warning for warning in exam.warnings if "Connect the charger" in str(warning)] == exam.warnings
    assert len(exam.warnings) == 1


def test_staff_release_it_once_and_the_reason_is_sealed():
    exam = Exam()
    reaction = reacting(exam, "hold")
    reaction.reported(Control.STORAGE)
    answer = release.answer(exam.cover.code, SECRET, RELEASE_REASONS.index("technical"))
    reaction.answer(answer)
    assert exam.cover is None
    assert exam.kept == ()
    assert reaction.held == ()
    assert exam.events[-1] == ExamReleasedEvent("room-3", ReleaseReason.TECHNICAL)
    reaction.reported(Control.STORAGE)
    reaction.answer(answer)
    assert exam.cover is not None
    assert reaction.held == ("storage",)


def test_the_same_report_again_keeps_the_code_and_another_one_asks_for_another():
    exam = Exam()
    reaction = reacting(exam, "hold")
    reaction.reported(Control.STORAGE)
    first = exam.cover.code
    reaction.reported(Control.STORAGE)
    assert exam.cover.code == first
    reaction.reported(Control.PROCESSES)
    assert exam.cover.code != first
    assert len(exam.cover.reasons) == 2
    reaction.answer(release.answer(first, SECRET, 0))
    assert exam.cover is not None
    exam.now_s += 60
    reaction.answer(release.answer(exam.cover.code, SECRET, 0))
    assert exam.cover is None


def test_wrong_codes_are_slowed_down_and_a_right_one_in_the_wait_is_not_heard():
    exam = Exam()
    reaction = reacting(exam, "hold")
    reaction.reported(Control.STORAGE)
    waits = []
    for delay_s in (1, 4, 16, 60, 60):
        reaction.answer("0000-0000-0000")
        assert "not the code" in exam.cover.problem
        waited = 0
        while True:
            reaction.answer("0000-0000-0000")
            if "Please wait" not in exam.cover.problem:
                break
            assert f"wait {delay_s - waited} s" in exam.cover.problem
            exam.now_s += 1
            waited += 1
        waits.append(waited)
        exam.now_s += 60
    assert waits[:2] == [1, 4]
    assert waits[-1] == 60
    reaction.answer("nothing")
    right = release.answer(exam.cover.code, SECRET, 0)
    reaction.answer(right)
    assert exam.cover is not None
    exam.now_s += 61
    reaction.answer(right)
    assert exam.cover is None


def test_a_hold_comes_back_after_a_restart_with_a_code_of_its_own():
    before, after = Exam(), Exam()
    reacting(before, "hold").reported(Control.STORAGE)
    resumed = reacting(after, "hold")
    resumed.resume(before.kept)
    assert after.cover.reasons == before.cover.reasons
    assert after.cover.code != before.cover.code
    resumed.answer(release.answer(before.cover.code, SECRET, 0))
    assert after.cover is not None
    resumed.answer("x")


def test_a_display_too_many_holds_the_exam():
    exam = Exam()
    lockdown = LockdownSettings.model_validate({"displays": {"policy": "hold", "at_most": 1}})
    reaction = PolicyReaction(SimpleNamespace(lockdown=lockdown, release_keys=(KEY,)), exam, exam, exam.clock)
    reaction.reported(Control.DISPLAYS)
    assert exam.cover is not None
    assert reaction.held == ("displays",)
    assert not [
        named
        for named in unimplemented(SimpleNamespace(**HONOURED, lockdown=lockdown))
        if named[1].get("policy") == "hold"
    ]


def test_a_code_may_be_wrong_again_at_once_after_a_release():
    exam = Exam()
    reaction = reacting(exam, "hold")
    for _ in range(2):
        reaction.reported(Control.STORAGE)
        reaction.answer("0000-0000-0000")
        assert "not the code" in exam.cover.problem, "no waiting is left over from the hold before"
        exam.now_s += 1.5
        reaction.answer(release.answer(exam.cover.code, SECRET, 0))
        assert exam.cover is None
