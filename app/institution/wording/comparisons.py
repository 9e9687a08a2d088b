"""What a recording was checked against, in words for people: what agrees, what could not be checked, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.institution.comparison_codes import Agreement, Check, Compared, Why
from app.institution.finding_codes import class_of
from app.institution.wording.check_in import parts_named
from app.institution.wording.findings import finding_sentence
from app.institution.wording.phrases import listed, shown
from app.institution.wording.streams import stream_name
from crypto.verdict import VerificationFinding
from resources.language import N_, _
from resources.moments import day_and_time

_AGREES: Mapping[Check, str] = MappingProxyType(
    {
        Check.NAME: N_("the name of each part is that of the session in it"),
        Check.INSTITUTION: N_("it is of this institution, {institution}"),
        Check.CALENDAR: N_("the time of beginning it states is a moment of the calendar, and not to come"),
        Check.SETTINGS: N_("its exam settings are those that this institution signed: exam {exam}, version {version}"),
        Check.VALIDITY: N_("it began within the time these settings hold, from {valid_from} until {valid_until}"),
        Check.STREAMS: N_("there are pieces of every stream that these settings require: {streams}"),
        Check.RECIPIENTS: N_("it names a slot for every key that these settings seal it to: {keys}"),
        Check.OPENS: N_("it opens with the exam's key {key}"),
        Check.CHECK_IN: N_("all of the check-in was sealed that these settings ask for: {parts}"),
        Check.HOLDS: N_("no hold of the exam was left by starting the program again"),
        Check.ADMISSION: N_("exam, settings and candidate are those that the endpoint says it admitted"),
        Check.TICKET: N_("it was admitted with the ticket {ticket} that this institution issued to its candidate"),
        Check.ATTEMPTS: N_("the endpoint has no other attempt of this candidate in this exam"),
        Check.NONCE: N_("it carries the number that the endpoint says it gave out for it, so it began after that"),
        Check.TIMES: N_("the time of beginning it states fits the times of the endpoint, to a day"),
        Check.EARLIER: N_("the endpoint gives all that it gave before, unchanged"),
        Check.HEADS: N_(
            "its log is the one that the endpoint's published heads name, {count} of them, the newest of {at}"
        ),
        Check.RECEIPTS: N_("each object that the endpoint signed for is here as it came, by {count} receipts"),
    }
)
_SUBJECTS: Mapping[Check, str] = MappingProxyType(
    {
        Check.NAME: N_("whether it is the session it is named after"),
        Check.INSTITUTION: N_("whether it is of this institution"),
        Check.CALENDAR: N_("whether the time of beginning it states can be"),
        Check.SETTINGS: N_("whether its exam settings are those that the institution signed"),
        Check.VALIDITY: N_("whether it began within the time these settings hold"),
        Check.STREAMS: N_("whether all was recorded that these settings require"),
        Check.RECIPIENTS: N_("whether it is sealed to the keys that these settings name"),
        Check.OPENS: N_("whether it opens with the exam's key"),
        Check.CHECK_IN: N_("whether all of the check-in was done that these settings ask for"),
        Check.HOLDS: N_("whether a hold of the exam was left by starting the program again"),
        Check.ADMISSION: N_("whether exam, settings and candidate are those that the endpoint admitted"),
        Check.ATTEMPTS: N_("whether this candidate has other attempts in this exam"),
        Check.TICKET: N_("whether it was admitted with a ticket that this institution issued to its candidate"),
        Check.PERSON: N_("whether the person who sat the exam is the candidate"),
        Check.NONCE: N_("whether it began after the endpoint had admitted it"),
        Check.TIMES: N_("whether the time of beginning it states fits the times of the endpoint"),
        Check.EARLIER: N_("whether the endpoint gives all that it gave before, unchanged"),
        Check.HEADS: N_("whether its log is the one that the endpoint's published heads name"),
        Check.RECEIPTS: N_("whether everything is here as the endpoint signed for it"),
    }
)
_WHY: Mapping[Why, str] = MappingProxyType(
    {
        Why.NO_HEADER: N_("no header can be read"),
        Why.NO_INSTITUTION: N_("no institution's folder is named; give it with --dir"),
        Why.OTHER_INSTITUTION: N_("it says it is of another institution"),
        Why.NO_EXAM_FILE: N_("no exam file that was signed for this exam is in the institution's folder"),
        Why.SETTINGS_UNKNOWN: N_("its settings are none that are known here"),
        Why.SETTINGS_UNREADABLE: N_("this version of the program does not read these settings"),
        Why.NO_TIME: N_("the time of beginning it states is none"),
        Why.NO_KEY: N_("no key was unlocked; “verify” does with --as or --key, and “export” always"),
        Why.NO_EVENTS: N_("no event of it could be read"),
        Why.NO_CHECK_IN: N_("they ask for none"),
        Why.NOT_BEGUN: N_("it ended before the exam began"),
        Why.NO_RECORD: N_("no record of the endpoint is beside this copy; verify it by its id"),
        Why.NOT_SAID: N_("the endpoint does not say"),
        Why.NO_NUMBER: N_("it carries no number of the endpoint, as one that began without a network; see above"),
        Why.NO_TICKETS: N_("its settings ask for no tickets, so the endpoint took the test taker's word for the name"),
        Why.PEOPLE_LOOK: N_("no program compares persons; look at who is seen"),
        Why.NOT_FETCHED: N_("the endpoint was not asked now; verify it by its id"),
        Why.NO_HEAD: N_("no head that names it is kept here; verify it by its id at an endpoint that publishes heads"),
        Why.NO_RECEIPTS: N_("no receipts of the test taker were given; ask for the file and give it with --receipts"),
    }
)


def comparison_sentence(compared: Compared) -> str:
    """Say one comparison that agrees or was not made; where it differs, the subject, for its findings to follow."""
    if compared.outcome is Agreement.AGREES:
        return _(_AGREES[compared.check]).format(**_facts(compared))
    subject = _(_SUBJECTS[compared.check])
    if compared.why is None:
        return subject
    return _("{subject}: {reason}").format(subject=subject, reason=_(_WHY[compared.why]))


def _facts(compared: Compared) -> dict[str, str]:
    said = {name: shown(value) for name, value in compared.facts.items()}
    for name in ("valid_from", "valid_until", "at"):
        if name in compared.facts:
            said[name] = day_and_time(str(compared.facts[name]))
    if streams := str(compared.facts.get("streams", "")).split():
        said["streams"] = listed([stream_name(stream) for stream in streams])
    if parts := str(compared.facts.get("parts", "")):
        said["parts"] = parts_named(parts)
    return said


def finding_json(finding: VerificationFinding) -> dict[str, Any]:
    """A finding as JSON carries it: its codes and facts, and the sentence for people."""
    return {
        "code": finding.code,
        "class": class_of(finding),
        "where": finding.where,
        "fault": finding.fault,
        "facts": dict(finding.facts),
        "sentence": finding_sentence(finding),
    }


def compared_json(compared: Compared) -> dict[str, Any]:
    """What the recording was checked against, as JSON carries it."""
    return {
        "check": compared.check,
        "outcome": compared.outcome,
        "why": compared.why,
        "facts": dict(compared.facts),
        "findings": [finding_json(finding) for finding in compared.findings],
        "sentence": comparison_sentence(compared),
    }
