"""Finding what SESSION means: folders, or an id at the endpoint, fetched into a sealed local copy first.

Only sealed objects are written here. The layout of a copy is the canonical one (header.isf, keys.isf, log.isf, seg/),
with nothing beside it, so that any program that reads the format can verify it. What the endpoint witnessed stands in
a file next to the copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.durable_files.writing import write_file
from app.institution.errors import EndpointFailure, UnknownName, UsageError
from app.institution.recordings import countersignature
from app.institution.recordings.attempt import SealedTake
from app.institution.recordings.endpoint_client import EndpointClient
from app.institution.recordings.endpoint_listing import ListedObject, ListedSession
from app.policy.delivery import Endpoint
from app.wire.errors import WireError
from app.wire.objects import ObjectId, is_attempt, is_sid
from crypto.folder import SealedFolder
from crypto.names import HEADER_NAME, KEYS_NAME, LOG_NAME
from resources.moments import day_and_time

_TAKE_FOLDER = re.compile(r"(?P<attempt>.+)\.(?P<take>0|[1-9][0-9]{0,3})")


class _Witness(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    pk0: str | None = None
    log_records: int | None = None
    receipts: tuple[str, ...] = ()
    session: ListedSession | None = None


def in_folder(path: Path, endpoints: Sequence[Endpoint] = ()) -> tuple[SealedTake, ...]:
    """The takes in `path`: the folder of one sealed session, or a folder of several takes of one attempt.

    For one take named ``ATTEMPT.N`` only that take is meant. What an endpoint countersigned is checked by the keys of
    `endpoints`, and with none given is not. Raises `UnknownName` when there is no take, or when the folder holds takes
    of several attempts, and `WitnessRefused` for a countersignature that does not hold.
    """
    if _is_take(path):
        return (_take(path, endpoints),)
    found = [each for each in sorted(path.iterdir()) if each.is_dir() and _is_take(each)]
    if not found:
        raise UnknownName(f"“{path}” holds no sealed session (header.isf, keys.isf, log.isf, seg/)")
    attempts = {match["attempt"] for each in found if (match := _TAKE_FOLDER.fullmatch(each.name))}
    if len(attempts) > 1:
        raise UnknownName(
            f"“{path}” holds sessions of several attempts; name one of them: {', '.join(sorted(attempts))}"
        )
    return tuple(_take(each, endpoints) for each in found)


def takes_of(folder: Path, wanted: str, endpoints: Sequence[Endpoint] = ()) -> tuple[SealedTake, ...]:
    """The takes of `wanted`, an attempt or one session of it, among the folders in `folder`; as `in_folder` does."""
    if not folder.is_dir():
        return ()
    return tuple(
        _take(each, endpoints)
        for each in sorted(folder.iterdir())
        if each.is_dir() and (each.name == wanted or each.name.rpartition(".")[0] == wanted)
    )


def is_id(text: str) -> bool:
    """Whether `text` is an attempt's or a session's id."""
    return is_attempt(text) or is_sid(text)


def fetch(
    client: EndpointClient,
    institution: str,
    wanted: str,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
    endpoints: Sequence[Endpoint] = (),
) -> tuple[SealedTake, ...]:
    """Copy the sessions of `wanted` from the endpoint into `folder`/SID, sealed as they are.

    Objects that are here already and have the right size are not fetched again. `progress` hears the number of
    objects done and the number of all.
    """
    if not is_id(wanted):
        raise UsageError(f"“{wanted}” is neither a folder nor the id of an attempt or session")
    listed = [each for each in client.sessions(institution) if wanted in {each.sid, each.attempt}]
    if not listed:
        raise UnknownName(f"the endpoint has no session “{wanted}” of “{institution}”; “sessions” lists what it has")
    for session in listed:
        if session.deleted_at is not None:
            raise UnknownName(
                f"the session {session.sid} was deleted on {day_and_time(session.deleted_at)}, as its retention says"
            )
        _copy(client, session, folder, progress)
    return tuple(_take(folder / session.sid, endpoints) for session in listed)


def _copy(
    client: EndpointClient, session: ListedSession, folder: Path, progress: Callable[[int, int], None] | None
) -> None:
    if not is_sid(session.sid):
        raise EndpointFailure("the endpoint lists a session whose name is none")
    target = folder / session.sid
    content = client.content(session.sid)
    objects = content.objects
    records: list[tuple[int, bytes]] = []
    for done, each in enumerate(objects):
        name = _checked_name(session.sid, each)
        if name.startswith("log/"):
            records.append((each.seq, client.fetch(session.sid, each)))
        elif not _is_here(target / name, each.size):
            write_file(target / name, client.fetch(session.sid, each), private=False)
        if progress is not None:
            progress(done + 1, len(objects))
    log = b"".join(data for _, data in sorted(records))
    write_file(target / LOG_NAME, log, private=False)
    witness = _Witness(pk0=session.pk0, log_records=session.log_records, receipts=content.receipts, session=session)
    write_file(_witness_file(target), witness.model_dump_json().encode(), private=False)


def _checked_name(sid: str, listed: ListedObject) -> str:
    try:
        name = ObjectId.from_name(sid, listed.name).name
        if ObjectId(sid, listed.track, listed.seq).name == name:
            return name
    except WireError as error:
        raise EndpointFailure(f"the endpoint lists an object of {sid} whose name is none") from error
    raise EndpointFailure(f"the endpoint lists an object of {sid} under two names")


def _is_here(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _is_take(path: Path) -> bool:
    # Whatever is left of it: a take that has lost its header must not pass unnoticed beside the others.
    return any((path / name).exists() for name in (HEADER_NAME, KEYS_NAME, LOG_NAME, "seg", "log"))


def _take(path: Path, endpoints: Sequence[Endpoint]) -> SealedTake:
    label, file = path.resolve().name, _witness_file(path)
    try:
        witness = _Witness.model_validate_json(file.read_bytes())
        pk0 = None if witness.pk0 is None else bytes.fromhex(witness.pk0)
    except (OSError, ValidationError, ValueError):
        # Without what the endpoint witnessed, the session's agreement with itself is checked.
        return SealedTake(label, SealedFolder(path))
    signed = countersignature.check(witness.receipts, endpoints, label, file.name)
    records = witness.log_records if signed is None else signed.log_records
    return SealedTake(label, SealedFolder(path), pk0, records, signed, witness.session)


def _witness_file(path: Path) -> Path:
    return path.resolve().parent / f"{path.resolve().name}.witness.json"
