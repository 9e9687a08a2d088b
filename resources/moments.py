"""How a day and a time are said to people, everywhere alike; files and `--json` have RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime

from resources.language import N_, _, isolate


def day_and_time(moment: datetime | str) -> str:
    """Return a moment, or an RFC 3339 time, as ``22 November 2026, 23:47 UTC``; text that is none as it is.

    The zone is named and always the same, because who reads it and who wrote it may be in two.
    """
    if isinstance(moment, str):
        try:
            return day_and_time(datetime.fromisoformat(moment))
        except ValueError:
            return isolate(moment)
    if moment.tzinfo is None:
        return moment.isoformat()
    there = moment.astimezone(UTC)
    return _("{day} {month} {year}, {time} UTC").format(
        day=there.day, month=_(_MONTHS[there.month - 1]), year=there.year, time=f"{there:%H:%M}"
    )


# Not strftime's %B, which follows the locale.
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)
