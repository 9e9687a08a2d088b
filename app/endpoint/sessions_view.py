"""What an institution can list about its sessions, as JSON values."""

from collections.abc import Sequence
from typing import Any

from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.wire.objects import ObjectId


def listed_sessions(records: Records, institution: str) -> Sequence[dict[str, Any]]:
    """Every session of an institution, oldest first, deleted ones included."""
    listed = []
    for session in records.sessions(institution):
        counts = records.counts(session.sid)
        attempt = records.attempt(session.attempt)
        listed.append(
            {
                "sid": session.sid,
                "attempt": session.attempt,
                "exam": session.exam,
                "candidate": attempt.candidate if attempt else "",
                "settings_sha256": attempt.settings_sha256 if attempt else "",
                "nonce": attempt.nonce if attempt else "",
                "ticket": (attempt.ticket or "") if attempt else "",
                "admitted_at": attempt.admitted_at if attempt else None,
                "state": session.state,
                "pk0": session.pk0,
                "opened_at": session.opened_at,
                "finished_at": session.finished_at,
                "deleted_at": session.deleted_at,
                "last_stored_at": counts.last_stored_at,
                "objects": counts.objects,
                "bytes": counts.bytes,
                "log_records": counts.log_records,
                "alarms": [
                    {"name": object_id.name, "kind": kind, "at": at}
                    for object_id, kind, at in records.alarms(session.sid)
                ],
            }
        )
    return listed


def countersigned(records: Records, identity: EndpointIdentity, sid: str) -> Sequence[str]:
    """Give the receipts of a session's header and of its newest log record, those that are stored.

    They fix what the witness saw: the first key, and by the chain of the log every record up to the newest.
    """
    count = records.log_records(sid)
    wanted = [ObjectId(sid, "header", 0), *([ObjectId(sid, "log", count - 1)] if count else [])]
    rows = [row for each in wanted if (row := records.object(each)) is not None]
    return [identity.receipt(row).decode("ascii") for row in rows]


def listed_objects(records: Records, sid: str) -> Sequence[dict[str, Any]]:
    """Every object of a session, by track and number."""
    return [
        {
            "name": row.object_id.name,
            "track": row.object_id.track,
            "seq": row.object_id.seq,
            "size": row.size,
            "sha256": row.sha256,
            "stored_at": row.stored_at,
        }
        for row in records.objects(sid)
    ]
