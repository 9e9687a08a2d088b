"""Why an exam cannot be opened, one class with a code for each reason.

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
    ├── SettingsInvalid         signed and current, but not settings this version can follow
    ├── AddressInvalid          an address or address rule that is not one
    ├── LinkInvalid             not an ``invigilo://`` link
    └── PinsUnreadable          the file that remembers trusted institutions is damaged

What a test taker reads is made from code and facts in `app/client/pages/refusals.py`, what an author of settings reads
in `app/institution/exams/fault_words.py`. The messages here are for developers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from resources.moments import day_and_time

if TYPE_CHECKING:
    from crypto.signing import VerifyKey


class PolicyError(Exception):
    """Base of every reason why exam settings are refused; `code` is stable, for support."""

    code: ClassVar[str] = "F-00"


class ExamFileFault(StrEnum):
    """What keeps bytes from being read as an exam file."""

    TOO_LARGE = "too_large"
    ANOTHER_KIND = "another_kind"
    LINE_ENDS_REWRITTEN = "line_ends_rewritten"
    PARTS_MISSING = "parts_missing"
    KEY_DAMAGED = "key_damaged"


class ExamFileUnreadable(PolicyError):
    """The bytes are not an exam file: wrong frame, too large, line ends rewritten, more than one signature."""

    code = "F-02"

    def __init__(self, fault: ExamFileFault, message: str) -> None:
        self.fault = fault
        super().__init__(message)


class SignatureRefused(PolicyError):
    """The signature does not cover these bytes and this trusted comment under the key in the file."""

    code = "F-03"


class TermsUnreadable(PolicyError):
    """The trusted comment is signed but does not name institution, exam, sequence and validity as it must."""

    code = "F-04"


class UnknownInstitution(PolicyError):
    """No key is trusted for this institution yet; ask, then call `InstitutionPins.trust`, then read again.

    `institution` is the id it signs with, `root_key` the key to trust, `words` the key's fingerprint to compare
    with what the institution has published.
    """

    code = "F-05"

    def __init__(self, institution: str, root_key: VerifyKey, words: tuple[str, ...]) -> None:
        self.institution = institution
        self.root_key = root_key
        self.words = words
        super().__init__(
            f"this is the first exam of the institution “{institution}” on this machine. "
            f"Compare its key words with those it has published: {' '.join(words)}"
        )


class WrongInstitution(PolicyError):
    """The key in the file is not the one trusted for the institution that the file names.

    `institution` is the id that the file names; `trusted_words` are the words of the key that is trusted for it, empty
    where none is: then its key is trusted for another institution.
    """

    code = "F-06"

    def __init__(self, message: str, institution: str = "", trusted_words: tuple[str, ...] = ()) -> None:
        self.institution = institution
        self.trusted_words = trusted_words
        super().__init__(message)


class OlderSequence(PolicyError):
    """A file with a higher sequence number of the same exam has been opened here before."""

    code = "F-07"

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

    code = "F-08"

    def __init__(self, exam: str, sequence: int) -> None:
        self.exam = exam
        self.sequence = sequence
        super().__init__(
            f"version {sequence} of the exam “{exam}” has been opened here before with other content. "
            "Do not use this file; ask your institution for a file with a new version number"
        )


class ExamNotYetValid(PolicyError):
    """The validity signed by the institution begins later."""

    code = "F-09"

    def __init__(self, exam: str, valid_from: datetime) -> None:
        self.exam = exam
        self.valid_from = valid_from
        super().__init__(
            f"the exam “{exam}” can be opened from {day_and_time(valid_from)}. "
            "Come back then; if that time has passed, check this computer's clock"
        )


class ExamExpired(PolicyError):
    """The validity signed by the institution is over."""

    code = "F-10"

    def __init__(self, exam: str, valid_until: datetime) -> None:
        self.exam = exam
        self.valid_until = valid_until
        super().__init__(
            f"the exam “{exam}” could be opened until {day_and_time(valid_until)}. "
            "Ask your institution whether there is a newer exam file, and check this computer's clock"
        )


@dataclass(frozen=True)
class SettingsFault:
    """One thing that is wrong with a settings document.

    Attributes:
        place: the keys and list places that lead to it, from the whole document; empty where it is about all of it.
        code: what is wrong: a `SettingsCode`, an `AddressFault`, a `JsonFault`, or pydantic's name for it.
        facts: what the code is about, such as the bound that is not kept. Never the value itself.
    """

    place: tuple[int | str, ...]
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The place as people write it: ``delivery.endpoints.0.url``; empty for the whole document."""
        return ".".join(str(part) for part in self.place)

    def __str__(self) -> str:
        """Place, code and facts, in no language."""
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.key or '(document)'}: {self.code}" + (f" ({facts})" if facts else "")


class SettingsCode(StrEnum):
    """What can be wrong with settings beyond the type and range of a value."""

    TOO_LARGE = "document_too_large"
    SIGNED_FOR_ANOTHER = "signed_for_another_exam"
    NO_EXAM_KEY = "no_exam_key"
    TWICE = "named_twice"
    NO_RELEASE_KEY = "no_release_key"
    NOBODY_CAN_RELEASE = "nobody_can_release"
    NEEDS_CAMERA = "needs_camera"
    NEEDS_MICROPHONE = "needs_microphone"
    ENDPOINT_ADDRESS = "endpoint_address"
    NO_CERTIFICATE = "no_certificate"
    PRIVATE_KEY = "private_key"
    NO_RECEIPT_KEY = "no_receipt_key"
    NO_TICKET_KEY = "no_ticket_key"


class SettingsInvalid(PolicyError):
    """The settings are the institution's own but cannot be followed as they stand; `faults` has every reason."""

    code = "F-11"

    def __init__(self, faults: tuple[SettingsFault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault) for fault in faults))


class AddressFault(StrEnum):
    """What keeps a text from being an address, or an address rule, that an exam may use."""

    FORM = "address_form"
    TOO_LONG = "address_too_long"
    UNPRINTABLE = "address_unprintable"
    SCHEME = "address_scheme"
    HTTP = "address_http"
    USER_NAME = "address_user_name"
    HOST = "address_host"
    PORT = "address_port"
    PERCENT = "address_percent"
    DOTS = "address_dots"
    STAR_IN_ADDRESS = "address_star_in_address"
    RULE_WITH_QUERY = "address_rule_with_query"
    RULE_TOO_WIDE = "address_rule_too_wide"


class AddressInvalid(PolicyError):
    """Not an address, or not an address rule, that an exam may use.

    `address` is the text shortened and without its query; `facts` are what `fault` is about.
    """

    code = "F-12"

    def __init__(self, fault: AddressFault, address: str, **facts: str | int) -> None:
        self.fault = fault
        self.address = address
        self.facts = facts
        super().__init__(f"{fault}: “{address}”")


class LinkInvalid(PolicyError):
    """Not a link of the form ``invigilo://HOST[:PORT]/PATH``."""

    code = "F-13"


class PinsUnreadable(PolicyError):
    """The file of trusted institutions is damaged; it is kept and never silently replaced."""

    code = "F-14"
