"""What verifying a recording has found, in sentences; the findings themselves are codes with facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.institution.finding_codes import AttemptFinding
from app.institution.wording.check_in import check_in_finding
from app.institution.wording.lockdown import hold_left
from app.institution.wording.phrases import listed, shown
from app.institution.wording.streams import stream_name
from crypto.verdict import Fault, FindingCode, VerificationFinding
from resources.language import N_, _, isolate, ngettext
from resources.moments import day_and_time

FAULTS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.MISSING: N_("{name}: it is missing."),
        Fault.UNREADABLE: N_("{name}: it cannot be read."),
        Fault.NO_PLAIN_FILE: N_("{name}: it is no plain file; links are not followed."),
        Fault.TOO_LARGE: N_("{name}: it has more than {limit} bytes."),
        Fault.MALFORMED: N_("{name}: it is not written as this version of the format demands."),
        Fault.OTHER_VERSION: N_(
            "{name}: version {version}, suite {suite}, flags {flags} are not known here. Use the program that sealed "
            "it, or a newer one."
        ),
        Fault.EMPTY: N_("{name}: there is nothing in it."),
        Fault.WEAK_KEY: N_(
            "{name}: it names a key under which a signature proves nothing; nobody has to own it to sign with it."
        ),
        Fault.BAD_SIGNATURE: N_("{name}: it is not signed by the key that the record before it announced."),
        Fault.UNKNOWN_STREAM: N_("{name}: it names stream {stream}, which the header does not list."),
        Fault.OUT_OF_ORDER: N_("{name}: it is about segment {index} of stream {stream}, where {next} is next."),
        Fault.WRONG_END: N_("{name}: this final record does not end this log."),
        Fault.AFTER_END: N_("{name}: there is data after the final record."),
        Fault.NOT_AS_SEALED: N_("{name}: the object is not the one that was sealed."),
        Fault.OTHER_SEGMENT: N_("{name}: it says it is another segment, or of another session than header.isf."),
        Fault.BACKWARDS: N_("{name}: it begins before the segment in front of it."),
        Fault.BROKEN_CHAIN: N_("{name}: the chain of the log does not lead from header.isf over it."),
        Fault.CHANGED_SINCE: N_("{name}: it was changed after it had been checked; check the session again."),
        Fault.NOT_AUTHENTIC: N_("{name}: it, or a part of it, is not authentic."),
    }
)
_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        FindingCode.STRAY: N_("{name}: no record of the session speaks of it."),
        FindingCode.DESKTOP_FILE: N_(
            "{name}: a desktop leaves this in folders that are looked into; it is no part of the recording."
        ),
        AttemptFinding.TAKE_TWICE: N_("{name}: there are two different parts {part}."),
        AttemptFinding.LOG_SHORTENED: N_(
            "{name}: the endpoint had witnessed {witnessed} log records, this folder has {here}. The end was cut "
            "off after the endpoint had it; fetch the recording again."
        ),
        AttemptFinding.NOT_COUNTERSIGNED: N_("{label}: {name} is not what the endpoint had countersigned."),
        AttemptFinding.MISNAMED: N_(
            "{name}: its header says that it is the session {session}. It was renamed, or put in the place of another; "
            "what is in it is nothing that {name} recorded."
        ),
        AttemptFinding.OTHER_INSTITUTION: N_(
            "{name}: its header says that it is of the institution {institution}; this one is {own}."
        ),
        AttemptFinding.NO_SUCH_TIME: N_("{name}: it says that it began at {started_at}; there is no such time."),
        AttemptFinding.IN_FUTURE: N_("{name}: it says that it began at {started_at}; it is {now} now."),
        AttemptFinding.SETTINGS_NOT_SIGNED: N_(
            "{name}: it was recorded under settings that are in none of the exam files signed here for {exam} ({files} "
            "looked at). If one was signed on another computer, copy it into the exam's folder and verify again."
        ),
        AttemptFinding.OUTSIDE_VALIDITY: N_(
            "{name}: it says that it began at {started_at}; its settings hold from {valid_from} until {valid_until}."
        ),
        AttemptFinding.STREAM_NOT_LISTED: N_(
            "{name}: {stream} was not to be recorded in it, which its settings require."
        ),
        AttemptFinding.STREAM_EMPTY: N_(
            "{name}: nothing was recorded of {stream}, which its settings require. Maybe a device was not there: "
            "what the recorder says of it is sealed with the events."
        ),
        AttemptFinding.REQUIRED_EMPTY: N_(
            "{name}: nothing was recorded of {streams}, which its settings require, in any of its parts."
        ),
        AttemptFinding.NOTHING_RECORDED: N_("{name}: nothing was recorded in it, of no stream."),
        AttemptFinding.NO_SLOT: N_(
            "{name}: keys.isf has no slot for the key {key}, which its settings seal it to. That key does not open it."
        ),
        AttemptFinding.NONCE_MISSING: N_(
            "{name}: it does not carry the number that the endpoint gave out for it. A recording that began before "
            "the endpoint could be reached has none, and nobody is to blame for that; one that was made beforehand has "
            "none either. Nothing here tells which it is: ask how the exam began."
        ),
        AttemptFinding.TICKET_MISSING: N_(
            "{name}: its settings ask for a ticket of the candidate, and the endpoint says that none was shown. So "
            "anybody can have sat under this name. Ask the test taker for the ticket, and the operator where it was "
            "shown."
        ),
        AttemptFinding.BEFORE_ADMISSION: N_(
            "{name}: it says that it began at {started_at}, but it carries a number that the endpoint gave out only at "
            "{admitted_at}."
        ),
        AttemptFinding.AFTER_RECEIPT: N_(
            "{name}: it says that it began at {started_at}, but the endpoint has signed that it had its header at "
            "{stored_at}."
        ),
        AttemptFinding.ENDPOINT_SHORTER: N_(
            "{name}: the endpoint gave {here} log records of it before, and gives {given} now. The longer recording "
            "here was kept, what it gives now is in {kept}. Ask its operator: the test taker cannot cause this."
        ),
        AttemptFinding.ENDPOINT_OTHER: N_(
            "{name}: the endpoint gives another recording under this name than before. The first was kept here, what "
            "it gives now is in {kept}. Ask its operator: the test taker cannot cause this."
        ),
        AttemptFinding.ENDPOINT_OBJECT: N_(
            "{name}: the endpoint lists another content of {object} than the one that was fetched before. That one was "
            "kept here, what it gives now is in {kept}. Ask its operator: the test taker cannot cause this."
        ),
        AttemptFinding.ENDPOINT_LACKS: N_(
            "{name}: the endpoint does not list it any more, which it gave before. The recording here was kept. Ask "
            "its operator: the test taker cannot cause this."
        ),
    }
)
"""Findings that have one sentence, whatever their facts are."""
_ADMITTED: Mapping[str, str] = MappingProxyType(
    {
        "exam": N_("{name}: its exam is not the one that the endpoint admitted it to."),
        "candidate": N_("{name}: its candidate is not the one that the endpoint admitted."),
        "config_sha256": N_("{name}: its exam settings are not those that the endpoint admitted it with."),
        "nonce": N_("{name}: the number it carries is not the one that the endpoint gave out for it."),
    }
)
_TICKET: Mapping[str, str] = MappingProxyType(
    {
        "signature": N_("{name}: the ticket it was admitted with is not signed with the key that its settings name."),
        "institution": N_("{name}: the ticket it was admitted with is of another institution."),
        "exam": N_("{name}: the ticket it was admitted with is for another exam."),
        "candidate": N_("{name}: the ticket it was admitted with was issued to another candidate."),
        "admitted_at": N_("{name}: the ticket it was admitted with was not valid when the endpoint admitted it."),
    }
)
_TIMES = ("started_at", "admitted_at", "stored_at", "valid_from", "valid_until", "now")
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "attempt": N_("{name}: its attempt is not that of part {part}."),
        "institution": N_("{name}: its institution is not that of part {part}."),
        "exam": N_("{name}: its exam is not that of part {part}."),
        "config_sha256": N_("{name}: its exam settings are not those of part {part}."),
        "candidate": N_("{name}: its candidate is not that of part {part}."),
        "previous": N_("{name}: it continues another part {part} than the one that is here."),
    }
)
_HEADS: Mapping[str, str] = MappingProxyType(
    {
        AttemptFinding.HEAD_SHORTER: N_(
            "{name}: the endpoint published a head of {size} entries on {time}, and one of {before} earlier. It has "
            "taken back what it had signed; ask the operator whether an old backup was restored. All is in {kept}."
        ),
        AttemptFinding.HEAD_OTHER: N_(
            "{name}: the head that the endpoint published on {time} does not go on from those before. Its history was "
            "rewritten; ask the operator. Both are in {kept}."
        ),
        AttemptFinding.HEAD_REWRITTEN: N_(
            "{name}: by the entries that the endpoint has signed it had {before} log records, and by {time} it had "
            "{records}. The session was rolled back or begun anew at the endpoint; ask the operator."
        ),
        AttemptFinding.HEAD_CONTRADICTED: N_(
            "{name}: {object} is not the one that the endpoint signed for in its head of {time}. The session was "
            "replaced at the endpoint, or changed after it was fetched; ask the operator."
        ),
        AttemptFinding.HEAD_LONGER: N_(
            "{name}: by its head of {time} the endpoint had {records} log records, {here} are here. The end was cut "
            "off at the endpoint or after it was fetched; ask the operator."
        ),
        AttemptFinding.HEAD_LACKS: N_(
            "{name}: the endpoint has this session, and its head of {time} leaves it out. So nothing keeps it from "
            "being replaced later; ask the operator."
        ),
    }
)


def finding_sentence(finding: VerificationFinding) -> str:
    """Say one finding of a verdict."""
    facts = {name: shown(value) for name, value in finding.facts.items()}
    facts["name"] = shown(finding.where)
    facts |= {name: shown(day_and_time(str(finding.facts[name]))) for name in _TIMES if name in finding.facts}
    if isinstance(stream := finding.facts.get("stream"), str):
        facts["stream"] = stream_name(stream)
    if isinstance(streams := finding.facts.get("streams"), str):
        facts["streams"] = listed([stream_name(each) for each in streams.split()])
    if finding.code in _PLAIN:
        return _(_PLAIN[finding.code]).format(**facts)
    match finding.code:
        case FindingCode.NOT_ENROLLED:
            return _("The session was begun with another key than the enrolled one.")
        case FindingCode.NOT_FINISHED:
            return _not_finished(finding)
        case FindingCode.LOG if finding.facts.get("record") == 0:
            # It cannot be told which of the two was changed: the first record is bound to the header.
            other = _("Or it is header.isf that was changed: the first record is bound to it.")
            return f"{_faulty(finding, facts)} {other}"
        case FindingCode.KEYS:
            untouched = _("The recording is not touched by this, but someone may be locked out of it.")
            return f"{_faulty(finding, facts)} {untouched}"
        case FindingCode.SEGMENT_UNOPENED:
            return f"{_('{name}: it is signed but does not open.').format(**facts)} {_faulty(finding, facts)}"
        case AttemptFinding.TAKE_FOREIGN:
            return _(_FIELDS[str(finding.facts["differs"])]).format(**facts)
        case AttemptFinding.ANOTHER_ATTEMPT:
            count = int(finding.facts["count"])
            said = ngettext(
                "{name}: the endpoint has {count} more attempt of this candidate in this exam: {attempt}. Somebody "
                "began anew on another computer, or recorded under the candidate's name. Look at both.",
                "{name}: the endpoint has {count} more attempts of this candidate in this exam, {attempt} among them. "
                "Somebody began anew on another computer, or recorded under the candidate's name. Look at all of them.",
                count,
            )
            return said.format(**facts)
        case AttemptFinding.TICKET_DIFFERS:
            return _(_TICKET[str(finding.facts["differs"])]).format(**facts)
        case AttemptFinding.NOT_ADMITTED:
            return _(_ADMITTED[str(finding.facts["differs"])]).format(**facts)
        case AttemptFinding.RECEIPT_DIFFERS | AttemptFinding.RECEIPT_MISSING | AttemptFinding.RECEIPT_PART_MISSING:
            return _receipt_sentence(finding)
        case AttemptFinding.CHECK_IN_MISSING | AttemptFinding.CHECK_IN_LEFT_OUT:
            return check_in_finding(finding)
        case AttemptFinding.HOLD_LEFT:
            return hold_left(finding)
        case code if code in _HEADS:
            return _(_HEADS[code]).format(**facts, time=day_and_time(str(finding.facts["at"])))
        case AttemptFinding.NOT_OPENED if finding.fault is None:
            return _(
                "{name}: it cannot be opened, no slot of it opens with the key {key}. Use the key of this exam, or "
                "fetch the slot file again if it was damaged."
            ).format(**facts)
        case AttemptFinding.NOT_OPENED:
            why = _faulty(finding, {**facts, "name": facts["object"]})
            return f"{_('{name}: it cannot be opened.').format(**facts)} {why}"
        case _:
            return _faulty(finding, facts)


def _faulty(finding: VerificationFinding, facts: Mapping[str, str]) -> str:
    return _(FAULTS[finding.fault or Fault.MALFORMED]).format(**facts)


def _not_finished(finding: VerificationFinding) -> str:
    count = int(finding.facts["segments"])
    said = (
        ngettext(
            "log.isf: it ends after {count} segment without a final record, inside a record.",
            "log.isf: it ends after {count} segments without a final record, inside a record.",
            count,
        )
        if finding.facts["inside"]
        else ngettext(
            "log.isf: it ends after {count} segment without a final record.",
            "log.isf: it ends after {count} segments without a final record.",
            count,
        )
    )
    return said.format(count=isolate(count))


def _receipt_sentence(finding: VerificationFinding) -> str:
    """Say what the test taker's receipts show."""
    count = int(finding.facts["count"])
    facts = {"count": isolate(count), "name": shown(finding.where), "label": shown(finding.facts.get("label", ""))}
    if finding.code == AttemptFinding.RECEIPT_PART_MISSING:
        said = ngettext(
            "The endpoint signed for {count} object of part {part} ({name}), and nothing of it is here.",
            "The endpoint signed for {count} objects of part {part} ({name}), and nothing of it is here.",
            count,
        )
        return f"{said.format(part=shown(finding.facts['part']), **facts)} {_ask_operator()}"
    facts["time"] = day_and_time(str(finding.facts["at"]))
    if finding.code == AttemptFinding.RECEIPT_DIFFERS:
        said = ngettext(
            "{label}: {count} object is not the one the endpoint signed for: {name}, which came there on {time}.",
            "{label}: {count} objects are not those the endpoint signed for; the first is {name}, which came there on "
            "{time}.",
            count,
        )
    else:
        said = ngettext(
            "{label}: the endpoint signed for {count} object that is not here: {name}, which came there on {time}.",
            "{label}: the endpoint signed for {count} objects that are not here; the first is {name}, which came there "
            "on {time}.",
            count,
        )
    return f"{said.format(**facts)} {_ask_operator()}"


def _ask_operator() -> str:
    return _(
        "The test taker's receipts prove that it had them. Somebody changed this at the endpoint or after it was "
        "fetched; ask the operator."
    )
