"""Every event that can be sealed has words, and no event, of any shape, stops the one who reads."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.events.lockdown import GuardWithoutControl
from app.events.sealed import SealedEvent, read_line
from app.events.vocabulary import KNOWN_EVENTS
from app.institution.wording import devices
from app.institution.wording.events import words
from app.institution.wording.lockdown import LIMITS, control_name
from app.institution.wording.phrases import LONGEST_FACT, duration_text, listed
from lockdown.contract.evidence import RemoteSign
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.watching.inputs import InputBus, InputKind
from lockdown.watching.network import InterfaceKind
from lockdown.watching.programs import Identity
from lockdown.watching.storage import StorageClass
from lockdown.watching.virtual_devices import VirtualKind
from tests.fixtures.event_examples import any_event, anything, examples
from tests.fixtures.soak import times

GUARDS = [*Control, *GuardWithoutControl]
KINDS = [each.kind for each in KNOWN_EVENTS]


def said_of(facts):
    return words(read_line(json.dumps(facts).encode()))


def printable(sentence):
    """Whether a person can read all of it; what runs from right to left is isolated."""
    return sentence.replace("\u2068", "").replace("\u2069", "").isprintable()


def event(kind, /, **facts):
    return {"event": kind, "version": 2, "t_us": 1, "wall_ms": 2, **facts}


@pytest.mark.parametrize("kind", KNOWN_EVENTS, ids=KINDS)
def test_every_kind_with_every_code_has_words(kind):
    for each in examples(kind):
        said = words(SealedEvent(each, 0))
        assert said.known, each
        assert said.sentence[0].isupper(), said
        assert said.sentence.endswith("."), said
        assert not set("_{}") & set(said.sentence), said
        assert "None" not in said.sentence, said


@pytest.mark.parametrize("kind", KNOWN_EVENTS, ids=KINDS)
@settings(max_examples=times(30, 3000))
@given(data=st.data())
def test_a_code_of_a_newer_program_is_shown_as_it_is_and_looked_at(kind, data):
    sealed = SealedEvent(data.draw(any_event(kind)), 0)
    said = words(sealed)
    assert printable(said.sentence)
    if not sealed.understood:
        assert (said.weight, said.known) == ("look", False)


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (devices.STORAGE_CLASSES, get_args(StorageClass)),
        (devices.REMOTE_SIGNS, RemoteSign),
        (devices.IDENTITIES, get_args(Identity)),
        (devices.VIRTUAL_KINDS, get_args(VirtualKind)),
        (devices.INPUT_KINDS, get_args(InputKind)),
        (devices.INPUT_BUSES, get_args(InputBus)),
        (devices.INTERFACES, get_args(InterfaceKind)),
        (LIMITS, Limit),
    ],
)
def test_no_code_of_a_device_or_limit_is_shown_bare(names, codes):
    assert set(names) == set(codes)
    assert len(set(names.values())) == len(names)


def test_every_control_has_a_name_of_its_own():
    names = [control_name(guard) for guard in GUARDS]
    assert len(set(names)) == len(names)
    assert not any("_" in name for name in names)


@pytest.mark.parametrize(
    ("facts", "sentence", "weight"),
    [
        (event("take_started", take=0), "Recording started.", "routine"),
        (event("take_started", take=2), "Recording went on after an interruption, as part 3.", "look"),
        (event("source_changed", stream="webcam", state="running"), "Camera: is recording.", "routine"),
        (
            event("source_changed", stream="webcam", state="lost", why="frozen"),
            "Camera: was lost, and is tried again every second. Its picture was frozen, the same to the last bit.",
            "look",
        ),
        (
            event("gap", stream="microphone", from_us=1_000_000, to_us=66_000_000, reason="stopped"),
            "No sound for 65 seconds. The device stopped delivering.",
            "look",
        ),
        (
            event("gap", stream="webcam", from_us=0, to_us=1_000_000, reason="failed", error="OSError"),
            "No camera picture for 1 second. It failed in a way that is not known. The error was OSError.",
            "look",
        ),
        (
            event("gap", stream="microphone", from_us=0, to_us=1_000_000, reason="sound_library_missing"),
            "No sound for 1 second. The computer lacked the library that records sound.",
            "look",
        ),
        (
            event("stream_notice", stream="screen", what="display_changed", width=1920, height=1080),
            "Screen: the displays changed; the recording has their size from here on. "
            "Pixels from here on: 1920 across, 1080 down.",
            "look",
        ),
        (
            event("stream_notice", stream="webcam", what="encoding_failed", encoder="libx264", error="EncoderError"),
            "Camera: a part could not be encoded. The encoder was libx264. The error was EncoderError.",
            "look",
        ),
        (
            event("exam_held", control="displays"),
            "The exam was covered to wait for a release code: displays.",
            "look",
        ),
        (
            event("exam_released", key="room-3", reason="technical"),
            "A release code of the key “room-3” was entered. Reason: technical. Whether staff gave it, the list beside "
            "their key tells: look for this time and reason.",
            "look",
        ),
        (
            event("guard_engaged", guard="displays", level="not_available"),
            "Lockdown, displays: not available on this computer.",
            "look",
        ),
        (
            event("guard_engaged", guard="storage", level="observed", limit="polled"),
            "Lockdown, storage devices: observed only: it could happen, and would be noted. "
            "This computer announces no changes, so it was checked about once a second; "
            "anything shorter may have been missed.",
            "routine",
        ),
        (
            event("guard_engaged", guard="system_shortcuts", level="observed", limit="held_by_program"),
            "Lockdown, system shortcuts: observed only: it could happen, and would be noted. Another program held it, "
            "as an open menu holds the keyboard.",
            "look",
        ),
        (
            event(
                "violation", guard="processes", code="program-running", title="AnyDesk", identity="build_id",
                since_start=False,
            ),
            "A program on the institution's list was running: AnyDesk (known by its build id).",
            "look",
        ),
        (
            event("violation", guard="storage", code="storage-arrived", storage_class="usb", size="gb_4_to_16"),
            "A storage device was plugged in: USB device, 4 to 16 GB.",
            "look",
        ),
        (
            event("violation", guard="storage", code="storage-removed", storage_class="usb", size="unknown", device=""),
            "A storage device was taken out: USB device, size not known.",
            "look",
        ),
        (
            event("violation", guard="remote_session", code="session-remote", sign="remote-desktop", since_start=False),
            "The session was shown or used elsewhere: Remote Desktop showed it.",
            "look",
        ),
        (
            event(
                "violation", guard="virtual_devices", code="virtual-device-arrived", kind="camera",
                made_by="virtual-driver", since_start=True,
            ),
            "A device that a program makes was there before the exam: camera (by a driver without hardware behind it).",
            "look",
        ),
        (
            event("violation", guard="input_devices", code="input-removed", kind="pointer", bus="built_in"),
            "A keyboard or mouse went: mouse or other pointer (built in).",
            "routine",
        ),
        (
            event("violation", guard="network", code="network-down", kind="virtual"),
            "A network connection (virtual, as containers and virtual machines use) ended.",
            "routine",
        ),
        (
            event("violation", guard="displays", code="displays-counted", displays=2, at_most=1),
            "Displays connected: 2; the exam allows 1.",
            "look",
        ),
        (
            event("violation", guard="overlays", code="exam-covered", percent=40.0),
            "At least 40.0 % of the exam window was hidden for a second in total, as by another window.",
            "look",
        ),
        (
            event("violation", guard="overlays", code="exam-covered", percent=3.4),
            "At least 3.4 % of the exam window was hidden for a second in total, as by another window.",
            "routine",
        ),
        (
            event("violation", guard="overlays", code="exam-uncovered", percent=40.0, for_s=12),
            "The exam window was partly or wholly hidden for 12 seconds in total, at least 40.0 % of it "
            "for one second; then it was clear again.",
            "routine",
        ),
        (
            event("violation", guard="clipboard", code="clipboard-replaced", times=3),
            "Something copied outside the exam was emptied from the clipboard, unread, 3 times.",
            "look",
        ),
        (
            event("exam_left", reason="unwell", text="Ill\nreally"),
            "The exam was left without handing in. Reason given: the test taker did not feel well. "
            "In words: “Ill really”.",
            "look",
        ),
    ],
)  # fmt: skip
def test_sentences(facts, sentence, weight):
    said = said_of(facts)
    assert (said.sentence, said.weight, said.known) == (sentence, weight, True)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (event("two_people", count=2, for_s=1.5), "two people (count: 2, for_s: 1.5)"),
        (event("page", what="levitated"), "The exam page: levitated."),
        (event("source_changed", stream="webcam", state="on fire"), "Camera: on fire."),
        (event("gap", stream="depth", from_us=0, to_us=10**6, reason="fog"), "Nothing of depth for 1 second. fog"),
        (event("take_ended", why="lightning"), "Recording ended: lightning."),
        (event("phase", phase=7), "phase (phase: 7)"),
        (event("violation", guard="clipboard", code="new", a=1), "Lockdown, clipboard: new (a: 1)."),
        (event("violation", code="unheard-of"), "violation (code: unheard-of)"),
        (event("handed_in", by="mail"), "The exam was handed in. (by: mail)"),
        ({**event("handed_in"), "version": 3}, "handed in (version: 3)"),
        (event("gap", from_us=True, to_us=10**30), f"gap (from_us: True, to_us: {10**30})"),
        ({}, "an event without a name"),
    ],
)
def test_what_is_unknown_is_shown_as_it_is_and_looked_at(facts, sentence):
    said = said_of(facts)
    assert (said.sentence, said.weight, said.known) == (sentence, "look", False)


def test_a_fact_of_any_length_is_cut():
    said = said_of(event("exam_left", reason="other", text="x" * 10_000))
    assert len(said.sentence) < LONGEST_FACT + 100


NAMES = ("take", "why", "stream", "state", "what", "from_us", "to_us", "reason", "phase", "guard", "level", "code")


@given(st.sampled_from([*KINDS, "other"]), st.dictionaries(st.sampled_from(NAMES), anything), st.sampled_from([1, 2]))
def test_no_event_is_refused(kind, facts, version):
    line = {**event(kind, **facts), "version": version}
    said = said_of(line if version == 2 else {name: fact for name, fact in line.items() if name != "version"})
    assert said.sentence
    assert printable(said.sentence)


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
def test_duration_text(seconds, text):
    assert duration_text(seconds) == text


def test_listed():
    assert [listed(("a", "b", "c")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
