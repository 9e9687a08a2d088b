"""What a recording is checked against, and what came of it: codes with facts, said by `app.institution.wording`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.institution.finding_codes import contradicts
from crypto.verdict import VerificationFinding


class Check(StrEnum):
    """What is checked against what."""

    NAME = "name"
    """The name a take is found under, and the session its header says it is."""
    INSTITUTION = "institution"
    """The header's institution, and this one."""
    CALENDAR = "calendar"
    """The time of beginning, and the calendar and the clock here."""
    SETTINGS = "settings"
    """The digest of the settings, and the exam files that this institution has signed: `exam`, `version`, `edition`."""
    VALIDITY = "validity"
    """The time of beginning, and when these settings hold: `valid_from`, `valid_until`."""
    STREAMS = "streams"
    """What was recorded, and what these settings require: `streams`, in words of the header, or that there is any."""
    RECIPIENTS = "recipients"
    """The slot files, and the keys that these settings name: `keys`."""
    OPENS = "opens"
    """The slot files, and the exam's key itself: `key`."""
    CHECK_IN = "check-in"
    """What was sealed of the check-in, and what these settings ask for: `parts`."""
    HOLDS = "holds"
    """For what the exam was held, and what ended the holds."""
    ADMISSION = "admission"
    """Candidate, exam and settings, and what the endpoint says to have admitted."""
    TICKET = "ticket"
    """Candidate and exam, and the ticket that the institution issued and the attempt was admitted with: `ticket`."""
    PERSON = "person"
    """Who sat the exam, and who the candidate is. No program compares the two."""
    ATTEMPTS = "attempts"
    """This attempt, and others of the same candidate in the same exam at the endpoint."""
    NONCE = "nonce"
    """The number the recording carries, and the one that the endpoint gave out for it."""
    TIMES = "times"
    """The time of beginning, and when the endpoint admitted the attempt and signs to have had its header."""
    EARLIER = "earlier"
    """What the endpoint gives now, and what it gave before."""
    HEADS = "heads"
    """What is here, and the heads that the endpoint has published: `count` are kept, the newest of the time `at`."""
    RECEIPTS = "receipts"
    """What is here, and what the endpoint signed for by the test taker's receipts, `count` of them."""


class Agreement(StrEnum):
    """What came of a comparison."""

    AGREES = "agrees"
    REMARKED = "remarked"
    """Something is to be known about it, and contradicts nothing."""
    DIFFERS = "differs"
    NOT_CHECKED = "not-checked"


class Why(StrEnum):
    """Why something was not checked."""

    NO_HEADER = "no-header"
    NO_INSTITUTION = "no-institution"
    OTHER_INSTITUTION = "other-institution"
    NO_EXAM_FILE = "no-exam-file"
    SETTINGS_UNKNOWN = "settings-unknown"
    SETTINGS_UNREADABLE = "settings-unreadable"
    NO_TIME = "no-time"
    NO_KEY = "no-key"
    NO_EVENTS = "no-events"
    NO_CHECK_IN = "no-check-in"
    NOT_BEGUN = "not-begun"
    NO_RECORD = "no-record"
    NOT_SAID = "not-said"
    NO_NUMBER = "no-number"
    NO_TICKETS = "no-tickets"
    PEOPLE_LOOK = "people-look"
    NOT_FETCHED = "not-fetched"
    NO_RECEIPTS = "no-receipts"
    NO_HEAD = "no-head"


@dataclass(frozen=True)
class Compared:
    """One comparison of the whole attempt; `findings` say what came of it, `why` that it was not made, or not in full.

    `facts` are those that the check names.
    """

    check: Check
    findings: tuple[VerificationFinding, ...] = ()
    why: Why | None = None
    facts: Mapping[str, int | str] = field(default_factory=dict, hash=False)

    @property
    def outcome(self) -> Agreement:
        """What came of it."""
        if any(map(contradicts, self.findings)):
            return Agreement.DIFFERS
        if self.why is not None:
            return Agreement.NOT_CHECKED
        return Agreement.REMARKED if self.findings else Agreement.AGREES
