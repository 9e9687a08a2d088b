"""The tables of an endpoint's records, and their rows as values."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.wire.objects import ObjectId

metadata = sa.MetaData()
institutions = sa.Table(
    "institutions",
    metadata,
    sa.Column("institution", sa.Text, primary_key=True),
    sa.Column("root_fingerprint", sa.Text, nullable=False),
)
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt", sa.Text, primary_key=True),
    sa.Column("institution", sa.Text, nullable=False),
    sa.Column("exam", sa.Text, nullable=False),
    sa.Column("settings_sha256", sa.Text, nullable=False),
    sa.Column("candidate", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("admitted_at", sa.Text, nullable=False),
    sa.Column("deliver_until", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Text),
    sa.Column("ticket", sa.Text),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Text, nullable=False),
    sa.Column("institution", sa.Text, nullable=False, index=True),
    sa.Column("exam", sa.Text, nullable=False),
    sa.Column("opened_at", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("pk0", sa.Text),
    sa.Column("finished_at", sa.Text),
    sa.Column("deleted_at", sa.Text),
    sa.Column("log_records", sa.Integer),
    sa.Column("entered", sa.Integer),
)
head_entries = sa.Table(
    "head_entries",
    metadata,
    sa.Column("institution", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("chain", sa.Text, nullable=False),
)
objects = sa.Table(
    "objects",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("track", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("stored_at", sa.Text, nullable=False),
)
log_states = sa.Table(
    "log_states",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sid", sa.Text, nullable=False, index=True),
    sa.Column("track", sa.Text, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.UniqueConstraint("sid", "track", "seq", "kind", "sha256"),
)

OPEN, DELETING, DELETED = "open", "deleting", "deleted"


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One admitted attempt; `valid_from` is not known of those that were admitted before it was kept.

    `ticket` is the text of the candidate's ticket, as it was shown, `None` where none was.
    """

    attempt: str
    institution: str
    exam: str
    settings_sha256: str
    candidate: str
    nonce: str
    admitted_at: str
    deliver_until: str
    valid_from: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. `pk0` is the enrolled first log key in hexadecimal, once its header has come.

    `log_records` are stored, `entered` of them named by a head; `None` where there were none or before they were
    counted.
    """

    sid: str
    attempt: str
    institution: str
    exam: str
    opened_at: str
    state: str
    pk0: str | None
    finished_at: str | None
    deleted_at: str | None
    log_records: int | None = None
    entered: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One stored object, as receipted."""

    object_id: ObjectId
    sha256: str
    size: int
    stored_at: str


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """Counts of one session's rows."""

    objects: int
    bytes: int
    log_records: int
    last_stored_at: str | None
    alarms: int
