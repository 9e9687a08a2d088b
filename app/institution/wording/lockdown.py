"""What sealed events of lockdown say: what each control gave, what it reported, holds and their release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from app.events.lockdown import (
    ExamHeldEvent,
    ExamReleasedEvent,
    GuardEngagedEvent,
    GuardName,
    GuardNotEngagedEvent,
    GuardNotReleasedEvent,
    GuardWithoutControl,
    LockdownEvent,
    ReleaseCodeRefusedEvent,
    ReleaseReason,
    ViolationEvent,
)
from app.institution.wording.phrases import Weight, Wording, coded, listed, shown, weighted
from app.institution.wording.violations import violation_wording
from crypto.verdict import VerificationFinding
from lockdown.contract.errors import FailureCode
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.engaging.guard import EnforcementLevel
from resources.language import N_, _, isolate

CONTROLS: Mapping[GuardName, str] = MappingProxyType(
    {
        Control.FULL_SCREEN: N_("full screen"),
        Control.FOCUS_RETURN: N_("return to the exam window"),
        Control.OVERLAYS: N_("windows over the exam"),
        Control.SYSTEM_SHORTCUTS: N_("system shortcuts"),
        Control.CONSOLE_SWITCH: N_("text consoles"),
        Control.CLIPBOARD: N_("clipboard"),
        Control.SCREENSHOT_PROTECTION: N_("protection from screenshots"),
        Control.PROCESSES: N_("other programs"),
        Control.STORAGE: N_("storage devices"),
        Control.DISPLAYS: N_("displays"),
        Control.VIRTUAL_MACHINE: N_("virtual machine"),
        Control.REMOTE_SESSION: N_("remote session"),
        Control.VIRTUAL_DEVICES: N_("virtual camera or microphone"),
        Control.INPUT_DEVICES: N_("keyboards and mice"),
        Control.NETWORK: N_("network connections"),
        Control.DEBUGGER: N_("debugger"),
        Control.CLOCK: N_("clock"),
        Control.POWER: N_("battery"),
        Control.PRINTING: N_("printing"),
        Control.DOWNLOADS: N_("downloads"),
        Control.NEW_WINDOWS: N_("new windows"),
        Control.DEVELOPER_TOOLS: N_("developer tools"),
        GuardWithoutControl.SEATS: N_("pairs of keyboard and mouse"),
        GuardWithoutControl.KEYBOARD_MAP: N_("keys that end the hold of the keyboard"),
        GuardWithoutControl.WATCHDOG: N_("recovery after a crash"),
    }
)

LEVELS: Mapping[EnforcementLevel, tuple[str, Weight]] = MappingProxyType(
    {
        "enforced": (N_("Lockdown, {control}: enforced."), "routine"),
        "observed": (
            N_("Lockdown, {control}: observed only: it could happen, and would be noted."),
            "routine",
        ),
        "not_available": (N_("Lockdown, {control}: not available on this computer."), "look"),
    }
)

LIMITS: Mapping[Limit, tuple[str, Weight]] = MappingProxyType(
    {
        Limit.LAB_MACHINES_ONLY: (
            N_(
                "More would leave changes behind after the exam, which is done only on computers that lab staff manage."
            ),
            "routine",
        ),
        Limit.NOT_PERMITTED: (N_("The account on this computer did not have the right to more."), "look"),
        Limit.SYSTEM_REFUSED: (N_("The operating system did not do what it was asked."), "look"),
        Limit.WINDOW_SYSTEM: (N_("The window system could not be asked."), "look"),
        Limit.WINDOW_NOT_FOUND: (N_("The window system did not know the exam window."), "look"),
        Limit.PROCESSES_HIDDEN: (
            N_("The exam program was started in a way that hides other programs of this computer from it."),
            "look",
        ),
        Limit.X11_ONLY: (N_("Only an X11 session lets a program do more."), "routine"),
        Limit.WAYLAND: (N_("A Wayland session lets no program do more."), "routine"),
        Limit.WHILE_ACTIVE: (N_("It is reported only while the exam window is the active one."), "routine"),
        Limit.HELD_BY_PROGRAM: (N_("Another program held it, as an open menu holds the keyboard."), "look"),
        Limit.PART_OF_DISPLAY: (N_("The exam window filled only a part of a display."), "look"),
        Limit.SET_BEFORE: (N_("The computer was set otherwise before the exam, which was left alone."), "look"),
        Limit.ASSISTIVE_PROGRAM: (N_("A program that helps a person needs it."), "routine"),
        Limit.POLLED: (
            N_(
                "This computer announces no changes, so it was checked about once a second; anything "
                "shorter may have been missed."
            ),
            "routine",
        ),
        Limit.NO_BATTERY: (N_("This computer has no battery."), "routine"),
    }
)
"""Why a control gives no more: what any computer of its kind lacks is routine, what failed on this one is not."""

RELEASE_REASONS: Mapping[ReleaseReason, str] = MappingProxyType(
    {
        ReleaseReason.CHECKED: N_("Reason: checked."),
        ReleaseReason.TECHNICAL: N_("Reason: technical."),
        ReleaseReason.ACCOMMODATION: N_("Reason: accommodation."),
        ReleaseReason.MISTAKEN: N_("Reason: it was a mistake."),
        ReleaseReason.OTHER: N_("Reason: other."),
    }
)


FAILURES: Mapping[FailureCode, str] = MappingProxyType(
    {
        FailureCode.GUARD_FAILED: N_("the system did not allow it"),
        FailureCode.JOURNAL_UNUSABLE: N_("the list of changes could not be written"),
        FailureCode.JOURNAL_UNREADABLE: N_("the list of changes was damaged"),
        FailureCode.JOURNAL_IN_USE: N_("another exam was running"),
        FailureCode.SETTING_UNUSABLE: N_("a setting could not be read or written"),
        FailureCode.SETTING_UNKNOWN: N_("a setting was not known"),
        FailureCode.SETTING_NOT_TAKEN: N_("a setting did not take its new value"),
        FailureCode.SETTING_NOT_RESTORED: N_("a setting did not take its earlier value back"),
        FailureCode.WATCHDOG_NOT_STARTED: N_("the program for recovery after a crash did not start"),
        FailureCode.ROOT_REFUSED: N_("the program ran as root"),
        FailureCode.PROGRAM_FAULT: N_("the program met a fault of its own"),
    }
)


def control_name(control: str) -> str:
    """The control, or the guard without one, as people call it."""
    return coded(control, CONTROLS)


def hold_left(finding: VerificationFinding) -> str:
    """Say that the exam went on without a hold that nothing had ended."""
    sentence = _(
        "{name}: the exam was held ({controls}) and went on in part {part}, without the hold and without a code "
        "that ended it. The program holds it again after each start. Ask the test taker how it went on."
    )
    controls = [coded(each, CONTROLS) for each in str(finding.facts["controls"]).split()]
    return sentence.format(name=shown(finding.where), controls=listed(controls), part=shown(finding.facts["part"]))


def lockdown_wording(event: LockdownEvent) -> Wording:
    """Say what an event of lockdown means."""
    match event:
        case GuardEngagedEvent():
            return _engaged(event)
        case GuardNotEngagedEvent():
            return _not_engaged(event)
        case GuardNotReleasedEvent():
            sentence = _("Lockdown, {control}: could not be put back at once; it is tried again.")
            return Wording(sentence.format(control=control_name(event.guard)), "look")
        case ViolationEvent():
            return violation_wording(event.seen, control_name(event.guard))
        case ExamHeldEvent():
            sentence = _("The exam was covered to wait for a release code: {control}.")
            return Wording(sentence.format(control=control_name(event.control)), "look")
        case ExamReleasedEvent():
            sentence = _("A release code of the key “{key}” was entered.").format(key=shown(event.key))
            # The exam's own computer can work such a code out, so that it does not show who gave it.
            who = _("Whether staff gave it, the list beside their key tells: look for this time and reason.")
            return Wording(f"{sentence} {coded(event.reason, RELEASE_REASONS)} {who}", "look")
        case ReleaseCodeRefusedEvent():
            sentence = _("A release code was typed that did not fit (try {tries}).")
            return Wording(sentence.format(tries=isolate(event.tries)), "routine")
        case _:
            assert_never(event)


def _engaged(event: GuardEngagedEvent) -> Wording:
    sentence, weight = weighted(event.level, LEVELS, N_("Lockdown, {control}: {level}."))
    return limited(Wording(sentence.format(control=control_name(event.guard), level=shown(event.level)), weight), event)


def limited(wording: Wording, event: GuardEngagedEvent) -> Wording:
    """Add to what is said of a control, or of several with the same limit, why there is no more."""
    if event.limit is None:
        return wording
    sentence, weight = weighted(event.limit, LIMITS, N_("Limit: {limit}."))
    said = f"{wording.sentence} {sentence.format(limit=shown(event.limit))}"
    return Wording(said, "look" if weight == "look" else wording.weight, wording.known)


def _not_engaged(event: GuardNotEngagedEvent) -> Wording:
    why = coded(event.why, FAILURES)
    if event.guard is None:
        return Wording(_("Lockdown could not begin: {why}. The exam did not start.").format(why=why), "look")
    sentence = _("Lockdown could not begin, {control}: {why}. The exam did not start.")
    return Wording(sentence.format(control=control_name(event.guard), why=why), "look")
