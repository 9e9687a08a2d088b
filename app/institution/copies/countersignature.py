"""What an endpoint has countersigned of a session: its header, and its newest log record.

The chain of the log makes the newest record stand for all before it. A receipt is checked against the endpoint keys
that the institution knows, so that the file beside a copy need not be trusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.institution.errors import WitnessRefused
from app.institution.finding_codes import AttemptFinding
from app.policy.delivery import Endpoint
from app.wire.errors import ReceiptRefused
from app.wire.receipts import Receipt, receipt_key, verify_receipt
from crypto.errors import SealingError
from crypto.folder import SealedSource
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES
from crypto.names import HEADER_NAME, LOG_NAME, slice_name
from crypto.verdict import VerificationFinding

_MOST_RECEIPTS = 2
_AGAIN = "Fetch the recording again by its id"


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
        raise WitnessRefused(f"{where}: {len(receipts)} countersignatures, where {_MOST_RECEIPTS} are the most")
    checked = [_receipt(text, endpoints, f"{where}: countersignature {n}") for n, text in enumerate(receipts, start=1)]
    for number, (_, each) in enumerate(checked, start=1):
        if each.sid != sid or each.track not in {"header", "log"}:
            raise WitnessRefused(
                f"{where}: countersignature {number} is of “{each.sid}/{each.object_id.name}”, not of “{sid}”. {_AGAIN}"
            )
    by = {endpoint for endpoint, _ in checked}
    by_track = {each.track: each for _, each in checked}
    if len(by) > 1 or len(by_track) < len(checked):
        raise WitnessRefused(f"{where}: the countersignatures are not one endpoint's of one header and log. {_AGAIN}")
    return Countersignature(by.pop(), by_track.get("header"), by_track.get("log"))


def contradictions(source: SealedSource, signed: Countersignature, label: str) -> tuple[VerificationFinding, ...]:
    """Tell which countersigned objects have another content here; one that is absent is for others to tell."""
    found = []
    if signed.header is not None and _differs(_object(source, HEADER_NAME), signed.header):
        found.append(_contradiction(label, HEADER_NAME))
    if signed.newest is not None and _differs(_record(source, signed.newest.seq), signed.newest):
        found.append(_contradiction(label, f"{LOG_NAME} record {signed.newest.seq}"))
    return tuple(found)


def _receipt(text: str, endpoints: Sequence[Endpoint], where: str) -> tuple[str, Receipt]:
    for endpoint in endpoints:
        try:
            receipt = verify_receipt(text.encode("utf-8"), receipt_key(endpoint.receipt_key))
        except ReceiptRefused:
            continue
        if receipt.endpoint_id == endpoint.endpoint_id:
            return endpoint.endpoint_id, receipt
    known = ", ".join(dict.fromkeys(endpoint.endpoint_id for endpoint in endpoints))
    raise WitnessRefused(f"{where} is not signed by an endpoint this institution knows ({known}). {_AGAIN}")


def _contradiction(label: str, what: str) -> VerificationFinding:
    return VerificationFinding(AttemptFinding.NOT_COUNTERSIGNED, what, None, {"label": label})


def _differs(data: bytes | None, receipt: Receipt) -> bool:
    return data is not None and hashlib.sha256(data).hexdigest() != receipt.sha256


def _object(source: SealedSource, name: str) -> bytes | None:
    try:
        return source.read(name)
    except SealingError:
        return None


def _record(source: SealedSource, number: int) -> bytes | None:
    """Log record `number`, out of the log or as an object of its own; None when it is not here whole."""
    log = _object(source, LOG_NAME)
    if log is None:
        return _object(source, slice_name(number))
    rest = memoryview(log)[number * SEGMENT_RECORD_BYTES :]
    size = FINAL_RECORD_BYTES if bytes(rest[:1]) == b"F" else SEGMENT_RECORD_BYTES
    return bytes(rest[:size]) if len(rest) >= size else None
