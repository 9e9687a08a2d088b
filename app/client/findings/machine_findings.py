"""Words for what the device check found on this machine: from a code and its facts to a title, a sentence and a fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from app.client.findings.readiness import STATES
from app.client.machine.policy_findings import PolicyNotFollowed
from app.client.pages.control_words import control_words
from app.client.pages.device_words import STORAGE_CLASSES, VIRTUAL_KINDS
from app.device_names import MAKERS, STORAGE_SIZES
from lockdown.contract.evidence import RemoteSign
from lockdown.contract.finding import (
    AttachedDebugger,
    AttachedInputs,
    AttachedStorage,
    BatteryCharge,
    ConnectedDisplays,
    DeniedPrograms,
    DiskSpace,
    NetworkTunnel,
    RemoteControl,
    UnavailableControls,
    VirtualDevices,
    VirtualMachine,
    WaylandSession,
)
from resources.language import N_, _, isolate, ngettext
from ui.model import CheckItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.client.machine.policy_findings import MachineFinding
    from lockdown.contract.finding import MachineFacts, State
    from lockdown.contract.settings import Control

TITLES = {
    DiskSpace.code: N_("Disk space"),
    WaylandSession.code: N_("Desktop session"),
    UnavailableControls.code: N_("Exam rules"),
    DeniedPrograms.code: N_("Other programs"),
    RemoteControl.code: N_("Remote control"),
    VirtualMachine.code: N_("Virtual machine"),
    AttachedStorage.code: N_("Storage devices"),
    ConnectedDisplays.code: N_("Displays"),
    VirtualDevices.code: N_("Virtual devices"),
    AttachedInputs.code: N_("Keyboards and mice"),
    NetworkTunnel.code: N_("Network"),
    AttachedDebugger.code: N_("Debugger"),
    BatteryCharge.code: N_("Battery"),
    PolicyNotFollowed.code: N_("Settings of this computer"),
}


@dataclass(frozen=True)
class FindingWords:
    """A sentence about what was found, and what the test taker can do about it: empty where there is nothing to do."""

    sentence: str
    fix: str = ""


def check_item(finding: MachineFinding) -> CheckItem:
    """Return `finding` as the page of the device check shows it."""
    words = finding_words(finding)
    return CheckItem(
        finding.code,
        _(TITLES[finding.code]),
        STATES[finding.state],
        words.sentence,
        fix=words.fix,
        override=_("staff of the institution") if finding.staff_may_override else "",
        can_close=finding.can_close,
    )


def finding_words(finding: MachineFinding) -> FindingWords:
    """Return the words for `finding`."""
    if isinstance(finding, PolicyNotFollowed):
        return FindingWords(
            _("Part of what your institution's staff have set on this computer is not followed. The exam can start."),
            _("Tell them; “invigilo policy show” says which part, and why."),
        )
    return _words(finding.facts, finding.state)


def _words(facts: MachineFacts, state: State) -> FindingWords:
    match facts:
        case DiskSpace():
            return _disk(facts)
        case WaylandSession():
            return FindingWords(
                _("This desktop session uses Wayland, where these cannot be enforced: {controls}.").format(
                    controls=_titles(facts.controls)
                ),
                _("Log out and choose a session named X11 or Xorg on the login screen, or use an exam room computer."),
            )
        case UnavailableControls():
            return _unavailable(facts, state)
        case DeniedPrograms():
            return _programs(facts)
        case RemoteControl():
            return _remote(facts)
        case VirtualMachine():
            return _virtual_machine(facts, state)
        case AttachedStorage():
            return _storage(facts)
        case ConnectedDisplays():
            return _displays(facts, state)
        case VirtualDevices():
            return _virtual_devices(facts)
        case AttachedInputs():
            return _inputs(facts, state)
        case NetworkTunnel():
            return _network(facts)
        case AttachedDebugger():
            return _debugger(facts)
        case BatteryCharge():
            return _battery(facts, state)
        case _:
            assert_never(facts)


def _disk(facts: DiskSpace) -> FindingWords:
    if not facts.missing_mb:
        return FindingWords(_("There is enough free space for the recording."))
    return FindingWords(
        _(
            "The disk has too little free space: {missing} more are needed to keep the recording until it is sent."
        ).format(missing=isolate(f"{facts.missing_mb} MB")),
        _("Delete files that you do not need, or empty the waste bin, and check again."),
    )


def _unavailable(facts: UnavailableControls, state: State) -> FindingWords:
    if not facts.controls:
        return FindingWords(_("Everything the institution asked for is available on this computer."))
    return FindingWords(
        _("These are not available on this computer: {controls}.").format(controls=_titles(facts.controls)),
        _("Use another computer, or ask the institution.") if state == "failed" else "",
    )


def _programs(facts: DeniedPrograms) -> FindingWords:
    if not facts.titles:
        return FindingWords(_("No program is running that the institution does not allow."))
    return FindingWords(
        _("These programs are running and not allowed in the exam: {programs}.").format(
            programs=_listed(map(isolate, facts.titles))
        ),
        _("Save your work in them, close them, and check again."),
    )


def _remote(facts: RemoteControl) -> FindingWords:
    sentences = []
    if set(facts.signs) - {RemoteSign.VIRTUAL_DISPLAY, RemoteSign.SCREEN_SERVED}:
        sentences.append(_("This session seems to be used from another computer."))
    if RemoteSign.VIRTUAL_DISPLAY in facts.signs:
        sentences.append(_("Its screen seems to be a window on another screen, or no real display."))
    if RemoteSign.SCREEN_SERVED in facts.signs:
        sentences.append(_("A program without a name known here seems to show this screen to others."))
    if facts.titles:
        programs = _listed(map(isolate, facts.titles))
        sentences.append(_("These programs can show or control this screen: {programs}.").format(programs=programs))
    if not sentences:
        return FindingWords(_("There is no sign that this screen is shown or controlled elsewhere."))
    return FindingWords(" ".join(sentences), _("Work at this computer itself and close such programs."))


def _virtual_machine(facts: VirtualMachine, state: State) -> FindingWords:
    if facts.origins is None:
        return FindingWords(_("Whether this is a virtual machine cannot be determined on this system yet."))
    if state == "ok":
        return FindingWords(_("There is no sign of a virtual machine."))
    if facts.origins < 2:
        return FindingWords(_("There is a single sign of a virtual machine, which proves nothing."))
    return FindingWords(
        ngettext(
            "{signs} independent sign says that this computer may be a virtual machine.",
            "{signs} independent signs say that this computer may be a virtual machine.",
            facts.origins,
        ).format(signs=isolate(facts.origins)),
        _("Use a computer directly. If this is one, ask the institution: staff can let you in."),
    )


def _storage(facts: AttachedStorage) -> FindingWords:
    if facts.devices is None:
        return FindingWords(_("Storage devices cannot be listed on this system yet."))
    if not facts.devices:
        return FindingWords(_("No external storage device is connected."))
    devices = (
        _(STORAGE_CLASSES[each.storage_class]).format(size=_(STORAGE_SIZES[each.size])) for each in facts.devices
    )
    return FindingWords(
        _("Storage devices are connected: {devices}.").format(devices=_listed(devices)),
        _("Remove them the way your system asks for, and check again."),
    )


def _displays(facts: ConnectedDisplays, state: State) -> FindingWords:
    if facts.displays is None:
        return FindingWords(_("The displays could not be counted."))
    if state == "ok":
        return FindingWords(_("No more displays are connected than the exam allows."))
    return FindingWords(
        ngettext(
            "{displays} display is connected; the exam allows {allowed}.",
            "{displays} displays are connected; the exam allows {allowed}.",
            facts.displays,
        ).format(displays=isolate(facts.displays), allowed=isolate(facts.at_most)),
        _("Disconnect the others, and check again."),
    )


def _virtual_devices(facts: VirtualDevices) -> FindingWords:
    if facts.devices is None:
        return FindingWords(_("Whether a camera or microphone is virtual cannot be determined on this system."))
    if not facts.devices:
        return FindingWords(_("No camera or microphone here is made by a program."))
    devices = (_(VIRTUAL_KINDS[each.kind]).format(made_by=_(MAKERS[each.made_by])) for each in facts.devices)
    return FindingWords(
        _("A program makes devices of its own: {devices}. This is noted, and proves nothing.").format(
            devices=_listed(devices)
        ),
        _("If you do not need them, close the program that makes them and check again. You can start as it is."),
    )


def _inputs(facts: AttachedInputs, state: State) -> FindingWords:
    counted = facts.counted
    if counted is None:
        return FindingWords(_("Keyboards and mice cannot be listed on this system yet."))
    if state == "ok":
        return FindingWords(_("There is no more than one keyboard and one mouse attached to this computer."))
    sentence = (
        _("Attached to this computer: keyboards: {keyboards}, mice: {mice}. Made by programs: {made}. This is noted.")
        if counted.made_by_program
        else _("Attached to this computer: keyboards: {keyboards}, mice: {mice}. This is noted.")
    )
    return FindingWords(
        sentence.format(
            keyboards=isolate(counted.keyboards),
            mice=isolate(counted.pointers),
            made=isolate(counted.made_by_program),
        ),
        _("Unplug those that you do not need, and check again. You can start as it is."),
    )


def _network(facts: NetworkTunnel) -> FindingWords:
    if not facts.connected:
        return FindingWords(_("No VPN is connected."))
    return FindingWords(
        _("A VPN is connected. This is noted."),
        _("Disconnect it if you do not need it for the exam. You can start as it is."),
    )


def _debugger(facts: AttachedDebugger) -> FindingWords:
    if facts.attached is None:
        return FindingWords(_("Whether a debugger is attached cannot be determined on this system yet."))
    if not facts.attached:
        return FindingWords(_("No other program is attached to this one."))
    return FindingWords(
        _("Another program is attached to this one, as a debugger does."),
        _("Start Invigilo by itself, not from a development tool."),
    )


def _battery(facts: BatteryCharge, state: State) -> FindingWords:
    if facts.percent is None:
        return FindingWords(_("The computer does not depend on its battery."))
    percent = isolate(f"{facts.percent} %")
    if state == "ok":
        return FindingWords(
            _("The battery is {percent} full. A charger is better for a long exam.").format(percent=percent)
        )
    return FindingWords(
        _("The computer runs on its battery, which is {percent} full.").format(percent=percent),
        _("Connect the charger. You can start without it."),
    )


def _titles(controls: Iterable[Control]) -> str:
    return _listed(control_words(control).title for control in controls)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
