"""What an endpoint has countersigned of a session: its header, and its newest log record.

The chain of the log makes the newest record stand for all before it. A receipt is checked against the endpoint keys
that the institution knows, so that the file beside a copy need not be trusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.institution.copies.sealed_records import SealedRecords, read_object
from app.institution.errors import WitnessRefused
from app.institution.finding_codes import AttemptFinding
from app.policy.delivery import Endpoint
from app.wire.errors import ReceiptRefused
from app.wire.receipts import Receipt, receipt_key, verify_receipt
from crypto.folder import SealedSource
from crypto.names import HEADER_NAME, LOG_NAME
from crypto.verdict import VerificationFinding
from resources.language import _, isolate

_MOST_RECEIPTS = 2


@dataclass(frozen=True)
class Countersignature:
    """Receipts whose signatures hold; None for what was not countersigned."""

    endpoint_id: str
    header: Receipt | None
    newest: Receipt | None

    @property
    def log_records(self) -> int:
        """How many log records the endpoint had when it signed, the final one included."""
        return 0 if self.newest is None else self.newest.seq + 1


def check(receipts: Sequence[str], endpoints: Sequence[Endpoint], sid: str, where: str) -> Countersignature | None:
    """Check the receipts of session `sid` that lie in the file `where`; None without any, or without known endpoints.

    Raises `WitnessRefused`, which names `where` and the receipt, for one that no known endpoint has signed, that is of
    another session or object, or for receipts of two endpoints.
    """
    if not receipts or not endpoints:
        return None
    if len(receipts) > _MOST_RECEIPTS:
        raise WitnessRefused(
            _("{file} holds {count} countersignatures; at most {limit} are allowed").format(
                file=isolate(where), count=len(receipts), limit=_MOST_RECEIPTS
            )
        )
    checked = [_receipt(text, endpoints, where, number) for number, text in enumerate(receipts, start=1)]
    for number, each in enumerate(checked, start=1):
        if each.sid != sid or each.track not in {"header", "log"}:
            raise WitnessRefused(
                _(
                    "{file}: countersignature {number} is of “{object}”, not of “{session}”. "
                    "Fetch the recording again by its id"
                ).format(
                    file=isolate(where),
                    number=number,
                    object=isolate(f"{each.sid}/{each.object_id.name}"),
                    session=isolate(sid),
                )
            )
    by = {each.endpoint_id for each in checked}
    by_track = {each.track: each for each in checked}
    if len(by) > 1 or len(by_track) < len(checked):
        raise WitnessRefused(
            _(
                "{file}: the countersignatures are not one endpoint's of one header and log. "
                "Fetch the recording again by its id"
            ).format(file=isolate(where))
        )
    return Countersignature(by.pop(), by_track.get("header"), by_track.get("log"))


def contradictions(source: SealedSource, signed: Countersignature, label: str) -> tuple[VerificationFinding, ...]:
    """Tell which countersigned objects have another content here; one that is absent is for others to tell."""
    found = []
    header = read_object(source, HEADER_NAME)
    if signed.header is not None and header is not None and hashlib.sha256(header).hexdigest() != signed.header.sha256:
        found.append(_contradiction(label, HEADER_NAME))
    newest = signed.newest
    if newest is not None and SealedRecords(source).sha256(newest.seq) not in {None, newest.sha256}:
        found.append(_contradiction(label, f"{LOG_NAME} record {newest.seq}"))
    return tuple(found)


def signed_receipt(data: bytes, endpoints: Sequence[Endpoint]) -> Receipt | None:
    """Read a receipt by the keys of `endpoints`; None where none of them has signed it as its own."""
    for endpoint_id, key in dict.fromkeys((each.endpoint_id, each.receipt_key) for each in endpoints):
        try:
            receipt = verify_receipt(data, receipt_key(key))
        except ReceiptRefused:
            continue
        if receipt.endpoint_id == endpoint_id:
            return receipt
    return None


def _receipt(text: str, endpoints: Sequence[Endpoint], where: str, number: int) -> Receipt:
    receipt = signed_receipt(text.encode("utf-8"), endpoints)
    if receipt is not None:
        return receipt
    known = ", ".join(dict.fromkeys(endpoint.endpoint_id for endpoint in endpoints))
    raise WitnessRefused(
        _(
            "{file}: countersignature {number} is not signed by an endpoint this institution knows ({endpoints}). "
            "Fetch the recording again by its id"
        ).format(file=isolate(where), number=number, endpoints=isolate(known))
    )


def _contradiction(label: str, what: str) -> VerificationFinding:
    return VerificationFinding(AttemptFinding.NOT_COUNTERSIGNED, what, None, {"label": label})
