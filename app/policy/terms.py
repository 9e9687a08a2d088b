"""The signed line of an exam file: whose it is, which version, and when it holds.

It travels as minisign's *trusted comment*, so everything that decides whether the settings may be read at all is
known, signed, before a byte of the settings is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from app.policy.errors import TermsUnreadable
from crypto.ed25519 import is_strict

IDENTIFIER = r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?"
"""Institution and exam ids: 1 to 40 of ``a-z 0-9 . _ -``, beginning and ending with a letter or digit."""

_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
_LINE = re.compile(
    rf"invigilo inst:(?P<institution>{IDENTIFIER}) exam:(?P<exam>{IDENTIFIER}) seq:(?P<sequence>[1-9]\d{{0,8}})"
    rf"(?: edition:(?P<edition>[1-9]\d{{0,5}}))?"
    rf" from:(?P<valid_from>{_TIME}) until:(?P<valid_until>{_TIME}) deliver-until:(?P<deliver_until>{_TIME})"
    r"(?: sha256:(?P<settings_sha256>[0-9a-f]{64}))?(?: tickets:(?P<ticket_key>[0-9a-f]{64}))?",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class SignedTerms:
    """Institution, exam, sequence number, edition and validity (UTC, whole seconds), as signed.

    `sequence` counts the versions of an exam's settings; a lower one is refused once a higher one was opened. Files of
    one version that grant their holders different things are its editions, side by side: 0 is the one without a number.

    An exam may be begun from `valid_from` until `valid_until`; what was recorded is accepted by the endpoint until
    `deliver_until`.

    `settings_sha256` is the digest of the settings' bytes, 64 lower-case hexadecimal digits, so that who sees the
    signature without the settings knows which recordings were made under them. None in files signed before it stood
    there.

    `ticket_key` is the Ed25519 public key of the tickets that attempts are admitted with, 64 lower-case hexadecimal
    digits, so that an endpoint can check them too. None where the institution issues none.
    """

    institution: str
    exam: str
    sequence: int
    valid_from: datetime
    valid_until: datetime
    deliver_until: datetime
    edition: int = 0
    settings_sha256: str | None = None
    ticket_key: str | None = None

    def __post_init__(self) -> None:
        for name in ("institution", "exam"):
            if not re.fullmatch(IDENTIFIER, getattr(self, name), re.ASCII):
                raise TermsUnreadable(
                    f"the {name} id “{getattr(self, name)}” is not one: use 1 to 40 of a-z, 0-9, “.”, “_” and “-”"
                )
        if not 1 <= self.sequence <= 999_999_999:
            raise TermsUnreadable(f"the sequence number {self.sequence} is outside 1 to 999999999")
        if not 0 <= self.edition <= 999_999:
            raise TermsUnreadable(f"the edition {self.edition} is outside 0 to 999999")
        if self.settings_sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", self.settings_sha256, re.ASCII):
            raise TermsUnreadable("the digest of the settings is not a SHA-256 of 64 lower-case hexadecimal digits")
        if self.ticket_key is not None and not (
            re.fullmatch(r"[0-9a-f]{64}", self.ticket_key, re.ASCII) and is_strict(bytes.fromhex(self.ticket_key))
        ):
            raise TermsUnreadable("the key of tickets is no Ed25519 public key, or one that proves nothing")
        for moment in (self.valid_from, self.valid_until, self.deliver_until):
            if moment.tzinfo is None:
                raise TermsUnreadable(f"the time {moment} has no time zone; give it in UTC")
        if not self.valid_from < self.valid_until <= self.deliver_until:
            raise TermsUnreadable(
                f"the validity of the exam “{self.exam}” is empty: it must begin before it ends, "
                "and delivery must not end before the exam"
            )

    @classmethod
    def parse(cls, line: str) -> SignedTerms:
        """Read a trusted comment; raises `TermsUnreadable` on anything but the one accepted form."""
        match = _LINE.fullmatch(line)
        if match is None:
            raise TermsUnreadable(
                "the signed line of the exam file does not name institution, exam, sequence and validity. "
                "It was signed by another program or a newer version; ask your institution for a new exam file"
            )
        return cls(
            institution=match["institution"],
            exam=match["exam"],
            sequence=int(match["sequence"]),
            edition=int(match["edition"] or 0),
            valid_from=_time(match["valid_from"]),
            valid_until=_time(match["valid_until"]),
            deliver_until=_time(match["deliver_until"]),
            settings_sha256=match["settings_sha256"],
            ticket_key=match["ticket_key"],
        )

    def text(self) -> str:
        """The trusted comment; `parse` reads it back."""
        edition = f" edition:{self.edition}" if self.edition else ""
        digest = f" sha256:{self.settings_sha256}" if self.settings_sha256 else ""
        tickets = f" tickets:{self.ticket_key}" if self.ticket_key else ""
        return (
            f"invigilo inst:{self.institution} exam:{self.exam} seq:{self.sequence}{edition} "
            f"from:{_stamp(self.valid_from)} "
            f"until:{_stamp(self.valid_until)} deliver-until:{_stamp(self.deliver_until)}{digest}{tickets}"
        )


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise TermsUnreadable(f"the signed line of the exam file holds “{text}”, which is no time") from error


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
