"""Heads as the endpoint makes them: when one is asked for, each session that has changed since gets an entry.

An entry is made of rows that are committed, and rows are committed after their objects are durable: so a head never
promises what is not stored. Entry and mark are one transaction. Nothing of this is done while objects come in.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from app.endpoint import tables
from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.endpoint.tables import DELETED, OPEN, SessionRow
from app.wire.heads import MOST_ENTRIES, Entry, Head, first_chain, next_chain, sign_head
from app.wire.objects import ObjectId

_ENTERED_DELETED = -1
_BATCH = 500


@dataclass(slots=True)
class HeadRecords:
    """The lists of entries, one for each institution.

    Attributes:
        now: wall clock, with time zone.
    """

    records: Records
    identity: EndpointIdentity
    now: Callable[[], datetime]
    _making: threading.Lock = field(default_factory=threading.Lock)

    def head(self, institution: str, after: int) -> tuple[bytes, Sequence[str]]:
        """Make a head of everything that is stored now; gives it with the entries from number `after` on.

        At most `MOST_ENTRIES` are given; who has fewer than the head says asks again.
        """
        with self._making:
            size, chain = self._end(institution)
            changed = self._changed(institution)
            for begin in range(0, len(changed), _BATCH):
                size, chain = self._enter(institution, size, chain, changed[begin : begin + _BATCH])
            at = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            signed = sign_head(Head(institution, size, chain, at, self.identity.endpoint_id), self.identity.receipts)
        entries = tables.head_entries
        query = sa.select(entries.c.entry).where(entries.c.institution == institution, entries.c.number >= after)
        rows = self.records.rows(query.order_by(entries.c.number).limit(MOST_ENTRIES))
        # Another request may have made more meanwhile; they belong to its head.
        return signed, [entry for (entry,) in rows][: max(0, size - after)]

    def _end(self, institution: str) -> tuple[int, str]:
        entries = tables.head_entries
        query = sa.select(entries.c.number, entries.c.chain).where(entries.c.institution == institution)
        rows = self.records.rows(query.order_by(entries.c.number.desc()).limit(1))
        return (rows[0][0] + 1, rows[0][1]) if rows else (0, first_chain(self.identity.endpoint_id, institution))

    def _changed(self, institution: str) -> list[tuple[Entry, int]]:
        """New entries, each with the mark that says how far its session is entered."""
        found = []
        for session in self.records.sessions(institution):
            if session.state == DELETED:
                # What was never promised needs no word that it is gone.
                if session.entered not in {None, _ENTERED_DELETED}:
                    found.append((Entry(session.sid, None, None), _ENTERED_DELETED))
            elif session.state == OPEN and session.pk0 is not None and (entry := self._entry(session)) is not None:
                found.append((entry, entry.records or 0))
        return found

    def _entry(self, session: SessionRow) -> Entry | None:
        # Data folders of before heads have no count with the session.
        count = self.records.log_records(session.sid) if session.log_records is None else session.log_records
        if session.entered == count:
            return None
        newest = ObjectId(session.sid, "log", count - 1) if count else ObjectId(session.sid, "header", 0)
        row = self.records.object(newest)
        return None if row is None else Entry(session.sid, count, row.sha256)

    def _enter(self, institution: str, size: int, chain: str, changed: Sequence[tuple[Entry, int]]) -> tuple[int, str]:
        changes: list[sa.Executable] = []
        for entry, entered in changed:
            text = entry.text()
            chain = next_chain(chain, text)
            row = sa.insert(tables.head_entries)
            changes.append(row.values(institution=institution, number=size, entry=text, chain=chain))
            mark = sa.update(tables.sessions).where(tables.sessions.c.sid == entry.sid)
            changes.append(mark.values(entered=entered))
            size += 1
        self.records.change(*changes)
        return size, chain
