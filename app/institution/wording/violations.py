"""What a guard has seen, in one plain sentence with its facts."""

from __future__ import annotations

from typing import assert_never

from app.device_names import MAKERS, STORAGE_SIZES
from app.events.violations import (
    ClipboardReplacedFacts,
    ClockSetFacts,
    ControlLostFacts,
    DebuggerAttachedFacts,
    DisplaysCountedFacts,
    ExamCoveredFacts,
    ExamUncoveredFacts,
    GuardFailedFacts,
    InputArrivedFacts,
    InputRemovedFacts,
    NetworkDownFacts,
    NetworkUpFacts,
    PowerChangedFacts,
    ProgramRunningFacts,
    SeatsCountedFacts,
    Seen,
    SessionRemoteFacts,
    StorageArrivedFacts,
    StorageRemovedFacts,
    UnknownViolation,
    VirtualDeviceArrivedFacts,
    VirtualDeviceRemovedFacts,
    WatchdogLostFacts,
)
from app.institution.wording.devices import (
    IDENTITIES,
    INPUT_BUSES,
    INPUT_KINDS,
    INTERFACES,
    REMOTE_SIGNS,
    STORAGE_CLASSES,
    VIRTUAL_KINDS,
)
from app.institution.wording.phrases import Weight, Wording, coded, duration_text, plain, shown
from resources.language import _, isolate, ngettext

SMALL_PERCENT = 5
"""A notice of the desktop, or the list of an input method, is not larger than this share of the exam window."""


def violation_wording(seen: Seen, control: str) -> Wording:
    """Say what a guard has seen; `control` is its name for people."""
    match seen:
        case ProgramRunningFacts():
            return _program(seen)
        case StorageArrivedFacts():
            sentence = _("A storage device was plugged in: {device}.")
            return Wording(sentence.format(device=_storage(seen)), "look")
        case StorageRemovedFacts():
            return Wording(_("A storage device was taken out: {device}.").format(device=_storage(seen)), "look")
        case ExamCoveredFacts():
            sentence = _(
                "At least {percent} % of the exam window was hidden for a second in total, as by another window."
            )
            weight: Weight = "routine" if seen.percent < SMALL_PERCENT else "look"
            return Wording(sentence.format(percent=shown(seen.percent)), weight)
        case ExamUncoveredFacts():
            sentence = _(
                "The exam window was partly or wholly hidden for {duration} in total, at least "
                "{percent} % of it for one second; then it was clear again."
            )
            lasted = duration_text(seen.for_s)
            return Wording(sentence.format(duration=lasted, percent=shown(seen.percent)), "routine")
        case DisplaysCountedFacts():
            sentence = _("Displays connected: {displays}; the exam allows {at_most}.")
            return Wording(sentence.format(displays=shown(seen.displays), at_most=shown(seen.at_most)), "look")
        case ClipboardReplacedFacts():
            sentence = ngettext(
                "Something copied outside the exam was emptied from the clipboard, unread.",
                "Something copied outside the exam was emptied from the clipboard, unread, {times} times.",
                seen.times,
            )
            return Wording(sentence.format(times=isolate(seen.times)), "look")
        case SessionRemoteFacts():
            sentence = (
                _("The session was shown or used elsewhere since before the exam: {sign}.")
                if seen.since_start
                else _("The session was shown or used elsewhere: {sign}.")
            )
            return Wording(sentence.format(sign=coded(seen.sign, REMOTE_SIGNS)), "look")
        case VirtualDeviceArrivedFacts() | VirtualDeviceRemovedFacts() | InputArrivedFacts() | InputRemovedFacts():
            return _device(seen)
        case NetworkUpFacts() | NetworkDownFacts():
            return _network(seen)
        case _:
            return _of_the_machine(seen, control)


