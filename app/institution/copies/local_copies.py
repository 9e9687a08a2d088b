"""Sealed sessions that lie in folders here: which takes a folder means, and what is kept beside them.

The layout of a copy is the canonical one (header.isf, keys.isf, log.isf, seg/), with nothing beside it, so that any
program that reads the format can verify it. What the endpoint said of it stands in files next to the copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from app.institution.copies import countersignature
from app.institution.copies.contradiction_record import recorded_contradictions
from app.institution.copies.sealed_take import SealedTake
from app.institution.copies.witness_record import WitnessRecord, file_beside
from app.institution.errors import UnknownName
from app.policy.delivery import Endpoint
from crypto.folder import SealedFolder
from crypto.names import HEADER_NAME, KEYS_NAME, LOG_NAME
from resources.language import _, isolate

_TAKE_FOLDER = re.compile(r"(?P<attempt>.+)\.(?P<take>0|[1-9][0-9]{0,3})")


def in_folder(path: Path, endpoints: Sequence[Endpoint] = ()) -> tuple[SealedTake, ...]:
    """The takes in `path`: the folder of one sealed session, or a folder of several takes of one attempt.

    For one take named ``ATTEMPT.N`` the takes of the same attempt beside it are meant too: what is said is said of an
    attempt. What an endpoint countersigned is checked by the keys of `endpoints`, and with none given is not. Raises
    `UnknownName` when there is no take, or when the folder holds takes of several attempts, and `WitnessRefused` for a
    countersignature that does not hold.
    """
    if _is_take(path):
        beside = path.resolve()
        named = _TAKE_FOLDER.fullmatch(beside.name)
        others = () if named is None else takes_of(beside.parent, named["attempt"], endpoints)
        return others or (take_in(path, endpoints),)
    found = [each for each in sorted(path.iterdir()) if each.is_dir() and _is_take(each)]
    if not found:
        raise UnknownName(
            _("“{folder}” holds no sealed session (header.isf, keys.isf, log.isf, seg/)").format(folder=isolate(path))
        )
    attempts = {match["attempt"] for each in found if (match := _TAKE_FOLDER.fullmatch(each.name))}
    if len(attempts) > 1:
        raise UnknownName(
            _("“{folder}” holds sessions of several attempts; name one of them: {attempts}").format(
                folder=isolate(path), attempts=isolate(", ".join(sorted(attempts)))
            )
        )
    return tuple(take_in(each, endpoints) for each in found)


def takes_of(folder: Path, wanted: str, endpoints: Sequence[Endpoint] = ()) -> tuple[SealedTake, ...]:
    """The takes of the attempt `wanted`, or of the one that the session `wanted` is of, among the folders in `folder`.

    Raises as `in_folder` does.
    """
    if not folder.is_dir():
        return ()
    named = _TAKE_FOLDER.fullmatch(wanted)
    attempt = wanted if named is None else named["attempt"]
    return tuple(
        take_in(each, endpoints)
        for each in sorted(folder.iterdir())
        if (match := _TAKE_FOLDER.fullmatch(each.name)) and match["attempt"] == attempt and _is_take(each)
    )


def take_in(path: Path, endpoints: Sequence[Endpoint] = (), *, fetched: bool = False) -> SealedTake:
    """The take in the folder `path`, with what is kept beside it; `fetched` where the endpoint was asked now."""
    label, file = path.resolve().name, file_beside(path)
    operators = recorded_contradictions(path)
    record = WitnessRecord.beside(path)
    if record is None:
        # Without what the endpoint witnessed, the session's agreement with itself is checked.
        return SealedTake(label, SealedFolder(path), operators=operators, fetched=fetched)
    signed = countersignature.check(record.receipts, endpoints, label, file.name)
    return SealedTake(
        label,
        SealedFolder(path),
        pk0=None if record.pk0 is None else bytes.fromhex(record.pk0),
        log_records=record.log_records if signed is None else signed.log_records,
        signed=signed,
        listed=record.session,
        other_attempts=record.other_attempts,
        operators=operators,
        fetched_from=record.fetched_from,
        fetched=fetched,
    )


def _is_take(path: Path) -> bool:
    # Whatever is left of it: a take that has lost its header must not pass unnoticed beside the others.
    return path.is_dir() and any((path / name).exists() for name in (HEADER_NAME, KEYS_NAME, LOG_NAME, "seg", "log"))
