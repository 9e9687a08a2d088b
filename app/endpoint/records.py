"""The endpoint's records: what was admitted, what is stored, what was alarming. SQLAlchemy Core.

Written for SQLite (WAL, `synchronous=FULL`) and, unchanged, PostgreSQL. Nothing here names a person:
attempts carry the institution's pseudonym, and no network address is ever kept.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.endpoint import tables
from app.endpoint.errors import DataFolderUnusable, StorageFault, StorageFull
from app.endpoint.tables import DELETED, DELETING, OPEN, AttemptRow, ObjectRow, SessionCounts, SessionRow
from app.wire.objects import ObjectId
from resources.language import _, isolate


class Records:
    """The tables. Safe for several threads; changes are made one at a time.

    Raises:
        StorageFull: from any change.
        StorageFault: from any method.
        DataFolderUnusable: on construction.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._insert: Any = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        self._writing = threading.Lock()
        try:
            tables.metadata.create_all(self._engine)
            self._add_columns()
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise DataFolderUnusable(
                _("The endpoint's records cannot be opened: {reason}.").format(reason=isolate(_cause(error)))
            ) from error

    def _add_columns(self) -> None:
        """Add to tables of an earlier version the columns that came later; those may be empty."""
        with self._engine.begin() as connection:
            present = sa.inspect(connection)
            for table in tables.metadata.sorted_tables:
                known = {each["name"] for each in present.get_columns(table.name)}
                for column in (each for each in table.columns if each.name not in known):
                    connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.type}"))

    @classmethod
    def in_folder(cls, data: Path) -> "Records":
        """The records of a local data folder."""
        return cls(f"sqlite:///{data / 'endpoint.sqlite'}")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def bind_institution(self, institution: str, root_fingerprint: str) -> bool:
        """Tie an institution's id to the root key that used it first; whether it is this key's."""
        self.change(self._absent(tables.institutions, institution=institution, root_fingerprint=root_fingerprint))
        found = self._row(
            sa.select(tables.institutions.c.root_fingerprint).where(tables.institutions.c.institution == institution)
        )
        return found is not None and bool(found[0] == root_fingerprint)

    def admit(self, row: AttemptRow) -> AttemptRow:
        """Add an attempt unless it is there; gives the one that is there, with the first ticket that was shown."""
        own = tables.attempts.c
        first = sa.update(tables.attempts).where(own.attempt == row.attempt, own.ticket.is_(None))
        self.change(
            self._absent(tables.attempts, **{name: getattr(row, name) for name in AttemptRow.__slots__}),
            *([] if row.ticket is None else [first.where(own.candidate == row.candidate).values(ticket=row.ticket)]),
        )
        return self.attempt(row.attempt) or row

    def attempt(self, attempt: str) -> AttemptRow | None:
        """An admitted attempt."""
        found = self._row(sa.select(tables.attempts).where(tables.attempts.c.attempt == attempt))
        return AttemptRow(*found) if found else None

    def open_session(self, sid: str, attempt: str, institution: str, exam: str, opened_at: str) -> None:
        """Add a session unless it is there."""
        self.change(
            self._absent(
                tables.sessions,
                sid=sid,
                attempt=attempt,
                institution=institution,
                exam=exam,
                opened_at=opened_at,
                state=OPEN,
            )
        )

    def session(self, sid: str) -> SessionRow | None:
        """A session, also one that has been deleted."""
        found = self._row(sa.select(tables.sessions).where(tables.sessions.c.sid == sid))
        return SessionRow(*found) if found else None

    def sessions(self, institution: str | None = None) -> Sequence[SessionRow]:
        """Sessions of one institution, or all, oldest first."""
        query = sa.select(tables.sessions).order_by(tables.sessions.c.opened_at, tables.sessions.c.sid)
        if institution is not None:
            query = query.where(tables.sessions.c.institution == institution)
        return [SessionRow(*row) for row in self.rows(query)]

    def add_object(
        self, row: ObjectRow, *, pk0: str | None = None, finished: bool = False, log_state: bytes | None = None
    ) -> None:
        """Record a stored object; with a header also its enrolled key, with a final log record the end.

        With any log record also `log_state`, from which the next one is checked: both or neither.
        """
        address = row.object_id
        changes = [
            self._absent(
                tables.objects,
                sid=address.sid,
                track=address.track,
                seq=address.seq,
                sha256=row.sha256,
                size=row.size,
                stored_at=row.stored_at,
            )
        ]
        session = sa.update(tables.sessions).where(tables.sessions.c.sid == address.sid)
        if pk0 is not None:
            changes.append(session.values(pk0=pk0))
        if finished:
            changes.append(session.values(finished_at=row.stored_at))
        if log_state is not None:
            state_row = self._insert(tables.log_states).values(sid=address.sid, state=log_state)
            changes.append(state_row.on_conflict_do_update(index_elements=["sid"], set_={"state": log_state}))
            changes.append(session.values(log_records=address.seq + 1))
        self.change(*changes)

    def object(self, object_id: ObjectId) -> ObjectRow | None:
        """A stored object."""
        found = self._row(
            sa.select(tables.objects).where(
                tables.objects.c.sid == object_id.sid,
                tables.objects.c.track == object_id.track,
                tables.objects.c.seq == object_id.seq,
            )
        )
        return _object_row(found) if found else None

    def objects(self, sid: str) -> Sequence[ObjectRow]:
        """Stored objects of a session, by track and number."""
        query = (
            sa.select(tables.objects)
            .where(tables.objects.c.sid == sid)
            .order_by(tables.objects.c.track, tables.objects.c.seq)
        )
        return [_object_row(row) for row in self.rows(query)]

    def log_records(self, sid: str) -> int:
        """How many log records of a session are stored: the number of the next one."""
        found = self._row(
            sa.select(sa.func.count())
            .select_from(tables.objects)
            .where(tables.objects.c.sid == sid, tables.objects.c.track == "log")
        )
        return int(found[0]) if found else 0

    def log_state(self, sid: str) -> bytes | None:
        """Where the check of a session's log goes on, as `crypto.log.LogVerifier.state` gave it."""
        found = self._row(sa.select(tables.log_states.c.state).where(tables.log_states.c.sid == sid))
        return bytes(found[0]) if found else None

    def counts(self, sid: str) -> SessionCounts:
        """Counts of one session."""
        found = self._row(
            sa.select(
                sa.func.count(),
                sa.func.coalesce(sa.func.sum(tables.objects.c.size), 0),
                sa.func.max(tables.objects.c.stored_at),
            ).where(tables.objects.c.sid == sid)
        )
        alarms = self._row(sa.select(sa.func.count()).select_from(tables.alarms).where(tables.alarms.c.sid == sid))
        objects, size, last = found if found else (0, 0, None)
        return SessionCounts(int(objects), int(size), self.log_records(sid), last, int(alarms[0]) if alarms else 0)

    def alarm(self, object_id: ObjectId, kind: str, sha256: str, at: str) -> None:
        """Record that something other than a truthful client would do was asked for; once for each content."""
        self.change(
            self._absent(
                tables.alarms,
                sid=object_id.sid,
                track=object_id.track,
                seq=object_id.seq,
                kind=kind,
                sha256=sha256,
                at=at,
            )
        )

    def alarms(self, sid: str | None = None) -> Sequence[tuple[ObjectId, str, str]]:
        """Alarms as address, kind and time; of one session or all."""
        query = sa.select(
            tables.alarms.c.sid, tables.alarms.c.track, tables.alarms.c.seq, tables.alarms.c.kind, tables.alarms.c.at
        )
        if sid is not None:
            query = query.where(tables.alarms.c.sid == sid)
        return [
            (ObjectId(row[0], row[1], row[2]), row[3], row[4]) for row in self.rows(query.order_by(tables.alarms.c.id))
        ]

    def begin_deletion(self, sid: str) -> None:
        """Close a session for good: from now on nothing is stored in it."""
        self.change(sa.update(tables.sessions).where(tables.sessions.c.sid == sid).values(state=DELETING))

    def end_deletion(self, sid: str, deleted_at: str) -> None:
        """Forget a session's objects and keep only that it was deleted, and when."""
        self.change(
            sa.delete(tables.objects).where(tables.objects.c.sid == sid),
            sa.delete(tables.alarms).where(tables.alarms.c.sid == sid),
            sa.delete(tables.log_states).where(tables.log_states.c.sid == sid),
            sa.update(tables.sessions)
            .where(tables.sessions.c.sid == sid)
            .values(state=DELETED, deleted_at=deleted_at, pk0=None),
            sa.update(tables.attempts)
            .where(
                tables.attempts.c.attempt.in_(sa.select(tables.sessions.c.attempt).where(tables.sessions.c.sid == sid)),
                ~sa.exists().where(
                    tables.sessions.c.attempt == tables.attempts.c.attempt, tables.sessions.c.state != DELETED
                ),
            )
            .values(candidate="", ticket=None),
        )

    def _absent(self, table: sa.Table, **values: Any) -> sa.Executable:
        statement: sa.Executable = self._insert(table).values(**values).on_conflict_do_nothing()
        return statement

    def change(self, *statements: sa.Executable) -> None:
        """Execute all of the statements or none."""
        try:
            with self._writing, self._engine.begin() as connection:
                for statement in statements:
                    connection.execute(statement)
        except SQLAlchemyError as error:
            if isinstance(error, OperationalError) and "full" in str(error.orig):
                raise StorageFull(_("The disk of the endpoint's records is full.")) from error
            raise StorageFault(
                _("The endpoint's records cannot be written: {reason}.").format(reason=isolate(_cause(error)))
            ) from error

    def _row(self, query: sa.Select[Any]) -> tuple[Any, ...] | None:
        rows = self.rows(query)
        return rows[0] if rows else None

    def rows(self, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
        """Every row that a query finds."""
        try:
            with self._engine.connect() as connection:
                return [tuple(row) for row in connection.execute(query)]
        except SQLAlchemyError as error:
            raise StorageFault(
                _("The endpoint's records cannot be read: {reason}.").format(reason=isolate(_cause(error)))
            ) from error


def _object_row(row: tuple[Any, ...]) -> ObjectRow:
    return ObjectRow(ObjectId(row[0], row[1], row[2]), row[3], row[4], row[5])


def _cause(error: SQLAlchemyError) -> str:
    # Only the driver's words: SQLAlchemy's own message repeats the values of the statement.
    return str(getattr(error, "orig", None) or type(error).__name__)


def _engine(url: str) -> Engine:
    engine = sa.create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA busy_timeout = 30000")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # macOS: as `app.durable_files` flushes there; nothing elsewhere.
            connection.execute("PRAGMA fullfsync = ON")

    return engine
