"""Why an exam cannot be opened, one class for each reason.

    PolicyError
    ├── ExamFileUnreadable      not an exam file, or damaged in transport
    ├── SignatureRefused        the bytes are not what the institution signed
    ├── TermsUnreadable         signed, but the signed line is not one this version understands
    ├── UnknownInstitution      the first file of an institution: somebody has to trust it first
    ├── WrongInstitution        signed by another key than the one trusted for this institution
    ├── OlderSequence           a newer version of this exam's settings has been opened here
    ├── SequenceReused          the same sequence number over other content
    ├── ExamNotYetValid
    ├── ExamExpired
    ├── SettingsInvalid         signed and current, but not settings this version can honour
    ├── AddressInvalid          an address or address rule that is not one
    ├── LinkInvalid             not an ``invigilo://`` link
    └── PinsUnreadable          the file that remembers trusted institutions is damaged

Every message says what failed, on what, and what to do, in words that can be shown to the test taker.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crypto.signing import VerifyKey


class PolicyError(Exception):
    """Base of every reason why exam settings are refused."""


class ExamFileUnreadable(PolicyError):
    """The bytes are not an exam file: wrong frame, too large, line ends rewritten, more than one signature."""


class SignatureRefused(PolicyError):
    """The signature does not cover these bytes and this trusted comment under the key in the file."""


class TermsUnreadable(PolicyError):
    """The trusted comment is signed but does not name institution, exam, sequence and validity as it must."""


class UnknownInstitution(PolicyError):
    """No key is trusted for this institution yet; ask, then call `InstitutionPins.trust`, then read again.

    `institution` is the id it signs with, `root_key` the key to trust, `words` the key's fingerprint to compare
    with what the institution has published.
    """

    def __init__(self, institution: str, root_key: VerifyKey, words: tuple[str, ...]) -> None:
        self.institution = institution
        self.root_key = root_key
        self.words = words
        super().__init__(
            f"this is the first exam of the institution “{institution}” on this machine. "
            f"Compare its key words with those it has published: {' '.join(words)}"
        )


class WrongInstitution(PolicyError):
    """The key in the file is not the one trusted for the institution that the file names."""


class OlderSequence(PolicyError):
    """A file with a higher sequence number of the same exam has been opened here before."""

    def __init__(self, exam: str, sequence: int, seen: int) -> None:
        self.exam = exam
        self.sequence = sequence
        self.seen = seen
        super().__init__(
            f"these settings of the exam “{exam}” are version {sequence}, but version {seen} has already been opened "
            "on this machine. Ask your institution for the current exam file"
        )


class SequenceReused(PolicyError):
    """The same sequence number was used for other content; one of the two files must not be trusted."""


class ExamNotYetValid(PolicyError):
    """The validity signed by the institution begins later."""

    def __init__(self, exam: str, valid_from: datetime) -> None:
        self.valid_from = valid_from
        super().__init__(
            f"the exam “{exam}” can be opened from {valid_from:%Y-%m-%d %H:%M} UTC. "
            "Come back then; if that time has passed, check this computer's clock"
        )


class ExamExpired(PolicyError):
    """The validity signed by the institution is over."""

    def __init__(self, exam: str, valid_until: datetime) -> None:
        self.valid_until = valid_until
        super().__init__(
            f"the exam “{exam}” could be opened until {valid_until:%Y-%m-%d %H:%M} UTC. "
            "Ask your institution whether there is a newer exam file, and check this computer's clock"
        )


class SettingsInvalid(PolicyError):
    """The settings are the institution's own but cannot be honoured as they stand.

    `problems` holds one sentence for each fault, beginning with the place, such as ``delivery.endpoints.0.url``.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(
            "the exam's settings are signed by the institution but this version cannot follow them: "
            + "; ".join(problems)
            + ". Install the newest version; if it says the same, tell your institution"
        )


class AddressInvalid(PolicyError):
    """Not an address, or not an address rule, that an exam may use."""


class LinkInvalid(PolicyError):
    """Not a link of the form ``invigilo://HOST[:PORT]/PATH``."""


class PinsUnreadable(PolicyError):
    """The file of trusted institutions is damaged; it is kept and never silently replaced."""
