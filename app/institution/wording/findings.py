"""What verifying a recording has found, in sentences; the findings themselves are codes with facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.institution.finding_codes import AttemptFinding
from app.institution.wording.phrases import shown
from crypto.verdict import Fault, FindingCode, VerificationFinding
from resources.language import N_, _, isolate, ngettext

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


def finding_sentence(finding: VerificationFinding) -> str:
    """Say one finding of a verdict."""
    facts = {name: shown(value) for name, value in finding.facts.items()}
    facts["name"] = shown(finding.where)
    match finding.code:
        case FindingCode.NOT_ENROLLED:
            return _("The session was begun with another key than the enrolled one.")
        case FindingCode.STRAY:
            return _("{name}: no record of the session speaks of it.").format(**facts)
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
        case AttemptFinding.TAKE_TWICE:
            return _("{name}: there are two different parts {part}.").format(**facts)
        case AttemptFinding.TAKE_FOREIGN:
            return _(_FIELDS[str(finding.facts["differs"])]).format(**facts)
        case AttemptFinding.LOG_SHORTENED:
            return _(
                "{name}: the endpoint had witnessed {witnessed} log records, this folder has {here}. The end was cut "
                "off after the endpoint had it; fetch the recording again."
            ).format(**facts)
        case AttemptFinding.NOT_COUNTERSIGNED:
            return _("{label}: {name} is not what the endpoint had countersigned.").format(**facts)
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
