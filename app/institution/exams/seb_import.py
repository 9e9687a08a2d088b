"""From settings of Safe Exam Browser to a first version of our own: what is taken over, and what has no counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.policy.addresses import AddressRule
from app.policy.canonical_address import Address
from app.policy.errors import AddressInvalid
from app.policy.seb.property_list import Value

_ALLOW = 1
_ITSELF = "SEB"
"""What every file permits: the browser of the client itself."""
_EXPRESSION = re.compile(r"(?:(?P<scheme>[a-z*]+)://)?(?P<host>[^/:?#@]+)(?::(?P<port>\d+))?(?P<path>/[^?#]*)?")
_ASKED_WHERE_FALSE = {
    "allowVirtualMachine": "virtual_machine",
    "allowPrint": "printing",
    "allowDownUploads": "downloads",
    "allowDownloads": "downloads",
}
_ASKED_WHERE_TRUE = {"enablePrivateClipboard": "clipboard", "enablePrivateClipboardMacEnforce": "clipboard"}
_PREVENTED, _REFUSED = "warn", "refuse"
"""What the window does not do is told; what SEB does not start with keeps an exam here from starting."""


class SebNote(StrEnum):
    """What an author has to know of a key that is not taken over as it stands."""

    NOT_AN_ADDRESS = "not_an_address"
    EVERYTHING_WAS_ALLOWED = "everything_was_allowed"
    REGULAR_EXPRESSION = "regular_expression"
    PART_OF_A_NAME = "part_of_a_name"
    ONLY_HTTPS = "only_https"
    AND_BELOW = "and_below"
    BLOCKING_RULE = "blocking_rule"
    OTHER_PROGRAMS = "other_programs"
    PASSWORD_TO_LEAVE = "password_to_leave"  # noqa: S105  # the name of a note
    KEYS_NOT_SENT = "keys_not_sent"
    PROGRAM_WITHOUT_A_NAME = "program_without_a_name"


@dataclass(frozen=True)
class SebEntry:
    """A key of SEB, or a part of it, and what became of it.

    Attributes:
        place: the key, with the place in a list behind it.
        taken_as: the key of our settings that says it now; None where it is left out.
        note: what has to be known of it.
        shown: what the entry is about, as the file has it.
    """

    place: str
    taken_as: str | None = None
    note: SebNote | None = None
    shown: str = ""


@dataclass(frozen=True)
class ImportedSettings:
    """Settings to begin with, for ``exam new --settings``, and what became of each key that means something here."""

    settings: Mapping[str, object]
    entries: tuple[SebEntry, ...]
    without_counterpart: tuple[str, ...]


@dataclass
class _Draft:
    settings: dict[str, object] = field(default_factory=dict)
    lockdown: dict[str, object] = field(default_factory=dict)
    entries: list[SebEntry] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    def take(self, place: str, taken_as: str, *, note: SebNote | None = None, shown: str = "") -> None:
        self.entries.append(SebEntry(place, taken_as, note, shown))

    def leave(self, place: str, note: SebNote, shown: str = "") -> None:
        self.entries.append(SebEntry(place, None, note, shown))


def import_seb(seb: Mapping[str, Value]) -> ImportedSettings:
    """Take over what has a counterpart, never looser than it was; whatever else says something is listed."""
    draft = _Draft()
    _addresses(seb, draft)
    _controls(seb, draft)
    _programs(seb, draft)
    if seb.get("sendBrowserExamKey") is True:
        draft.leave("sendBrowserExamKey", SebNote.KEYS_NOT_SENT)
    if seb.get("hashedQuitPassword"):
        draft.leave("hashedQuitPassword", SebNote.PASSWORD_TO_LEAVE)
    if draft.lockdown:
        draft.settings["lockdown"] = draft.lockdown
    named = {entry.place.partition("[")[0] for entry in draft.entries}
    others = tuple(sorted(key for key, value in seb.items() if key not in named and _says_something(value)))
    return ImportedSettings(draft.settings, tuple(draft.entries), others)


def _says_something(value: Value) -> bool:
    return value not in ("", (), {}, False)


def _addresses(seb: Mapping[str, Value], draft: _Draft) -> None:
    for key, ours in (("startURL", "start_url"), ("quitURL", "hand_in")):
        if isinstance(text := seb.get(key), str) and text:
            try:
                draft.settings[ours] = str(Address.parse(text))
                draft.take(key, ours, shown=text)
            except AddressInvalid:
                draft.leave(key, SebNote.NOT_AN_ADDRESS, text)
    if seb.get("URLFilterEnable") is not True:
        draft.leave("URLFilterEnable", SebNote.EVERYTHING_WAS_ALLOWED)
        return
    draft.take("URLFilterEnable", "allowed")
    allowed: list[str] = []
    for place, rule in _members(seb, "URLFilterRules"):
        expression = str(rule.get("expression", ""))
        if rule.get("active") is not True:
            continue
        if rule.get("action") != _ALLOW:
            draft.leave(place, SebNote.BLOCKING_RULE, expression)
        elif rule.get("regex") is True:
            draft.leave(place, SebNote.REGULAR_EXPRESSION, expression)
        else:
            allowed += _rules(place, expression, draft)
    if allowed:
        draft.settings["allowed"] = list(dict.fromkeys(allowed))


def _rules(place: str, expression: str, draft: _Draft) -> list[str]:
    """Return our rules for an expression of SEB's own form, where a host stands for those below it unless "." leads."""
    parts = _EXPRESSION.fullmatch(expression.strip())
    if parts is None:
        draft.leave(place, SebNote.PART_OF_A_NAME, expression)
        return []
    if parts["scheme"] not in (None, "*", "https"):
        draft.leave(place, SebNote.ONLY_HTTPS, expression)
        return []
    host, path = parts["host"], (parts["path"] or "/").removesuffix("*")
    hosts = [host[1:]] if host.startswith(".") else [host] if host.startswith("*.") else [host, f"*.{host}"]
    port = f":{parts['port']}" if parts["port"] else ""
    found: list[str] = []
    for each in hosts:
        try:
            found.append(str(AddressRule.parse(f"https://{each}{port}{path}")))
        except AddressInvalid:
            continue  # "*." before an address in numbers, or a host of one part
    if not found or "*" in path:
        draft.leave(place, SebNote.PART_OF_A_NAME, expression)
        return []
    exactly = parts["path"] not in (None, "/") and not str(parts["path"]).endswith("*")
    draft.take(place, "allowed", note=SebNote.AND_BELOW if exactly else None, shown=expression)
    return found


