"""The test taker's receipts checked against a recording: what the endpoint signed for as it came, and what is here now.

The receipts come from the party whose recording it is, so nothing is believed but the endpoint's signatures. What they
show is the operator's side: that the endpoint had an object which the institution is not given, or is given changed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.institution.comparison_codes import Check, Compared
from app.institution.copies.countersignature import signed_receipt
from app.institution.copies.sealed_records import SealedRecords, read_object
from app.institution.errors import ReceiptsRefused
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.attempt import AttemptReport
from app.institution.recordings.takes import Take
from app.policy.delivery import Endpoint
from app.wire.errors import ReceiptRefused
from app.wire.receipts import Receipt
from app.wire.receipts_file import MAX_RECEIPTS_FILE_BYTES, split_receipts
from crypto.names import KEYS_NAME
from crypto.verdict import VerificationFinding
from resources.language import _, isolate


def compared(file: Path, endpoints: Sequence[Endpoint], report: AttemptReport) -> Compared:
    """Compare the receipts in `file`: what the endpoint signed for and is not here, or is here with another content.

    `keys.isf` may lawfully be another: the institution edits it when representatives change. Raises as `read` does.
    """
    receipts = read(file, endpoints, report.attempt)
    found = tuple(_findings(receipts, report.takes))
    return Compared(Check.RECEIPTS, found, facts={"count": len(receipts)})


def read(file: Path, endpoints: Sequence[Endpoint], attempt: str | None) -> tuple[Receipt, ...]:
    """Read a test taker's file for a recording of `attempt`, None where no header of it can be read.

    Raises `ReceiptsRefused`, which names the file and the line: it cannot be read, holds something that none of
    `endpoints` has signed, or receipts of another attempt.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_RECEIPTS_FILE_BYTES + 1)
    except OSError as error:
        raise ReceiptsRefused(
            _("“{file}” cannot be read: {reason}").format(file=isolate(file), reason=isolate(error.strerror))
        ) from error
    try:
        found = split_receipts(data)
    except ReceiptRefused as error:
        raise ReceiptsRefused(
            _(
                "“{file}” is no file of receipts. {reason} "
                "Ask the test taker for the file that Invigilo saved, unchanged"
            ).format(file=isolate(file), reason=isolate(error))
        ) from error
    receipts = []
    for line, text in found:
        signed = signed_receipt(text, endpoints)
        if signed is None:
            raise ReceiptsRefused(
                _(
                    "“{file}”: the receipt in line {line} is not signed by an endpoint that this institution knows. "
                    "Ask the test taker for the file that Invigilo saved, unchanged"
                ).format(file=isolate(file), line=line)
            )
        if attempt is not None and signed.object_id.attempt != attempt:
            raise ReceiptsRefused(
                _(
                    "“{file}”: the receipt in line {line} is of attempt {other}, and the recording is of {attempt}. "
                    "Give the receipts of this recording"
                ).format(
                    file=isolate(file),
                    line=line,
                    other=isolate(signed.object_id.attempt),
                    attempt=isolate(attempt),
                )
            )
        receipts.append(signed)
    return tuple(receipts)


def _findings(receipts: Sequence[Receipt], takes: Sequence[Take]) -> Iterator[VerificationFinding]:
    by_session: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_session[receipt.sid].append(receipt)
    here = {_session(take): take for take in takes}
    for sid, of_session in sorted(by_session.items()):
        if sid in here:
            yield from _of_take(of_session, here[sid])
        else:
            facts: dict[str, int | str] = {"count": len(of_session), "part": of_session[0].object_id.take + 1}
            yield VerificationFinding(AttemptFinding.RECEIPT_PART_MISSING, sid, None, facts)


def _of_take(receipts: Sequence[Receipt], take: Take) -> Iterator[VerificationFinding]:
    present = _Present(take)
    missing, differing = [], []
    for receipt in receipts:
        sha256 = present.sha256(receipt)
        if sha256 is None:
            missing.append(receipt)
        elif sha256 != receipt.sha256 and receipt.object_id.name != KEYS_NAME:
            differing.append(receipt)
    for code, found in ((AttemptFinding.RECEIPT_DIFFERS, differing), (AttemptFinding.RECEIPT_MISSING, missing)):
        if found:
            facts: dict[str, int | str] = {"label": take.label, "count": len(found), "at": found[0].stored_at}
            yield VerificationFinding(code, found[0].object_id.name, None, facts)


class _Present:
    """Digests of what is here of a take; a segment that verifying found intact is not read again."""

    def __init__(self, take: Take) -> None:
        self._source = take.source
        self._records = SealedRecords(take.source)
        self._intact = {each.name: each.sha256.hex() for each in take.report.segments if each.intact}

    def sha256(self, receipt: Receipt) -> str | None:
        """Digest of the object that `receipt` speaks of, None where it is not here."""
        if receipt.track == "log":
            return self._records.sha256(receipt.seq)
        name = receipt.object_id.name
        if name in self._intact:
            return self._intact[name]
        data = read_object(self._source, name)
        return None if data is None else hashlib.sha256(data).hexdigest()


def _session(take: Take) -> str:
    return take.label if take.description is None else take.description.session
