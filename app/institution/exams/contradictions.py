"""What settings say that cannot be meant: each value is one that a client takes, and together they make no exam.

A client reads such settings all the same, so that a file signed long ago keeps opening; none is signed any more.
What is odd and may be meant is a note: it is said, and signed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography import x509

from app.policy.addresses import AddressFilter
from app.policy.canonical_address import Address
from app.policy.document import ExamSettings
from app.policy.errors import SettingsFault
from app.policy.terms import SignedTerms
from app.policy.unimplemented import unimplemented

LONGEST_VALIDITY = timedelta(days=3653)
"""Ten years; what lies further ahead is a slip of the keyboard."""

MEDIA_NOT_PLAYED = (".mp4", ".m4v", ".mov", ".m4a", ".aac", ".3gp")
"""Files that mostly hold what the exam window does not play (`app/policy/README.md`)."""

_WITHOUT_TEXT = {"ca_pem", "public_b64", "receipt_key"}
_NO_LETTER = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_WRITTEN_WITH = re.compile("[\u200c-\u200f\u061c]")
"""Persian, Indic scripts, emoji and lines of two directions are not written without them."""
_EMPTY_LETTERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0\\s]*")


class Contradiction(StrEnum):
    """What cannot be meant."""

    HAND_IN_IS_THE_START = "hand_in_is_the_start"
    HAND_IN_PART_OF_PAGE = "hand_in_part_of_page"
    BLANK = "blank"
    INVISIBLE = "invisible"
    NOTHING_DENIED = "nothing_denied"
    DENIED_AND_ALLOWED = "denied_and_allowed"
    SPEECH_NEVER_LONG_ENOUGH = "speech_never_long_enough"
    NOT_YET_DONE = "not_yet_done"
    OVER_ALREADY = "over_already"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    DELIVERY_ENDS_FIRST = "delivery_ends_first"
    TOO_FAR_AHEAD = "too_far_ahead"
    LONGER_THAN_VALID = "longer_than_valid"
    LONGER_THAN_DELIVERY = "longer_than_delivery"
    AUTHORITY_NOT_VALID = "authority_not_valid"


class SettingsWarning(StrEnum):
    """What is signed, and said to the author."""

    ONLY_THE_START_OPENS = "only_the_start_opens"
    ON_THIS_MACHINE_ONLY = "on_this_machine_only"
    AUTHORITY_ENDS_EARLY = "authority_ends_early"
    NOBODY_TO_RELEASE_FROM = "nobody_to_release_from"
    MEDIA_NOT_PLAYED = "media_not_played"
    PDF_NOT_SHOWN = "pdf_not_shown"


def contradictions(settings: ExamSettings) -> tuple[SettingsFault, ...]:
    """What is wrong with `settings` whenever the exam is held."""
    return (
        *_texts(settings.model_dump(mode="json")),
        *_hand_in(settings),
        *_programs(settings),
        *_observed(settings),
        *(SettingsFault(place, Contradiction.NOT_YET_DONE, facts) for place, facts in unimplemented(settings)),
    )


def out_of_order(begins: datetime, ends: datetime, delivered: datetime, now: datetime) -> tuple[SettingsFault, ...]:
    """What keeps these times from being put into signed terms at all; the place is the option of the command."""
    if ends <= begins and ends <= now:
        return (SettingsFault(("--until",), Contradiction.OVER_ALREADY, {"until": ends}),)
    if ends <= begins:
        facts = {"from": begins, "until": ends}
        return (SettingsFault(("--until",), Contradiction.ENDS_BEFORE_IT_BEGINS, facts),)
    if delivered < ends:
        facts = {"until": ends, "deliver": delivered}
        return (SettingsFault(("--deliver-until",), Contradiction.DELIVERY_ENDS_FIRST, facts),)
    return ()


def contradictions_in_time(settings: ExamSettings, terms: SignedTerms, now: datetime) -> tuple[SettingsFault, ...]:
    """What is wrong with settings that hold for the time that `terms` say, signed at `now`.

    The place is the option of the command: ``--until``, ``--deliver-until``; or a key of the settings.
    """
    found = []
    if terms.valid_until <= now:
        found.append(SettingsFault(("--until",), Contradiction.OVER_ALREADY, {"until": terms.valid_until}))
    for option, moment in (("--until", terms.valid_until), ("--deliver-until", terms.deliver_until)):
        if moment > now + LONGEST_VALIDITY:
            found.append(SettingsFault((option,), Contradiction.TOO_FAR_AHEAD, {"until": moment}))
    time_s = settings.time_s()
    if time_s is not None:
        facts = {"minutes": round(time_s / 60), "from": terms.valid_from, "until": terms.valid_until}
        if timedelta(seconds=time_s) > terms.valid_until - terms.valid_from:
            found.append(SettingsFault(("exam", "duration_min"), Contradiction.LONGER_THAN_VALID, facts))
        elif terms.valid_until + timedelta(seconds=time_s) > terms.deliver_until:
            facts["deliver"] = terms.deliver_until
            found.append(SettingsFault(("exam", "duration_min"), Contradiction.LONGER_THAN_DELIVERY, facts))
    found += [
        SettingsFault(place, Contradiction.AUTHORITY_NOT_VALID, {"until": ends})
        for place, ends in _authorities(settings)
        if ends <= max(now, terms.valid_from)
    ]
    return tuple(found)


def settings_warnings(settings: ExamSettings, terms: SignedTerms | None = None) -> tuple[SettingsFault, ...]:
    """What may be meant and mostly is not."""
    found = []
    if not settings.allowed:
        found.append(SettingsFault(("allowed",), SettingsWarning.ONLY_THE_START_OPENS))
    addresses: list[tuple[tuple[int | str, ...], str | None]] = [
        (("start_url",), settings.start_url),
        (("hand_in",), settings.hand_in),
    ]
    addresses += [
        (("delivery", "endpoints", place, "url"), each.url) for place, each in enumerate(settings.delivery.endpoints)
    ]
    found += [
        SettingsFault(place, SettingsWarning.ON_THIS_MACHINE_ONLY)
        for place, url in addresses
        if url is not None and Address.parse(url).on_this_machine
    ]
    found += _not_shown(settings)
    if settings.release_keys and not any(
        settings.lockdown.policy(control) in {"hold", "refuse"} for control in settings.lockdown.controls()
    ):
        found.append(SettingsFault(("release_keys",), SettingsWarning.NOBODY_TO_RELEASE_FROM))
    if terms is not None:
        found += [
            SettingsFault(place, SettingsWarning.AUTHORITY_ENDS_EARLY, {"until": ends, "deliver": terms.deliver_until})
            for place, ends in _authorities(settings)
            if terms.valid_from < ends < terms.deliver_until
        ]
    return tuple(found)


def _not_shown(settings: ExamSettings) -> Iterator[SettingsFault]:
    """Addresses that name a file which the exam window does not play or show."""
    places: list[tuple[tuple[int | str, ...], str]] = [(("start_url",), settings.start_url)]
    places += [(("allowed", number), rule) for number, rule in enumerate(settings.allowed)]
    for place, address in places:
        path = urlsplit(address).path.lower()
        if path.endswith(MEDIA_NOT_PLAYED):
            yield SettingsFault(place, SettingsWarning.MEDIA_NOT_PLAYED, {"kind": path[path.rindex(".") :]})
        elif path.endswith(".pdf") and not settings.pdf:
            yield SettingsFault(place, SettingsWarning.PDF_NOT_SHOWN)


def _texts(value: object, place: tuple[int | str, ...] = ()) -> Iterator[SettingsFault]:
    """Every text of the document that shows nothing, or something else than it holds."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key not in _WITHOUT_TEXT:
                yield from _texts(below, (*place, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _texts(below, (*place, number))
    elif isinstance(value, str):
        shown = _WRITTEN_WITH.sub("", value)
        hidden = next((each for each in shown if unicodedata.category(each) in _NO_LETTER), None)
        if hidden is not None:
            yield SettingsFault(place, Contradiction.INVISIBLE, {"character": f"U+{ord(hidden):04X}"})
        elif _EMPTY_LETTERS.fullmatch(shown):
            yield SettingsFault(place, Contradiction.BLANK)


def _hand_in(settings: ExamSettings) -> Iterator[SettingsFault]:
    if settings.hand_in is None:
        return
    if AddressFilter(settings.start_url, (), settings.hand_in).is_hand_in(settings.start_url):
        yield SettingsFault(("hand_in",), Contradiction.HAND_IN_IS_THE_START)
    elif Address.parse(settings.hand_in).fragment:
        yield SettingsFault(("hand_in",), Contradiction.HAND_IN_PART_OF_PAGE)


def _programs(settings: ExamSettings) -> Iterator[SettingsFault]:
    programs = settings.lockdown.processes
    if programs is None:
        return
    if not programs.deny and not programs.deny_remote_control:
        yield SettingsFault(("lockdown", "processes", "deny"), Contradiction.NOTHING_DENIED)
    allowed = [each.model_dump(exclude={"title"}) for each in programs.allow]
    for number, each in enumerate(programs.deny):
        if each.model_dump(exclude={"title"}) in allowed:
            yield SettingsFault(("lockdown", "processes", "deny", number), Contradiction.DENIED_AND_ALLOWED)


def _observed(settings: ExamSettings) -> Iterator[SettingsFault]:
    observed = settings.observed()
    if observed.voice and observed.limits.speech_s > observed.limits.speech_window_s:
        facts = {"speech": observed.limits.speech_s, "window": observed.limits.speech_window_s}
        yield SettingsFault(("detection", "limits", "speech_s"), Contradiction.SPEECH_NEVER_LONG_ENOUGH, facts)


def _authorities(settings: ExamSettings) -> Iterator[tuple[tuple[int | str, ...], datetime]]:
    """Where a certificate authority stands, and when the last of its certificates ends."""
    for number, endpoint in enumerate(settings.delivery.endpoints):
        certificates = x509.load_pem_x509_certificates(endpoint.ca_pem.encode())
        ends = max(each.not_valid_after_utc for each in certificates)
        yield ("delivery", "endpoints", number, "ca_pem"), ends.astimezone(UTC)
