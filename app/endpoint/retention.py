"""Retention: sessions past their days are deleted, and it is verified that they are gone.

Two phases, each of which can be repeated after a crash: the session is closed (from then on nothing
is stored in it), its objects are removed, and only when the storage shows none are its rows forgotten.
What remains says that a session was deleted and when, so that late uploads are answered 410.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.endpoint.errors import StorageFault
from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.endpoint.tables import DELETED, OPEN, SessionRow
from resources.language import _, isolate


@dataclass(frozen=True, slots=True)
class Deleted:
    """One session that is gone: how many objects and bytes it had."""

    sid: str
    objects: int
    bytes: int


def overdue(records: Records, now: datetime, days: int, institution: str | None = None) -> Sequence[SessionRow]:
    """Sessions whose newest object is older than `days`, and those whose deletion was begun."""
    limit = now - timedelta(days=days)
    found = []
    for session in records.sessions(institution):
        newest = records.counts(session.sid).last_stored_at or session.opened_at
        past = datetime.fromisoformat(newest) < limit
        if session.state != DELETED and (past or session.state != OPEN):
            found.append(session)
    return found


def delete(storage: Storage, records: Records, sid: str, now: datetime) -> Deleted:
    """Delete one session and verify it.

    Raises:
        StorageFault: something is still stored afterwards; the session stays closed, run it again.
    """
    counts = records.counts(sid)
    records.begin_deletion(sid)
    storage.delete(sid)
    if sid in storage.sessions() or storage.objects(sid):
        raise StorageFault(
            _("The session {session} could not be removed completely; run retention again.").format(
                session=isolate(sid)
            )
        )
    records.end_deletion(sid, now.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    return Deleted(sid, counts.objects, counts.bytes)
