"""Findings on the parts of a recording together, beside those that `crypto.report` has on a single one.

A finding has a class, which says what follows from it; the verdict on an attempt is that of its worst finding.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from crypto.verdict import FindingCode, VerificationFinding


class AttemptVerdict(Enum):
    """What can be said about an attempt with all its takes, the best first."""

    COMPLETE = "COMPLETE"
    """One take, as it was sealed from its beginning to its final record, and nothing it was checked against differs."""
    INTERRUPTED = "INTERRUPTED"
    """Every record there is holds, but not all is shown: one final record is missing, the recorder began again, or it
    began without the endpoint, which could have dated it."""
    INCONSISTENT = "INCONSISTENT"
    """As it was sealed, but it is not what was asked for, signed, admitted, required or given out before."""
    TAMPERED = "TAMPERED"
    """Something was changed, moved, added or taken away after it was sealed."""

    @classmethod
    def worst(cls, *verdicts: AttemptVerdict) -> AttemptVerdict:
        """The worst of `verdicts`, of which there is one at least."""
        return max(verdicts, key=list(cls).index)


class FindingClass(StrEnum):
    """What kind of thing a finding is, and so what follows from it for the verdict."""

    ALTERATION = "alteration"
    """What was sealed was changed afterwards: TAMPERED."""
    CONTRADICTION = "contradiction"
    """The recording says of itself what it was checked against does not: INCONSISTENT."""
    OPERATOR = "operator"
    """What the endpoint gives is not what it gave before: INCONSISTENT, and the recording here is the one kept."""
    INTERRUPTION = "interruption"
    """It stops, or began without a connection: INTERRUPTED."""
    REMARK = "remark"
    """To be known; nothing follows for the verdict."""


class AttemptFinding(StrEnum):
    """What is found where several takes, what was signed, the endpoint's record or a key are looked at.

    Facts are named as here; `where` is the take, unless something else is said.
    """

    TAKE_TWICE = "take-twice"
    """There are two takes of number `part`, counted from 1."""
    TAKE_FOREIGN = "take-foreign"
    """Its `differs` is not that of take `part`; a field of the header, ``previous`` where it continues another one."""
    LOG_SHORTENED = "log-shortened"
    """The endpoint had witnessed `witnessed` log records, `here` are here."""
    NOT_COUNTERSIGNED = "not-countersigned"
    """An object of the take `label` is not what the endpoint had countersigned."""
    RECEIPT_DIFFERS = "receipt-differs"
    """`count` objects of the take `label` are not those the endpoint signed for, by the test taker's receipts; `where`
    is the first, which came there at the time `at`."""
    RECEIPT_MISSING = "receipt-missing"
    """As `RECEIPT_DIFFERS`, of objects that are not here."""
    RECEIPT_PART_MISSING = "receipt-part-missing"
    """By the test taker's receipts the endpoint has `count` objects of a part `part` of which nothing is here."""
    HEAD_SHORTER = "head-shorter"
    """The endpoint `where` published a head of `size` entries at the time `at`, and one of `before` earlier."""
    HEAD_OTHER = "head-other"
    """The head of the endpoint `where` of the time `at` does not go on from those before; all are in `kept`."""
    HEAD_REWRITTEN = "head-rewritten"
    """By the entries of the endpoint's heads it had `before` log records, and by the time `at` had `records`."""
    HEAD_CONTRADICTED = "head-contradicted"
    """`object` is not the one that the endpoint's head of the time `at` names."""
    HEAD_LONGER = "head-longer"
    """By its head of the time `at` the endpoint had `records` log records, `here` are here."""
    HEAD_LACKS = "head-lacks"
    """The endpoint says to have it, and its head of the time `at` does not name it."""
    NOT_OPENED = "not-opened"
    """No slot opens with `key`; with a fault, `object` cannot be read, so that no key opens it."""

    MISNAMED = "misnamed"
    """Its name is not `session`, which it says it is: it was renamed, or put in the place of another."""
    OTHER_INSTITUTION = "other-institution"
    """It says it is of `institution`, and this one is `own`."""
    NO_SUCH_TIME = "no-such-time"
    """`started_at` is no moment of the calendar."""
    IN_FUTURE = "in-future"
    """It says it began at `started_at`, and it is not more than `now`."""

    SETTINGS_NOT_SIGNED = "settings-not-signed"
    """Its settings are not those of any of the `files` exam files that were signed for `exam`."""
    OUTSIDE_VALIDITY = "outside-validity"
    """It began at `started_at`; its settings hold from `valid_from` until `valid_until`."""
    STREAM_NOT_LISTED = "stream-not-listed"
    """Its header does not list `stream`, which its settings require."""
    STREAM_EMPTY = "stream-empty"
    """In all of the attempt there is no piece of `stream`, which its settings require: maybe no device was there."""
    REQUIRED_EMPTY = "required-empty"
    """There is no piece of any of the `streams` for pictures and sound that its settings require; or none of events."""
    NOTHING_RECORDED = "nothing-recorded"
    """In all of the attempt there is no piece of any stream."""
    NO_SLOT = "no-slot"
    """Its slot file names no slot for `key`, which its settings seal it to."""

    CHECK_IN_MISSING = "check-in-missing"
    """The exam began, and nothing was sealed of the `parts` of the check-in, which its settings ask for."""
    CHECK_IN_LEFT_OUT = "check-in-left-out"
    """The test taker left out the `parts` of the check-in, or stopped them, as everybody may."""
    HOLD_LEFT = "hold-left"
    """The exam was held for the `controls`, and went on in part `part` without that hold or a code that ended it."""

    NOT_ADMITTED = "not-admitted"
    """Its `differs`, a field of the header, is not what the endpoint had admitted."""
    TICKET_MISSING = "ticket-missing"
    """Its settings name a key for tickets, and the endpoint says to have admitted it without one."""
    TICKET_DIFFERS = "ticket-differs"
    """The ticket it was admitted with is not one for it: its `differs` is another; ``signature`` where it has none."""
    ANOTHER_ATTEMPT = "another-attempt"
    """The endpoint has `count` more attempts of this candidate in this exam, of which `attempt` is one."""
    NONCE_MISSING = "nonce-missing"
    """It does not carry the number that the endpoint gave out for it: it began before the endpoint could be reached, or
    is made to look so. Nothing shows which, and so nothing shows when it was recorded but its own word."""
    BEFORE_ADMISSION = "before-admission"
    """It carries that number, and says it began at `started_at`, before it was given out at `admitted_at`."""
    AFTER_RECEIPT = "after-receipt"
    """It says it began at `started_at`, after the endpoint had its header at `stored_at`."""

    ENDPOINT_SHORTER = "endpoint-shorter"
    """The endpoint gives `given` genuine log records, and `here` are here, which it gave before."""
    ENDPOINT_OTHER = "endpoint-other"
    """The endpoint gives another session under this name than before; `kept` is where what it gives now is kept."""
    ENDPOINT_OBJECT = "endpoint-object"
    """The endpoint lists another content for `object` than the one the log here vouches for."""
    ENDPOINT_LACKS = "endpoint-lacks"
    """The endpoint does not list this take any more, which it gave before."""


