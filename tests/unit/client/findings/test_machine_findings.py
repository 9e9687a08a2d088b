"""Each code of the device check has words, in every shape that its facts can take."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import get_args

import pytest

from app import device_names
from app.client.findings.machine_findings import TITLES, check_item
from app.client.findings.readiness import STATES
from app.client.machine.policy_findings import PolicyNotFollowed
from app.client.pages import device_words
from lockdown.contract import finding as contract
from lockdown.contract.finding import MachineFacts, ReadinessFinding
from lockdown.contract.settings import Control
from lockdown.contract.storage_size import StorageSize
from lockdown.watching.storage import StorageClass
from lockdown.watching.virtual_devices import MadeBy, VirtualKind

SHAPES: list[tuple[MachineFacts, contract.State, tuple[str, ...]]] = [
    (contract.DiskSpace(0), "ok", ("enough free space",)),
    (contract.DiskSpace(12), "failed", ("12 MB",)),
    (contract.WaylandSession((Control.FULL_SCREEN, Control.CLIPBOARD)), "failed", ("Full screen, Clipboard", "X11")),
    (contract.UnavailableControls(()), "ok", ("Everything",)),
    (contract.UnavailableControls((Control.OVERLAYS,)), "failed", ("Windows over the exam", "another computer")),
    (contract.UnavailableControls((Control.OVERLAYS,)), "attention", ("Windows over the exam",)),
    (contract.DeniedPrograms(()), "ok", ("No program",)),
    (contract.DeniedPrograms(("AnyDesk", "OBS")), "failed", ("AnyDesk, OBS",)),
    (contract.RemoteControl((), ()), "ok", ("no sign",)),
    (contract.RemoteControl(("AnyDesk",), ()), "attention", ("can show or control this screen: AnyDesk.",)),
    (contract.RemoteControl((), ("ssh",)), "attention", ("used from another computer.",)),
    (contract.RemoteControl(("AnyDesk",), ("ssh",)), "failed", ("used from another computer.", "AnyDesk")),
    (contract.RemoteControl((), ("virtual-display",)), "attention", ("a window on another screen",)),
    (contract.RemoteControl((), ("screen-served",)), "attention", ("show this screen to others",)),
    (contract.VirtualMachine(None), "attention", ("cannot be determined",)),
    (contract.VirtualMachine(0), "ok", ("no sign",)),
    (contract.VirtualMachine(1), "attention", ("single sign", "proves nothing")),
    (contract.VirtualMachine(3), "failed", ("3 independent signs", "staff can let you in")),
    (contract.AttachedStorage(None), "attention", ("cannot be listed",)),
    (contract.AttachedStorage(()), "ok", ("No external storage device",)),
    (
        contract.AttachedStorage((contract.StorageKind("usb", StorageSize.GB_16_TO_64),)),
        "failed",
        ("USB device (16 to 64 GB)",),
    ),
    (contract.ConnectedDisplays(None, 1), "attention", ("could not be counted",)),
    (contract.ConnectedDisplays(1, 1), "ok", ("No more displays",)),
    (contract.ConnectedDisplays(2, 1), "failed", ("2 displays are connected; the exam allows 1.",)),
    (contract.VirtualDevices(None), "attention", ("cannot be determined",)),
    (contract.VirtualDevices(()), "ok", ("No camera or microphone",)),
    (contract.VirtualDevices((contract.VirtualKind("camera", "obs"),)), "attention", ("camera (by OBS Studio)",)),
    (contract.AttachedInputs(None), "attention", ("cannot be listed",)),
    (contract.AttachedInputs(contract.InputCounts(1, 1, 0)), "ok", ("no more than one",)),
    (contract.AttachedInputs(contract.InputCounts(2, 1, 0)), "attention", ("keyboards: 2, mice: 1.",)),
    (contract.AttachedInputs(contract.InputCounts(0, 0, 1)), "attention", ("Made by programs: 1.",)),
    (contract.NetworkTunnel(connected=False), "ok", ("No VPN",)),
    (contract.NetworkTunnel(connected=True), "attention", ("A VPN",)),
    (contract.AttachedDebugger(None), "attention", ("cannot be determined",)),
    (contract.AttachedDebugger(attached=False), "ok", ("No other program",)),
    (contract.AttachedDebugger(attached=True), "failed", ("as a debugger does",)),
    (contract.BatteryCharge(None), "ok", ("does not depend",)),
    (contract.BatteryCharge(80), "ok", ("80 % full",)),
    (contract.BatteryCharge(30), "attention", ("30 % full", "charger")),
]


@pytest.mark.parametrize(("facts", "state", "said"), SHAPES)
def test_the_words_of_a_finding(facts: MachineFacts, state: contract.State, said: tuple[str, ...]) -> None:
    item = check_item(ReadinessFinding(facts, state))
    assert (item.code, item.state, item.override, item.can_close) == (facts.code, STATES[state], "", False)
    text = f"{item.sentence} {item.fix}"
    assert [part for part in said if part not in text] == []
    for sentence in filter(None, (item.sentence, item.fix)):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "{" not in sentence
    if state == "failed":
        assert item.fix, "what bars an exam has a way on"


def test_every_code_has_a_title_and_every_title_a_code() -> None:
    codes = [facts.code for facts in (*get_args(MachineFacts), PolicyNotFollowed)]
    assert len(set(codes)) == len(codes)
    assert set(TITLES) == set(codes)
    assert {type(facts) for facts, _, _ in SHAPES} == set(get_args(MachineFacts)), "each is tried above"


def test_every_kind_of_device_has_a_word() -> None:
    assert set(device_words.STORAGE_CLASSES) == set(get_args(StorageClass))
    assert set(device_names.STORAGE_SIZES) == set(StorageSize)
    assert set(device_words.VIRTUAL_KINDS) == set(get_args(VirtualKind))
    assert set(device_names.MAKERS) == set(get_args(MadeBy))


def test_who_may_override_and_what_can_be_closed_reach_the_page() -> None:
    finding = ReadinessFinding(contract.DeniedPrograms(("OBS",)), "failed", staff_may_override=True, can_close=True)
    item = check_item(finding)
    assert (item.override, item.can_close) == ("staff of the institution", True)
    assert check_item(replace(finding, can_close=False)).can_close is False


def test_a_policy_that_is_not_followed_is_said_and_bars_nothing() -> None:
    item = check_item(PolicyNotFollowed(problems=2))
    assert (item.code, item.state, item.override) == ("L-02", "attention", "staff of the institution")
    assert "invigilo policy show" in item.fix


@pytest.mark.parametrize(("facts", "state", "said"), SHAPES)
def test_facts_are_json_and_hold_no_sentence(facts: MachineFacts, state: contract.State, said: tuple[str, ...]) -> None:
    written = json.loads(json.dumps(ReadinessFinding(facts, state).facts_json()))
    assert set(written) == {each.name for each in fields(facts)}
    assert ". " not in json.dumps(written)
