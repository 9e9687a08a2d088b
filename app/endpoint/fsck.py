"""fsck: compares rows, files, digests, logs and the entries of heads; a healthy data folder has no differences."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.endpoint import tables
from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.endpoint.tables import DELETED, OPEN, ObjectRow, SessionRow
from app.wire.errors import HeadRefused
from app.wire.heads import Entry, first_chain, next_chain, read_entry
from app.wire.objects import ObjectId
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import FinalEntry, LogVerifier, SegmentEntry
from resources.language import _, isolate, ngettext


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the receipts say.

    Attributes:
        code: for programs, never changes.
        where: `<sid>/<name>`, or the institution whose head it is about.
        sentence: for people; `where` is its subject.
    """

    code: str
    where: str
    sentence: str


def differences(storage: Storage, records: Records, endpoint_id: str | None) -> Iterator[Difference]:
    """Compare everything; yields nothing if all is well. `endpoint_id` is None where the endpoint's key is gone."""
    recorded = {session.sid: session for session in records.sessions()}
    for sid in storage.sessions():
        if sid not in recorded:
            yield Difference("unknown-session", sid, _("is stored, but no record knows it"))
    for session in recorded.values():
        yield from _of_session(storage, records, session)
    for (institution,) in records.rows(sa.select(tables.head_entries.c.institution).distinct()):
        yield from _of_heads(records, institution, recorded, endpoint_id)


def _of_heads(
    records: Records, institution: str, recorded: dict[str, SessionRow], endpoint_id: str | None
) -> Iterator[Difference]:
    """What was signed of an institution's sessions, and what is recorded of them now."""
    rows = tables.head_entries
    query = sa.select(rows.c.number, rows.c.entry, rows.c.chain).where(rows.c.institution == institution)
    chain = None if endpoint_id is None else first_chain(endpoint_id, institution)
    if chain is None:
        yield Difference("head", institution, _("has published heads, but the key that signed them is not here"))
    newest: dict[str, Entry] = {}
    for expected, (number, text, chained) in enumerate(records.rows(query.order_by(rows.c.number))):
        try:
            entry = read_entry(text)
        except HeadRefused:
            entry = None
        before = newest.get("" if entry is None else entry.sid)
        held = entry is not None and number == expected and (before is None or _goes_on(before, entry))
        if entry is None or not held or (chain is not None and (chain := next_chain(chain, text)) != chained):
            said = _("has an entry {number} in its heads that does not go on from those before it")
            yield Difference("head", institution, said.format(number=isolate(expected)))
            return
        newest[entry.sid] = entry
    for entry in newest.values():
        yield from _of_entry(records, institution, recorded.get(entry.sid), entry)


def _goes_on(before: Entry, entry: Entry) -> bool:
    return before.records is not None and (entry.records is None or entry.records > before.records)


def _of_entry(records: Records, institution: str, session: SessionRow | None, entry: Entry) -> Iterator[Difference]:
    if session is None or session.institution != institution:
        yield Difference("head", entry.sid, _("is named by a head, but no record knows it"))
    elif entry.records is None:
        if session.state != DELETED:
            yield Difference("head", entry.sid, _("is said to be deleted by a head, but it is not"))
    elif session.state == OPEN:
        newest = ObjectId(entry.sid, "log", entry.records - 1) if entry.records else ObjectId(entry.sid, "header", 0)
        row = records.object(newest)
        if row is None or row.sha256 != entry.sha256:
            said = _("is not what a head says of it: {name} has another digest there, or is not recorded")
            yield Difference("head", entry.sid, said.format(name=isolate(newest.name)))


def _of_session(storage: Storage, records: Records, session: SessionRow) -> Iterator[Difference]:
    sid = session.sid
    stored = set(storage.objects(sid))
    for name in storage.orphans(sid):
        yield Difference("stray", f"{sid}/{name}", _("is no object of a session"))
    if session.state != OPEN:
        if stored:
            left = (
                ngettext(
                    "was deleted, but {count} object is still stored",
                    "was deleted, but {count} objects are still stored",
                    len(stored),
                )
                if session.state == DELETED
                else ngettext(
                    "is being deleted: run retention again, but {count} object is still stored",
                    "is being deleted: run retention again, but {count} objects are still stored",
                    len(stored),
                )
            )
            yield Difference("not-deleted", sid, left.format(count=isolate(len(stored))))
        return
    rows = {row.object_id: row for row in records.objects(sid)}
    for object_id in sorted(stored - rows.keys()):
        yield Difference("no-row", f"{sid}/{object_id.name}", _("is stored, but no record knows it"))
    for row in rows.values():
        yield from _of_row(storage, row)
    yield from _of_log(storage, session, rows)


def _of_row(storage: Storage, row: ObjectRow) -> Iterator[Difference]:
    where = f"{row.object_id.sid}/{row.object_id.name}"
    stored = storage.head(row.object_id)
    if stored is None:
        yield Difference("no-file", where, _("has a receipt, but is not stored"))
    elif (stored.size, stored.sha256) != (row.size, row.sha256):
        yield Difference("altered", where, _("is not what its receipt says"))


def _of_log(storage: Storage, session: SessionRow, rows: dict[ObjectId, ObjectRow]) -> Iterator[Difference]:
    records = sorted(each for each in rows if each.track == "log")
    if not records:
        return
    try:
        header = Header.parse(storage.get(ObjectId(session.sid, "header", 0)) or b"")
    except SealingError:
        yield Difference("log", session.sid, _("has a log, but no header that can be read"))
        return
    if header.pk0.hex() != session.pk0:
        yield Difference("log", session.sid, _("has another first key than the one that was enrolled"))
    verifier = LogVerifier(header)
    finished = False
    for expected, object_id in enumerate(records):
        where = f"{session.sid}/{object_id.name}"
        try:
            if object_id.seq != expected:
                yield Difference("log", where, _("follows a gap: {number} is missing").format(number=isolate(expected)))
                return
            entry = verifier.accept(storage.get(object_id) or b"")
        except SealingError as error:
            yield Difference("log", where, _("does not continue the log ({reason})").format(reason=isolate(error)))
            return
        finished = finished or isinstance(entry, FinalEntry)
        if isinstance(entry, SegmentEntry):
            segment = rows.get(ObjectId.from_name(session.sid, entry.name))
            if segment is None:
                yield Difference("log", where, _("names {name}, which never arrived").format(name=isolate(entry.name)))
            elif segment.sha256 != entry.sha256.hex():
                said = _("names another content of {name} than the one stored").format(name=isolate(entry.name))
                yield Difference("log", where, said)
    if finished != (session.finished_at is not None):
        yield Difference("log", session.sid, _("is recorded as finished, or not, against what its log says"))
