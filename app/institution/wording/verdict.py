"""The verdict on a recording, and its moments, in words for people; window, report and terminal say the same."""

from __future__ import annotations

from datetime import UTC, datetime

from crypto.verdict import Verdict

MEANINGS = {
    Verdict.COMPLETE: "The recording is whole and unchanged: from its start to its end, everything is as it was sealed "
    "during the exam.",
    Verdict.INTERRUPTED: "What is here is unchanged since it was sealed during the exam, but the recording was "
    "interrupted: it has a break, or stops before its end. This alone does not say why.",
    Verdict.TAMPERED: "Something was changed, added or taken away after it was sealed, by hand or by damage. Only what "
    "is provably authentic is shown; the rest is named and left out.",
}

ABOUT = "This is about the recording, not about the person. Software has decided nothing here."


def day_and_time(stamp: str) -> str:
    """An RFC 3339 time as ``22 November 2026, 23:47 UTC``; anything else as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    if moment.tzinfo is None:
        return stamp
    moment = moment.astimezone(UTC)
    month = _MONTHS[moment.month - 1]
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M} UTC"


# Not strftime's %B, which follows the locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
