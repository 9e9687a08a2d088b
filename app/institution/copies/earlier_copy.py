"""What is here of a session from an earlier fetch, and how what the endpoint gives now stands to it.

The longer log is the better one as long as it goes on from the other. Of two that do not, none is better: whoever was
first stays, for the endpoint gave it as the session, and cannot take that back unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from app.institution.copies.witness_record import WitnessRecord
from app.institution.finding_codes import AttemptFinding
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import LogVerifier, SegmentEntry, split_log
from crypto.names import HEADER_NAME, LOG_NAME


@dataclass(frozen=True)
class Version:
    """Header and log of a session, as one side has them. The records that hold are looked for only when asked for."""

    header: bytes
    log: bytes

    @classmethod
    def here(cls, copy: Path) -> Self:
        """What lies in the folder `copy`; empty where there is nothing."""
        header, log = copy / HEADER_NAME, copy / LOG_NAME
        return cls(header.read_bytes() if header.is_file() else b"", log.read_bytes() if log.is_file() else b"")

    @property
    def records(self) -> tuple[bytes, ...]:
        """The log records from the first on that are genuine by the header's key."""
        return self._walked[0]

    @property
    def clean(self) -> bool:
        """Whether the log is nothing but genuine records."""
        return len(self.log) == sum(map(len, self.records))

    @property
    def vouched(self) -> Mapping[str, str]:
        """SHA-256 of each segment by its name, as genuine records say."""
        return self._walked[1]

    @property
    def digest(self) -> str:
        """A name for this version: 16 hexadecimal digits."""
        return hashlib.sha256(self.header + self.log).hexdigest()[:16]

    def goes_on_from(self, other: Version) -> bool:
        """Whether this is `other`, or `other` and more that is genuine."""
        if self.header != other.header:
            return False
        if self.log == other.log:
            return True
        count = len(other.records)
        more = len(self.records) > count or (self.clean or not other.clean)
        return self.records[:count] == other.records and more

    @cached_property
    def _walked(self) -> tuple[tuple[bytes, ...], dict[str, str]]:
        records: list[bytes] = []
        vouched: dict[str, str] = {}
        try:
            verifier = LogVerifier(Header.parse(self.header))
            for record in split_log(self.log)[0]:
                entry = verifier.accept(record)
                records.append(record)
                if isinstance(entry, SegmentEntry):
                    vouched[entry.name] = entry.sha256.hex()
        except SealingError:
            pass
        return tuple(records), vouched


def contradiction(
    here: Version, offered: Version, record: WitnessRecord | None
) -> tuple[AttemptFinding | None, dict[str, int | str]]:
    """How what is `offered` contradicts what is `here`, with facts; None where it is that, goes on from it or mends it.

    `record` is what the endpoint said when it gave what is here. A copy that was damaged here, so that it is no longer
    what was fetched, contradicts nobody by its damage.
    """
    fetched = None if record is None else record.header_sha256
    witnessed = (record and record.log_records) or 0
    if offered == here and fetched in {None, _digest(here.header)} and witnessed <= len(split_log(here.log)[0]):
        return None, {}
    given, before = len(offered.records), max(len(here.records), witnessed)
    shorter: dict[str, int | str] = {"here": before, "given": given}
    if fetched not in {None, _digest(here.header)}:
        # Damaged since: what was fetched is what the endpoint must still give.
        if fetched != _digest(offered.header):
            return AttemptFinding.ENDPOINT_OTHER, {}
    elif not offered.goes_on_from(here):
        if here.header == offered.header and here.records[:given] == offered.records and given < before:
            return AttemptFinding.ENDPOINT_SHORTER, shorter
        if here.records or fetched is not None:
            return AttemptFinding.ENDPOINT_OTHER, {}
    return (AttemptFinding.ENDPOINT_SHORTER, shorter) if given < before else (None, {})


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
