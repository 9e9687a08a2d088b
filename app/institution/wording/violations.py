"""What a guard has seen, in one plain sentence with its facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

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
from app.institution.wording.phrases import Weight, Wording, coded, duration_text, plain, shown
from resources.language import N_, _, isolate, ngettext

SMALL_PERCENT = 5
"""A notice of the desktop, or the list of an input method, is not larger than this share of the exam window."""

_INTERFACES: Mapping[str, str] = MappingProxyType({"tunnel": N_("tunnel, as a VPN makes")})


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
                "For a second altogether at least {percent} % of the exam window was hidden, as by another window."
            )
            weight: Weight = "routine" if seen.percent < SMALL_PERCENT else "look"
            return Wording(sentence.format(percent=shown(seen.percent)), weight)
        case ExamUncoveredFacts():
            sentence = _(
                "The exam window had been hidden in part or whole for {duration} altogether, at least {percent} % of "
                "it for a second of them; then it was clear again."
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
                _("The session was shown or used elsewhere since before the exam, by the sign “{sign}”.")
                if seen.since_start
                else _("The session was shown or used elsewhere, by the sign “{sign}”.")
            )
            return Wording(sentence.format(sign=shown(seen.sign)), "look")
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
        _("A program on the institution's list was running since before the exam: {title} (known by its {identity}).")
        if seen.since_start
        else _("A program on the institution's list was running: {title} (known by its {identity}).")
    )
    identity = shown(seen.identity).replace("_", " ")
    return Wording(sentence.format(title=shown(seen.title), identity=identity), "look")


def _storage(seen: StorageArrivedFacts | StorageRemovedFacts) -> str:
    facts = [shown(fact) for fact in (seen.storage_class, seen.vendor, seen.model, seen.size) if fact]
    if seen.device:
        facts.append(_("marked {mark} in this exam").format(mark=shown(seen.device)))
    return ", ".join(facts)


def _device(
    seen: VirtualDeviceArrivedFacts | VirtualDeviceRemovedFacts | InputArrivedFacts | InputRemovedFacts,
) -> Wording:
    kind = shown(seen.kind).replace("_", " ")
    match seen:
        case VirtualDeviceArrivedFacts():
            sentence = (
                _("A {kind} that a program makes ({maker}) was there before the exam.")
                if seen.since_start
                else _("A {kind} that a program makes ({maker}) came.")
            )
            return Wording(sentence.format(kind=kind, maker=shown(seen.made_by)), "look")
        case VirtualDeviceRemovedFacts():
            sentence = _("A {kind} that a program makes ({maker}) went.")
            return Wording(sentence.format(kind=kind, maker=shown(seen.made_by)), "look")
        case InputArrivedFacts():
            sentence = (
                _("A {kind} ({bus}) was there before the exam.") if seen.since_start else _("A {kind} ({bus}) came.")
            )
            return Wording(sentence.format(kind=kind, bus=shown(seen.bus).replace("_", " ")), "look")
        case InputRemovedFacts():
            sentence = _("A {kind} ({bus}) went.")
            return Wording(sentence.format(kind=kind, bus=shown(seen.bus).replace("_", " ")), "routine")
        case _:
            assert_never(seen)


def _network(seen: NetworkUpFacts | NetworkDownFacts) -> Wording:
    kind = coded(seen.kind, _INTERFACES)
    if isinstance(seen, NetworkDownFacts):
        return Wording(_("A network connection ({kind}) went.").format(kind=kind), "routine")
    sentence = (
        _("A network connection ({kind}) was there before the exam.")
        if seen.since_start
        else _("A network connection ({kind}) came.")
    )
    return Wording(sentence.format(kind=kind), "look" if seen.kind == "tunnel" else "routine")
