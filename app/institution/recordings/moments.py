"""Times that a header or an endpoint states, as moments that can be compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crypto.header import SessionDescription

CLOCKS_DIFFER = timedelta(days=1)
"""The clock of a test taker's computer may be off by that much, for a wrong time zone, and contradicts nobody yet."""


def began(described: SessionDescription) -> datetime | None:
    """When a take says it began; None where that is no moment of the calendar."""
    return moment(described.started_at)


def moment(text: str | None) -> datetime | None:
    """An RFC 3339 time; None where there is none."""
    try:
        found = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found.astimezone(UTC)
