"""Every event that a client can note has words, and no event, of any shape, stops the one who reads."""

import ast
import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.client
from app.client.session.phases import Phase
from app.institution.wording.events import words
from app.institution.wording.lockdown import control_name
from app.institution.wording.phrases import LONGEST_FACT, duration_text, listed
from app.policy.release import RELEASE_REASONS
from capture.analysis.rules.incidents import Rule
from capture.errors import Why
from capture.reports import Condition, Impairment, QualityCode, StreamName
from lockdown.contract.settings import Control
from lockdown.contract.violations import FACTS, Code
from lockdown.engaging.guard import EnforcementLevel
from ui.client.exam.browser import PageEvent

GUARDS = [*Control, "watchdog"]
ONCE = set(get_args(QualityCode)) - set(get_args(Impairment))


def noted():
    """Event kinds in the client's source: the first argument of every ``note`` and ``partial(...note, kind)``."""
    for path in Path(app.client.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            named = [getattr(each, "attr", "") for each in (node.func, node.args[0])]
            kinds = node.args[named.index("note") :] if "note" in named else []
            kinds = node.args if {"_note", "note_now"} & set(named) else kinds
            if kinds and isinstance(kinds[0], ast.Constant) and isinstance(kinds[0].value, str):
                yield kinds[0].value, path.name


def event(kind, /, **facts):
    return {"event": kind, "t_us": 1, "wall_ms": 2, **facts}


EXAMPLES = {
    "take_started": [event("take_started", take=take) for take in (0, 1)],
    "take_ended": [event("take_ended", why=why) for why in ("finished", "client_gone")],
    "client_restarted": [event("client_restarted", take=1)],
    "program_closed": [event("program_closed")],
    "source": [
        event("source", stream=stream, state=state, **why)
        for stream in get_args(StreamName)
        for state in get_args(Condition)
        for why in ({}, *({"why": why} for why in get_args(Why)))
    ],
    "quality": [
        *(event("quality", stream="webcam", what=code) for code in ONCE),
        *(
            event("quality", stream="webcam", what=code, state=state)
            for code in get_args(Impairment)
            for state in ("began", "ended")
        ),
    ],
    "gap": [
        event("gap", stream=stream, from_us=0, to_us=1, **why)
        for stream in get_args(StreamName)
        for why in ({"reason": "Lost."}, {"reason": "asleep", "slept_ms": 61_000})
    ],
    "clock_moved": [event("clock_moved", by_ms=by_ms) for by_ms in (-3_600_000, 1200)],
    "screen_recorded": [
        event("screen_recorded", left_out=left_out) for left_out in ("", "pointer", "pointer,system_prompts")
    ],
    "phase": [event("phase", phase=phase) for phase in Phase],
    "guard": [event("guard", guard=guard, level=level) for guard in GUARDS for level in get_args(EnforcementLevel)],
    "guard_not_released": [event("guard_not_released", guard=guard) for guard in GUARDS],
    "page": [event("page", what=what) for what in PageEvent],
    "violation": [
        event("violation", guard=guard, code=code, **dict.fromkeys(FACTS[code], fact))
        for guard in GUARDS
        for code in Code
        for fact in ("x", None, True)
    ],
    "window_left": [event("window_left")],
    "window_returned": [event("window_returned")],
    "handed_in": [event("handed_in")],
    "left": [event("left", reason="I do not feel well")],
    "held": [event("held", control=control) for control in ("storage", "processes", "focus_return")],
    "released": [event("released", key="room-3", reason=reason) for reason in RELEASE_REASONS],
    "release_refused": [event("release_refused", tries=3)],
    "incident": [
        event("incident", rule=rule, number=1, from_us=0, to_us=4_000_000, ended=ended, numbers=numbers, withheld=2)
        for rule in get_args(Rule)
        for ended in (False, True)
        for numbers in ({}, {"mean": -31.5, "lasted_s": 4.0, "observations": 20})
    ],
    "zero": [event("zero", gaze_h_deg=-4.0, gaze_v_deg=11.5, learned=learned) for learned in (False, True)],
    "observed": [event("observed", pictures=[[1, 1, 1]], sounds=[]), event("observed")],
    "detection_failed": [event("detection_failed", why="The model is not there.")],
    "detection_ended": [
        event("detection_ended", pictures_read=5, sounds_heard=0, pictures_passed_over=4, sounds_lost=1)
    ],
    "face_check": [
        event("face_check", found=found, tries=3, unavailable=gone) for found in (False, True) for gone in (False, True)
    ],
    "calibration": [
        event("calibration", outcome=outcome, spread_deg=12.0) for outcome in ("done", "failed", "skipped")
    ],
    "scan": [
        event("scan", what=what, state=state, place="under_the_desk")
        for what in ("room", "desk")
        for state in ("begun", "place", "ended", "stopped", "left_out")
    ],
    "still": [
        event("still", what=what, state=state, width=1920, height=1080, quality=["blurred", "glare"])
        for what in ("id_photo", "signature")
        for state in ("taken", "left_out")
    ],
}


def test_every_kind_the_client_notes_has_an_example_here():
    kinds = dict(noted())
    assert not set(kinds) - set(EXAMPLES), "give new kinds words in event_words.py and an example here"
    assert len(kinds) >= 14
    assert kinds["window_left"] == "controller.py"


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_has_words(kind):
    for each in EXAMPLES[kind]:
        said = words(json.loads(json.dumps(each)))
        assert said.known, each
        assert said.sentence[0].isupper(), said
        assert said.sentence.endswith("."), said
        assert "_" not in said.sentence, said
        assert "None" not in said.sentence or kind == "violation", said


def test_every_control_has_a_name_of_its_own():
    names = [control_name(guard) for guard in GUARDS]
    assert len(set(names)) == len(names)
    assert not any("_" in name for name in names)


@pytest.mark.parametrize(
    ("facts", "sentence", "weight"),
    [
        (event("take_started", take=0), "Recording started.", "routine"),
        (event("take_started", take=2), "Recording went on after an interruption, as part 3.", "look"),
        (event("take_ended", why="lightning"), "Recording ended: lightning.", "look"),
        (event("source", stream="webcam", state="running"), "Camera is recording.", "routine"),
        (
            event("gap", stream="microphone", from_us=1_000_000, to_us=66_000_000, reason="Unplugged."),
            "No sound for 65 seconds. Unplugged.",
            "look",
        ),
        (event("gap", stream="depth", from_us=0, to_us=1_000_000), "Nothing of depth for 1 second.", "look"),
        (
            event("guard", guard="displays", level="not_available"),
            "Lockdown, displays: not available on this computer.",
            "look",
        ),
        (
            event("violation", guard="processes", code="program-running", title="AnyDesk", identity="build_id"),
            "A program on the institution's list was running: AnyDesk (known by its build id).",
            "look",
        ),
        (
            event("violation", guard="storage", code="storage-arrived", storage_class="usb", vendor=None, size="4 GB"),
            "A storage device was plugged in: usb, 4 GB.",
            "look",
        ),
        (
            event("violation", guard="storage", code="storage-removed", device="a7"),
            "A storage device was taken out: marked a7 in this exam.",
            "look",
        ),
        (
            event("violation", guard="storage", code="storage-removed"),
            "A storage device was taken out: nothing more is known of it.",
            "look",
        ),
        (
            event("violation", guard="remote_session", code="session-remote", sign="remote-desktop", since_start=False),
            "The session was shown or used elsewhere, by the sign “remote-desktop”.",
            "look",
        ),
        (
            event("violation", guard="displays", code="displays-counted", displays=2, at_most=1),
            "Displays connected: 2; the exam allows 1.",
            "look",
        ),
        (
            event("violation", guard="overlays", code="exam-covered", percent=40.0),
            "For a second altogether at least 40.0 % of the exam window was hidden, as by another window.",
            "look",
        ),
        (
            event("violation", guard="overlays", code="exam-covered", percent=3.4),
            "For a second altogether at least 3.4 % of the exam window was hidden, as by another window.",
            "routine",
        ),
        (
            event("violation", guard="overlays", code="exam-uncovered", percent=40.0, for_s=12),
            "The exam window had been hidden in part or whole for 12 seconds altogether, at least 40.0 % of it for a "
            "second of them; then it was clear again.",
            "routine",
        ),
        (event("left", reason=""), "The exam was left without handing in.", "look"),
        (
            event("left", reason="Ill\nreally"),
            "The exam was left without handing in. Reason given: “Ill really”.",
            "look",
        ),
    ],
)
def test_sentences(facts, sentence, weight):
    said = words(facts)
    assert (said.sentence, said.weight, said.known) == (sentence, weight, True)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (event("two_people", count=2, for_s=1.5), "two people (count: 2, for_s: 1.5)"),
        (event("page", what="levitated"), "page (what: levitated)"),
        (event("source", stream="webcam", state="on fire"), "source (stream: webcam, state: on fire)"),
        (event("quality", what="odd"), "quality (what: odd)"),
        (event("guard", guard="x", level="maybe"), "guard (guard: x, level: maybe)"),
        (event("phase", phase=7), "phase (phase: 7)"),
        (event("violation", code="unheard-of"), "violation (code: unheard-of)"),
        (event("gap", from_us=True, to_us=10**30), f"gap (from_us: True, to_us: {10**30})"),
        ({}, "an event without a name"),
    ],
)
def test_what_is_unknown_is_shown_as_it_is_and_looked_at(facts, sentence):
    said = words(facts)
    assert (said.sentence, said.weight, said.known) == (sentence, "look", False)


def test_a_fact_of_any_length_is_cut():
    said = words(event("left", reason="x" * 10_000))
    assert len(said.sentence) < LONGEST_FACT + 100


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("take", "why", "stream", "state", "what", "from_us", "to_us", "reason", "phase", "guard", "level", "code")


@given(st.sampled_from([*EXAMPLES, "other"]), st.dictionaries(st.sampled_from(NAMES), anything))
def test_no_event_is_refused(kind, facts):
    said = words(event(kind, **facts))
    assert said.sentence
    assert said.sentence.isprintable()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 seconds"),
        (0.04, "0 seconds"),
        (0.44, "0.4 seconds"),
        (1.02, "1 second"),
        (9.96, "10 seconds"),
        (119.4, "119 seconds"),
        (120, "2 min"),
        (199.6, "3 min 20 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_lasting(seconds, text):
    assert duration_text(seconds) == text


def test_listed():
    assert [listed(("a", "b", "c")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
