"""Tickets: an institution's signed word that a candidate may sit an exam, shown when an attempt is admitted.

Where exam settings name a ticket key, each candidate is given a ticket that is signed with it. The client sends it with
the request for admission; the endpoint checks it, keeps it with the attempt and gives it to the institution, which
checks it again and holds the recording's header against it. A recording under a pseudonym for which nobody showed a
ticket is seen by that. A ticket says whom it was issued to, and never who sat there.

It is two lines of text as `app.wire.signed_lines` makes them; app/wire/README.md has the facts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.wire.errors import TicketRefused
from app.wire.signed_lines import StatedTime, signed_line

MAX_TICKET_CHARACTERS = 2048
KIND = "invigilo ticket 1"
"""What the facts are signed as."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an institution signs.

    Attributes:
        ticket: its own random identifier, 32 lower-case hexadecimal digits.
        institution: whose exam it is.
        exam: the exam it is for.
        candidate: the pseudonym it was issued to.
        valid_from: from when an attempt is admitted with it, RFC 3339 with offset.
        valid_until: until when; not before the last delivery, where an exam may be begun without a network.
    """

    ticket: str
    institution: str
    exam: str
    candidate: str
    valid_from: str
    valid_until: str

    def covers(self, moment: datetime, doubt: timedelta) -> bool:
        """Whether it is valid at `moment`, which has a time zone and may be off by `doubt` either way."""
        begin, end = datetime.fromisoformat(self.valid_from), datetime.fromisoformat(self.valid_until)
        return begin - moment <= doubt and moment - end <= doubt


class _TicketLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    ticket: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    institution: Annotated[str, Field(min_length=1, max_length=64)]
    exam: Annotated[str, Field(min_length=1, max_length=64)]
    candidate: Annotated[str, Field(min_length=1, max_length=256)]
    valid_from: StatedTime
    valid_until: StatedTime


def verify_ticket(text: str, key: Ed25519PublicKey) -> Ticket:
    """Check the signature, then read the facts; the caller compares them with what is asked for.

    Raises:
        TicketRefused: not two lines, not signed by `key`, or facts out of bounds.
    """
    if len(text) > MAX_TICKET_CHARACTERS:
        raise TicketRefused(f"The ticket has {len(text)} characters; at most {MAX_TICKET_CHARACTERS} are allowed.")
    line = signed_line(KIND, text.encode("ascii"), key) if text.isascii() else None
    if line is None:
        raise TicketRefused("The ticket is not signed with the key that the exam settings name for tickets.")
    try:
        return Ticket(**_TicketLine.model_validate_json(line).model_dump())
    except ValidationError as error:
        raise TicketRefused("The ticket is signed, but its facts are out of bounds.") from error