_CONTRADICTIONS = frozenset(AttemptFinding) - {
    *(AttemptFinding.TAKE_TWICE, AttemptFinding.TAKE_FOREIGN, AttemptFinding.LOG_SHORTENED),
    *(AttemptFinding.NOT_COUNTERSIGNED, AttemptFinding.NOT_OPENED, AttemptFinding.STREAM_EMPTY),
    *(AttemptFinding.NONCE_MISSING, AttemptFinding.CHECK_IN_LEFT_OUT),
}
_OPERATORS = frozenset(
    {
        *(AttemptFinding.ENDPOINT_SHORTER, AttemptFinding.ENDPOINT_OTHER),
        *(AttemptFinding.ENDPOINT_OBJECT, AttemptFinding.ENDPOINT_LACKS),
        *(AttemptFinding.RECEIPT_DIFFERS, AttemptFinding.RECEIPT_MISSING, AttemptFinding.RECEIPT_PART_MISSING),
        *(AttemptFinding.HEAD_SHORTER, AttemptFinding.HEAD_OTHER, AttemptFinding.HEAD_REWRITTEN),
        *(AttemptFinding.HEAD_CONTRADICTED, AttemptFinding.HEAD_LONGER, AttemptFinding.HEAD_LACKS),
    }
)
_VERDICTS = {
    FindingClass.ALTERATION: AttemptVerdict.TAMPERED,
    FindingClass.CONTRADICTION: AttemptVerdict.INCONSISTENT,
    FindingClass.OPERATOR: AttemptVerdict.INCONSISTENT,
    FindingClass.INTERRUPTION: AttemptVerdict.INTERRUPTED,
    FindingClass.REMARK: AttemptVerdict.COMPLETE,
}


def class_of(finding: VerificationFinding) -> FindingClass:
    """The class of a finding, of a single take or of the attempt."""
    match finding.code:
        case FindingCode.KEYS | AttemptFinding.STREAM_EMPTY | AttemptFinding.CHECK_IN_LEFT_OUT:
            return FindingClass.REMARK
        case FindingCode.NOT_FINISHED | AttemptFinding.NONCE_MISSING:
            return FindingClass.INTERRUPTION
        case code if code in _OPERATORS:
            return FindingClass.OPERATOR
        case code if code in _CONTRADICTIONS:
            return FindingClass.CONTRADICTION
        case _:
            return FindingClass.ALTERATION


def verdict_of(finding: VerificationFinding) -> AttemptVerdict:
    """What follows from one finding."""
    return _VERDICTS[class_of(finding)]


def contradicts(finding: VerificationFinding) -> bool:
    """Whether it says more than that something is to be known, or that the recording has a break."""
    return class_of(finding) not in {FindingClass.REMARK, FindingClass.INTERRUPTION}
