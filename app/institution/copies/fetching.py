"""Fetching an attempt from the endpoint into sealed local copies, in which nothing better is replaced by worse.

Only sealed objects are written here, never one in place of another that is as the log vouches for it. Where the
endpoint gives something that contradicts what it gave before, both are kept, and that is recorded beside the copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.durable_files.writing import write_file
from app.institution.copies.contradiction_record import record_contradictions
from app.institution.copies.earlier_copy import Version, contradiction
from app.institution.copies.endpoint_client import EndpointClient
from app.institution.copies.endpoint_listing import ListedContent, ListedObject, ListedSession
from app.institution.copies.local_copies import take_in, takes_of
from app.institution.copies.sealed_take import SealedTake
from app.institution.copies.witness_record import WitnessRecord
from app.institution.errors import EndpointFailure, UnknownName, UsageError
from app.institution.finding_codes import AttemptFinding
from app.policy.delivery import Endpoint
from app.wire.errors import WireError
from app.wire.objects import ObjectId, is_attempt, is_sid
from crypto.log import split_log
from crypto.names import HEADER_NAME, KEYS_NAME, LOG_NAME
from crypto.verdict import VerificationFinding
from resources.language import _, isolate
from resources.moments import day_and_time

KEPT = "contradictions"
"""Folder of what the endpoint gave in contradiction to earlier, below the copies."""

Progress = Callable[[int, int], None]


def is_id(text: str) -> bool:
    """Whether `text` is an attempt's or a session's id."""
    return is_attempt(text) or is_sid(text)


def fetch(
    client: EndpointClient,
    institution: str,
    wanted: str,
    folder: Path,
    progress: Progress | None = None,
    endpoints: Sequence[Endpoint] = (),
) -> tuple[SealedTake, ...]:
    """Copy the sessions of the attempt `wanted`, or that the session `wanted` is of, from the endpoint to `folder`/SID.

    Objects that are here already with the digest that is listed are not fetched again. Copies of sessions that the
    endpoint does not list any more are given too. `progress` hears the number of objects done and the number of all.
    """
    if not is_id(wanted):
        raise UsageError(
            _("“{name}” is neither a folder nor the id of an attempt or session").format(name=isolate(wanted))
        )
    attempt = wanted.partition(".")[0]
    every = client.sessions(institution)
    listed = [each for each in every if attempt in {each.attempt, each.sid.partition(".")[0]}]
    here = {take.label: take for take in takes_of(folder, attempt, endpoints)}
    if wanted not in {attempt, *here, *(each.sid for each in listed)} or not (listed or here):
        raise UnknownName(
            _("the endpoint has no session “{session}” of “{institution}”; “sessions” lists what it has").format(
                session=isolate(wanted), institution=isolate(institution)
            )
        )
    for session in listed:
        if not is_sid(session.sid):
            raise EndpointFailure(_("the endpoint lists a session whose name is not valid"))
        if session.deleted_at is None:
            _Fetching(client, session, folder, _others(session, every), progress).run()
        elif session.sid not in here:
            raise UnknownName(
                _("the session {session} was deleted on {time}, as its retention says").format(
                    session=isolate(session.sid), time=day_and_time(session.deleted_at)
                )
            )
    given = {each.sid: each.deleted_at is None for each in listed}
    labels = sorted({*given, *here}, key=lambda sid: int(sid.rpartition(".")[2]))
    takes = [take_in(folder / label, endpoints, fetched=given.get(label, False)) for label in labels]
    return tuple(take if take.label in given else _lacking(take, client.url) for take in takes)


def _others(session: ListedSession, every: Sequence[ListedSession]) -> tuple[str, ...]:
    """Other attempts of the candidate of `session` in its exam."""
    if not (session.exam and session.candidate):
        return ()
    same = [each for each in every if (each.exam, each.candidate) == (session.exam, session.candidate)]
    return tuple(dict.fromkeys(each.attempt for each in same if each.attempt != session.attempt))


def _lacking(take: SealedTake, url: str) -> SealedTake:
    """A take that the endpoint does not list, where it was fetched from that same endpoint."""
    if take.fetched_from != url:
        return take
    return replace(take, operators=(*take.operators, VerificationFinding(AttemptFinding.ENDPOINT_LACKS, take.label)))


@dataclass
class _Fetching:
    """One session on its way from the endpoint into its copy."""

    client: EndpointClient
    session: ListedSession
    folder: Path
    others: tuple[str, ...]
    progress: Progress | None
    _done: int = 0
    _count: int = 0

    def run(self) -> None:
        sid = self.session.sid
        copy = self.folder / sid
        content = self.client.content(sid)
        self._count = len(content.objects)
        listed = {_checked_name(sid, each): each for each in content.objects}
        record, here = WitnessRecord.beside(copy), Version.here(copy)
        offered = Version(self._header(copy, listed), self._log(here, listed))
        code, facts = contradiction(here, offered, record)
        kept = self.folder / KEPT / offered.digest / sid
        found = [] if code is None else [VerificationFinding(code, sid, None, facts)]
        if code is None:
            found += self._complete(copy, kept, offered, listed, record)
        else:
            self._mend(copy, kept, here, listed)
        target = copy if code is None else kept
        write_file(target / HEADER_NAME, offered.header, private=False)
        write_file(target / LOG_NAME, offered.log, private=False)
        if found:
            where = f"{KEPT}/{offered.digest}/{sid}"
            record_contradictions(copy, [replace(each, facts={**each.facts, "kept": where}) for each in found])
            self._witness(content, kept).write_beside(kept)
        if code is None:
            self._witness(content, copy, record).write_beside(copy)

    def _header(self, copy: Path, listed: dict[str, ListedObject]) -> bytes:
        wanted = listed.pop(HEADER_NAME, None)
        if wanted is None:
            return b""
        path = copy / HEADER_NAME
        self._step()
        return path.read_bytes() if _digest(path) == wanted.sha256 else self._fetched(wanted)

    def _log(self, here: Version, listed: dict[str, ListedObject]) -> bytes:
        """The log as the endpoint has it; records that are here already are not fetched again."""
        known = split_log(here.log)[0]
        records = []
        for place, name in enumerate(sorted(name for name in listed if name.startswith("log/"))):
            each = listed.pop(name)
            same = place < len(known) and hashlib.sha256(known[place]).hexdigest() == each.sha256
            records.append(known[place] if same else self._fetched(each))
            self._step()
        return b"".join(records)

    def _complete(
        self, copy: Path, kept: Path, offered: Version, listed: dict[str, ListedObject], record: WitnessRecord | None
    ) -> list[VerificationFinding]:
        """Fetch what is not here as it is listed; of what is here as it was sealed, another content is a finding."""
        found: list[VerificationFinding] = []
        first_keys = None if record is None else record.keys_sha256
        for name, each in listed.items():
            has = _digest(copy / name)
            if has is not None and has != each.sha256:
                vouched = first_keys if name == KEYS_NAME else offered.vouched.get(name)
                if has == vouched:
                    self._keep(kept, name, each)
                    facts = {"object": name}
                    found.append(VerificationFinding(AttemptFinding.ENDPOINT_OBJECT, self.session.sid, None, facts))
                    has = each.sha256
            if has != each.sha256:
                write_file(copy / name, self._fetched(each), private=False)
            self._step()
        return found

    def _mend(self, copy: Path, kept: Path, here: Version, listed: dict[str, ListedObject]) -> None:
        """Of a version that contradicts the one here, take what that one lacks, and keep the rest apart."""
        for name, each in listed.items():
            has = _digest(copy / name)
            if has != each.sha256:
                if here.vouched.get(name) == each.sha256:
                    write_file(copy / name, self._fetched(each), private=False)
                else:
                    self._keep(kept, name, each)
            self._step()

    def _keep(self, kept: Path, name: str, listed: ListedObject) -> None:
        if _digest(kept / name) != listed.sha256:
            write_file(kept / name, self._fetched(listed), private=False)

    def _witness(self, content: ListedContent, copy: Path, before: WitnessRecord | None = None) -> WitnessRecord:
        keys = None if before is None else before.keys_sha256
        return WitnessRecord(
            pk0=self.session.pk0,
            log_records=self.session.log_records,
            receipts=content.receipts,
            session=self.session,
            other_attempts=self.others,
            keys_sha256=keys or _digest(copy / KEYS_NAME),
            header_sha256=_digest(copy / HEADER_NAME),
            fetched_from=self.client.url,
        )

    def _fetched(self, wanted: ListedObject) -> bytes:
        return self.client.fetch(self.session.sid, wanted)

    def _step(self) -> None:
        self._done += 1
        if self.progress is not None:
            self.progress(self._done, self._count)


def _checked_name(sid: str, listed: ListedObject) -> str:
    try:
        name = ObjectId.from_name(sid, listed.name).name
        if ObjectId(sid, listed.track, listed.seq).name == name:
            return name
    except WireError as error:
        raise EndpointFailure(
            _("the endpoint lists an object of {session} whose name is not valid").format(session=isolate(sid))
        ) from error
    raise EndpointFailure(_("the endpoint lists an object of {session} under two names").format(session=isolate(sid)))


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
