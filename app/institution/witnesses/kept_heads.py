"""Heads that an endpoint has published and this institution keeps: what the endpoint can no longer take back.

Below the folder there is one for each endpoint key: the entries, a line each; the heads that they lead to, and those
that contradict them, which are evidence against the operator. Nothing in them is ever replaced. A head is written after
its entries: what a crash leaves behind it is not promised, and is fetched again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.durable_files.writing import append_to_file, truncate_file
from app.institution.copies.endpoint_client import EndpointClient
from app.institution.errors import EndpointFailure, FolderDamaged
from app.policy.delivery import Endpoint
from app.wire.errors import HeadRefused, ReceiptRefused
from app.wire.heads import Entry, Head, first_chain, next_chain, read_entry, verify_head
from app.wire.receipts import receipt_key
from resources.language import _, isolate

ENTRIES, HEADS, CONTRADICTING = "entries.txt", "heads.txt", "contradicting.txt"


@dataclass(frozen=True)
class KeptHeads:
    """What is kept of one endpoint: `chains[n]` is where the chain stands before entry number n."""

    folder: Path
    endpoint: Endpoint
    entries: tuple[Entry, ...]
    chains: tuple[str, ...]
    heads: tuple[Head, ...]
    contradicting: tuple[Head, ...]

    @property
    def size(self) -> int:
        """How many entries the newest head promises."""
        return len(self.entries)

    def promised_at(self, number: int) -> str:
        """The time of the first head kept here that covers entry `number`."""
        return next((head.at for head in self.heads if head.size > number), self.heads[-1].at)


def kept_heads(folder: Path, endpoint: Endpoint, institution: str) -> KeptHeads:
    """Read what is kept of `endpoint`, all checked again; raises `FolderDamaged` where it is not as it was written."""
    own = folder / hashlib.sha256(endpoint.receipt_key.encode()).hexdigest()[:16]
    try:
        heads = _heads(own / HEADS, endpoint)
        contradicting = _heads(own / CONTRADICTING, endpoint)
        lines = (own / ENTRIES).read_bytes().decode("ascii").split("\n") if heads else []
        lines = lines[: heads[-1].size if heads else 0]
        entries = tuple(read_entry(line) for line in lines)
        chains = [first_chain(endpoint.endpoint_id, institution)]
        for line in lines:
            chains.append(next_chain(chains[-1], line))
        if any(head.size >= len(chains) or chains[head.size] != head.chain for head in heads):
            raise HeadRefused(_("its entries do not lead to its heads"))
    except (OSError, UnicodeDecodeError, ReceiptRefused, HeadRefused) as error:
        raise FolderDamaged(
            _("“{folder}” is damaged ({reason}); it keeps what the endpoint published. Restore it").format(
                folder=isolate(own), reason=isolate(error)
            )
        ) from error
    return KeptHeads(own, endpoint, entries, tuple(chains), heads, contradicting)


def keep_newest(client: EndpointClient, kept: KeptHeads, institution: str) -> None:
    """Fetch the endpoint's head now and keep it, with the entries that lead to it or as a contradiction.

    Raises `EndpointFailure` for a head that its key has not signed, or that is of something else. An older endpoint
    publishes none.
    """
    lines: list[str] = []
    while True:
        listed = client.head(kept.size + len(lines))
        if listed is None:
            return
        data = listed.head.encode("utf-8")
        head = _verified(client, data, kept.endpoint, institution)
        lines += listed.entries
        if kept.size + len(lines) >= head.size or not listed.entries:
            break
    chain = kept.chains[-1]
    try:
        for line in lines:
            read_entry(line)
            chain = next_chain(chain, line)
    except HeadRefused as error:
        raise EndpointFailure(
            _("{endpoint}: its list of {what} cannot be read; it may be a newer version").format(
                endpoint=isolate(client.url), what="entries"
            )
        ) from error
    if kept.size + len(lines) != head.size or chain != head.chain:
        if (head.size, head.chain) not in {(each.size, each.chain) for each in kept.contradicting}:
            append_to_file(kept.folder / CONTRADICTING, data + b"\n")
    elif lines or not kept.heads:
        _append(kept, lines, data)


def _append(kept: KeptHeads, lines: Sequence[str], head: bytes) -> None:
    file = kept.folder / ENTRIES
    promised = sum(len(entry.text()) + 1 for entry in kept.entries)
    if file.exists() and file.stat().st_size > promised:
        truncate_file(file, promised)
    append_to_file(file, "".join(f"{line}\n" for line in lines).encode("ascii"))
    append_to_file(kept.folder / HEADS, head + b"\n")


def _heads(file: Path, endpoint: Endpoint) -> tuple[Head, ...]:
    if not file.exists():
        return ()
    key = receipt_key(endpoint.receipt_key)
    # What is behind the last empty line was cut short by a crash.
    return tuple(verify_head(each + b"\n", key) for each in file.read_bytes().split(b"\n\n")[:-1])


def _verified(client: EndpointClient, data: bytes, endpoint: Endpoint, institution: str) -> Head:
    try:
        head = verify_head(data, receipt_key(endpoint.receipt_key))
    except (HeadRefused, ReceiptRefused) as error:
        raise EndpointFailure(
            _("{url}: what it publishes as its head is not signed by the endpoint {endpoint}. Ask its operator").format(
                url=isolate(client.url), endpoint=isolate(endpoint.endpoint_id)
            )
        ) from error
    if (head.institution, head.endpoint_id) != (institution, endpoint.endpoint_id):
        raise EndpointFailure(
            _("{url}: the head it publishes is of another institution or endpoint").format(url=isolate(client.url))
        )
    return head