def _controls(seb: Mapping[str, Value], draft: _Draft) -> None:
    for keys, wanted in ((_ASKED_WHERE_FALSE, False), (_ASKED_WHERE_TRUE, True)):
        for key, control in keys.items():
            if seb.get(key) is wanted:
                draft.lockdown[control] = _REFUSED if control == "virtual_machine" else _PREVENTED
                draft.take(key, f"lockdown.{control}")
    most = seb.get("allowedDisplaysMaxNumber")
    if isinstance(most, int) and 1 <= most <= 8:
        draft.lockdown["displays"] = {"policy": _REFUSED, "at_most": most}
        draft.take("allowedDisplaysMaxNumber", "lockdown.displays", shown=str(most))


def _programs(seb: Mapping[str, Value], draft: _Draft) -> None:
    denied: list[dict[str, str]] = []
    for place, program in _members(seb, "prohibitedProcesses"):
        if program.get("active") is not True:
            continue
        executable, original = (str(program.get(key) or "").strip() for key in ("executable", "originalName"))
        known = {"executable": executable, "original_name": original}
        known = {key: name for key, name in known.items() if name}
        if not known:
            draft.leave(place, SebNote.PROGRAM_WITHOUT_A_NAME)
            continue
        title = str(program.get("title") or "").strip() or executable or original
        denied.append({"title": title[:200], **known})
        draft.take(place, "lockdown.processes.deny", shown=title)
    if denied:
        draft.lockdown["processes"] = {"policy": _REFUSED, "deny": denied}
    for place, program in _members(seb, "permittedProcesses"):
        if program.get("active") is True and program.get("title") != _ITSELF:
            draft.leave(place, SebNote.OTHER_PROGRAMS, str(program.get("title") or program.get("executable") or ""))


def _members(seb: Mapping[str, Value], key: str) -> Iterator[tuple[str, Mapping[str, Value]]]:
    found = seb.get(key)
    for place, each in enumerate(found if isinstance(found, tuple) else ()):
        if isinstance(each, Mapping):
            yield f"{key}[{place}]", each
