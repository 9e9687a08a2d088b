"""What sealed events of lockdown say: what each control gave, what it reported, holds and their release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.institution.wording.phrases import Event, Weight, Wording, duration_text, number, plain


def control_name(control: object) -> str:
    """The lockdown control as people call it."""
    return _CONTROLS.get(str(control), plain(control).replace("_", " "))


_CONTROLS = MappingProxyType(
    {
        "full_screen": "full screen",
        "focus_return": "return to the exam window",
        "overlays": "windows over the exam",
        "system_shortcuts": "system shortcuts",
        "console_switch": "text consoles",
        "clipboard": "clipboard",
        "screenshot_protection": "protection from screenshots",
        "processes": "other programs",
        "storage": "storage devices",
        "displays": "displays",
        "virtual_machine": "virtual machine",
        "remote_session": "remote session",
        "virtual_devices": "virtual camera or microphone",
        "input_devices": "keyboards and mice",
        "seats": "keyboards and mice",
        "network": "network connections",
        "debugger": "debugger",
        "clock": "clock",
        "power": "battery",
        "printing": "printing",
        "downloads": "downloads",
        "new_windows": "new windows",
        "developer_tools": "developer tools",
        "watchdog": "recovery after a crash",
    }
)

_GUARD_LEVELS: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        "enforced": ("enforced", "routine"),
        "observed": ("observed only: it could happen, and would be noted", "routine"),
        "not_available": ("not available on this computer", "look"),
    }
)


def _guard(event: Event) -> Wording | None:
    known = _GUARD_LEVELS.get(str(event.get("level")))
    if known is None:
        return None
    return Wording(f"Lockdown, {control_name(event.get('guard'))}: {known[0]}.", known[1])


def _guard_not_released(event: Event) -> Wording:
    sentence = f"Lockdown, {control_name(event.get('guard'))}: could not be put back at once; it is tried again."
    return Wording(sentence, "look")


def _violation(event: Event) -> Wording | None:
    control = control_name(event.get("guard"))
    match event.get("code"):
        case "program-running":
            since = " since before the exam" if event.get("since_start") else ""
            title, identity = plain(event.get("title")), plain(event.get("identity")).replace("_", " ")
            sentence = f"A program on the institution's list was running{since}: {title} (known by its {identity})."
            return Wording(sentence, "look")
        case "storage-arrived":
            return Wording(f"A storage device was plugged in: {_device(event)}.", "look")
        case "storage-removed":
            return Wording(f"A storage device was taken out: {_device(event)}.", "look")
        case "displays-counted":
            counted, allowed = plain(event.get("displays")), plain(event.get("at_most"))
            return Wording(f"Displays connected: {counted}; the exam allows {allowed}.", "look")
        case "session-remote":
            since = " since before the exam" if event.get("since_start") else ""
            return Wording(
                f"The session was shown or used elsewhere{since}, by the sign “{plain(event.get('sign'))}”.", "look"
            )
        case "virtual-device-arrived" | "virtual-device-removed" | "input-arrived" | "input-removed":
            return _device_words(event)
        case "exam-covered" | "exam-uncovered":
            return _covered(event)
        case "seats-counted":
            return Wording(
                f"Pairs of keyboard and pointer of their own: {plain(event.get('seats'))}; one is usual.", "look"
            )
        case "network-up" | "network-down":
            return _network(event)
        case "debugger-attached":
            return Wording("Another program attached itself to the exam's program, as a debugger does.", "look")
        case "clock-set":
            return _clock_set(event)
        case "power-changed":
            full = f"it was {plain(event.get('percent'))} % full"
            on = (
                "The computer ran on its battery" if event.get("on_battery") else "The computer's charger was connected"
            )
            return Wording(f"{on}; {full}.", "routine")
        case "clipboard-replaced":
            times = plain(event.get("times"))
            return Wording(f"What was copied outside the exam was replaced, unread ({times} times).", "look")
        case "control-lost":
            return Wording(f"Lockdown, {control}: was no longer in force.", "look")
        case "watchdog-lost":
            again = "another one was started" if event.get("restarted") else "no other one could be started"
            return Wording(f"The helper that restores the computer after a crash was gone; {again}.", "look")
        case "guard-failed":
            return Wording(f"Lockdown, {control}: could not be checked ({plain(event.get('error'))}).", "look")
    return None


def _device(event: Event) -> str:
    facts = [plain(event[name]) for name in ("storage_class", "vendor", "model", "size") if event.get(name)]
    if event.get("device"):
        facts.append(f"marked {plain(event['device'])} in this exam")
    return ", ".join(facts) or "nothing more is known of it"


def _device_words(event: Event) -> Wording:
    code, kind = str(event.get("code")), plain(event.get("kind")).replace("_", " ")
    came = code.endswith("-arrived")
    happened = "was there before the exam" if event.get("since_start") else "came" if came else "went"
    if code.startswith("virtual-device"):
        return Wording(f"A {kind} that a program makes ({plain(event.get('made_by'))}) {happened}.", "look")
    bus = plain(event.get("bus")).replace("_", " ")
    return Wording(f"A {kind} ({bus}) {happened}.", "look" if came else "routine")


def _covered(event: Event) -> Wording:
    percent = number(event.get("percent"))
    part = f"at least {plain(event.get('percent'))} % of"
    # A notice of the desktop, or the list of an input method, is not larger.
    weight: Weight = "routine" if percent is not None and percent < 5 else "look"
    if event.get("code") == "exam-covered":
        return Wording(f"For a second altogether {part} the exam window was hidden, as by another window.", weight)
    for_s = duration_text(number(event.get("for_s")) or 0)
    return Wording(
        f"The exam window had been hidden in part or whole for {for_s} altogether, {part} it for a second of them; "
        "then it was clear again.",
        "routine",
    )


def _network(event: Event) -> Wording:
    kind, came = plain(event.get("kind")), event.get("code") == "network-up"
    named = "tunnel, as a VPN makes" if kind == "tunnel" else kind
    happened = "was there before the exam" if event.get("since_start") else "came" if came else "went"
    return Wording(f"A network connection ({named}) {happened}.", "look" if came and kind == "tunnel" else "routine")


def _clock_set(event: Event) -> Wording:
    by_s = number(event.get("by_s"))
    if by_s is None:
        return Wording("The computer's clock was set.", "look")
    return Wording(
        f"The computer's clock was set {'forward' if by_s > 0 else 'back'} by {duration_text(abs(by_s))}.", "look"
    )


def _held(event: Event) -> Wording:
    return Wording(f"The exam was covered until staff released it: {control_name(event.get('control'))}.", "look")


def _released(event: Event) -> Wording:
    reason, key = plain(event.get("reason") or "other"), plain(event.get("key") or "")
    return Wording(f"Staff released the exam with the key “{key}”. Reason: {reason}.", "look")


def _release_refused(event: Event) -> Wording:
    return Wording(f"A release code was typed that did not fit (try {plain(event.get('tries'))}).", "routine")


LOCKDOWN: Mapping[str, Callable[[Event], Wording | None]] = MappingProxyType(
    {
        "guard": _guard,
        "guard_not_released": _guard_not_released,
        "violation": _violation,
        "held": _held,
        "released": _released,
        "release_refused": _release_refused,
    }
)
"""Words by event."""
