"""What the endpoint says of a session beside its objects, in sentences: times, and what it refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from app.institution.copies.endpoint_listing import ListedAlarm, ListedSession
from app.institution.wording.phrases import coded, shown
from app.wire.refusals import RefusalKind
from resources.language import N_, _
from resources.moments import day_and_time

_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        RefusalKind.CONFLICT: N_("it already had another content in this place"),
        RefusalKind.LOG_REFUSED: N_("the record does not continue the log"),
        RefusalKind.HEADER_REFUSED: N_("the header cannot be read, or is of another attempt or exam"),
        RefusalKind.SETTINGS_REFUSED: N_("the header names other settings than the admission"),
        RefusalKind.CANDIDATE_REFUSED: N_("the header names another candidate than the admission"),
        RefusalKind.NONCE_REFUSED: N_("the header is without the number that the attempt was given"),
        RefusalKind.START_REFUSED: N_("the header's start is no time, or is far outside the exam's signed times"),
        RefusalKind.SESSION_ENDED: N_("the session had ended, and no record of it names this"),
    }
)


def said_by_endpoint(session: ListedSession) -> Iterator[str]:
    """Say when the endpoint had what, and each thing that it refused."""
    if session.admitted_at is not None:
        yield _("The endpoint admitted the attempt on {time}.").format(time=day_and_time(session.admitted_at))
    if session.opened_at is not None and session.last_stored_at is not None:
        yield _("Its first piece came there on {first}, its newest on {last}.").format(
            first=day_and_time(session.opened_at), last=day_and_time(session.last_stored_at)
        )
    yield from (alarm_sentence(alarm) for alarm in session.alarms)


def alarm_sentence(alarm: ListedAlarm) -> str:
    """Say what the endpoint refused, when, and why no truthful client sends it."""
    said = _("The endpoint refused {name} on {time}: {why}. It keeps what was sent; ask its operator for it.")
    return said.format(name=shown(alarm.name), time=day_and_time(alarm.at), why=coded(alarm.kind, _REFUSED))
