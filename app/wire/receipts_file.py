"""The file of receipts that a test taker keeps: what the endpoint has signed for of one attempt, in order of promise.

Each receipt stands as the endpoint sent it (`app.wire.receipts`, two lines), followed by an empty line. Nothing in the
file is trusted but the signatures: it can be mailed, printed, cut; what is left of it proves as much.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.wire.errors import ReceiptRefused
from app.wire.receipts import MAX_RECEIPT_BYTES

RECEIPTS_SUFFIX = ".receipts"
MAX_RECEIPTS_FILE_BYTES = 64 << 20
"""160,000 receipts and more: an exam of a day."""


def join_receipts(receipts: Iterable[bytes]) -> bytes:
    """Make the file of `receipts`, each the exact bytes of the endpoint's answer."""
    return b"".join(receipt + b"\n" for receipt in receipts)


def split_receipts(data: bytes) -> Sequence[tuple[int, bytes]]:
    """Cut a file into receipts, each with the number of its first line, from 1; their signatures are not looked at.

    Raises:
        ReceiptRefused: larger than `MAX_RECEIPTS_FILE_BYTES`, no receipt in it, or a line where none belongs.
    """
    if len(data) > MAX_RECEIPTS_FILE_BYTES:
        raise ReceiptRefused(f"The file has more than {MAX_RECEIPTS_FILE_BYTES} bytes.")
    found = list(_receipts(data))
    if not found:
        raise ReceiptRefused("There is no receipt in it.")
    return found


def _receipts(data: bytes) -> Iterator[tuple[int, bytes]]:
    lines = data.split(b"\n")
    # The last receipt's empty line may be lost on the way, as by an editor.
    while lines and not lines[-1]:
        lines.pop()
    for at in range(0, len(lines), 3):
        facts, signature, rest = (*lines[at : at + 3], b"", b"")[:3]
        if not facts or not signature or rest or len(facts) + len(signature) > MAX_RECEIPT_BYTES:
            raise ReceiptRefused(f"From line {at + 1} on it is no receipt: two lines of text and an empty one.")
        yield at + 1, facts + b"\n" + signature + b"\n"