def _of_the_machine(
    seen: SeatsCountedFacts
    | DebuggerAttachedFacts
    | ClockSetFacts
    | PowerChangedFacts
    | ControlLostFacts
    | WatchdogLostFacts
    | GuardFailedFacts
    | UnknownViolation,
    control: str,
) -> Wording:
    match seen:
        case SeatsCountedFacts():
            sentence = _("Pairs of keyboard and pointer of their own: {seats}; one is usual.")
            return Wording(sentence.format(seats=shown(seen.seats)), "look")
        case DebuggerAttachedFacts():
            return Wording(_("Another program attached itself to the exam's program, as a debugger does."), "look")
        case ClockSetFacts():
            sentence = (
                _("The computer's clock was set forward by {duration}.")
                if seen.by_s > 0
                else _("The computer's clock was set back by {duration}.")
            )
            return Wording(sentence.format(duration=duration_text(abs(seen.by_s))), "look")
        case PowerChangedFacts():
            sentence = (
                _("The computer ran on its battery; it was {percent} % full.")
                if seen.on_battery
                else _("The computer's charger was connected; it was {percent} % full.")
            )
            return Wording(sentence.format(percent=shown(seen.percent)), "routine")
        case ControlLostFacts():
            return Wording(_("Lockdown, {control}: was no longer in force.").format(control=control), "look")
        case WatchdogLostFacts():
            sentence = (
                _("The helper that restores the computer after a crash was gone; another one was started.")
                if seen.restarted
                else _("The helper that restores the computer after a crash was gone; no other one could be started.")
            )
            return Wording(sentence, "look")
        case GuardFailedFacts():
            sentence = _("Lockdown, {control}: could not be checked ({error}).")
            return Wording(sentence.format(control=control, error=shown(seen.error)), "look")
        case UnknownViolation():
            facts = ", ".join(f"{plain(name)}: {plain(fact)}" for name, fact in seen.facts.items())
            sentence = _("Lockdown, {control}: {code} ({facts}).") if facts else _("Lockdown, {control}: {code}.")
            return Wording(sentence.format(control=control, code=shown(seen.code), facts=isolate(facts)), "look")
        case _:
            assert_never(seen)


def _program(seen: ProgramRunningFacts) -> Wording:
    sentence = (
        _("A program on the institution's list was running since before the exam: {title} (known by {identity}).")
        if seen.since_start
        else _("A program on the institution's list was running: {title} (known by {identity}).")
    )
    identity = coded(seen.identity, IDENTITIES)
    return Wording(sentence.format(title=shown(seen.title), identity=identity), "look")


def _storage(seen: StorageArrivedFacts | StorageRemovedFacts) -> str:
    facts = [coded(seen.storage_class, STORAGE_CLASSES)]
    facts += [shown(fact) for fact in (seen.vendor, seen.model) if fact]
    facts.append(coded(seen.size, STORAGE_SIZES))
    if seen.device:
        facts.append(_("marked {mark} in this exam").format(mark=shown(seen.device)))
    return ", ".join(facts)


def _device(
    seen: VirtualDeviceArrivedFacts | VirtualDeviceRemovedFacts | InputArrivedFacts | InputRemovedFacts,
) -> Wording:
    match seen:
        case VirtualDeviceArrivedFacts() | VirtualDeviceRemovedFacts():
            device = {"kind": coded(seen.kind, VIRTUAL_KINDS), "maker": coded(seen.made_by, MAKERS)}
        case InputArrivedFacts() | InputRemovedFacts():
            device = {"kind": coded(seen.kind, INPUT_KINDS), "bus": coded(seen.bus, INPUT_BUSES)}
        case _:
            assert_never(seen)
    match seen:
        case VirtualDeviceArrivedFacts(since_start=True):
            sentence = _("A device that a program makes was there before the exam: {kind} ({maker}).")
        case VirtualDeviceArrivedFacts():
            sentence = _("A device that a program makes came: {kind} ({maker}).")
        case VirtualDeviceRemovedFacts():
            sentence = _("A device that a program makes went: {kind} ({maker}).")
        case InputArrivedFacts(since_start=True):
            sentence = _("A keyboard or mouse was there before the exam: {kind} ({bus}).")
        case InputArrivedFacts():
            sentence = _("A keyboard or mouse came: {kind} ({bus}).")
        case InputRemovedFacts():
            sentence = _("A keyboard or mouse went: {kind} ({bus}).")
        case _:
            assert_never(seen)
    return Wording(sentence.format(**device), "routine" if isinstance(seen, InputRemovedFacts) else "look")


def _network(seen: NetworkUpFacts | NetworkDownFacts) -> Wording:
    kind = coded(seen.kind, INTERFACES)
    if isinstance(seen, NetworkDownFacts):
        return Wording(_("A network connection ({kind}) ended.").format(kind=kind), "routine")
    sentence = (
        _("A network connection ({kind}) was there before the exam.")
        if seen.since_start
        else _("A network connection ({kind}) was made.")
    )
    return Wording(sentence.format(kind=kind), "look" if seen.kind == "tunnel" else "routine")
