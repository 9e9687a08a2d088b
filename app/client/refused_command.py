"""What a command says that cannot go on: one sentence on standard error, and status 1."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from app.client.delivery.errors import DeliveryError, SpoolFull
from app.client.errors import ClientError, FolderFault, FolderUnusable
from app.client.pages.machine_refusals import failure_words
from app.client.pages.refusals import refusal_words
from app.policy.errors import PolicyError
from lockdown.contract.errors import LockdownError
from resources.language import isolate

if TYPE_CHECKING:
    from app.client.pages.refusals import RefusalWords

EXPECTED = (ClientError, PolicyError, DeliveryError, LockdownError, OSError, sqlite3.Error)
"""What a computer can do to any command: none of it is a fault of the program."""


def refusal_sentence(error: Exception) -> str:
    """Return what happened, on what and what to do, for one of the `EXPECTED` errors."""
    match error:
        case LockdownError():
            return failure_words(error.code)
        case ClientError() | PolicyError():
            words = refusal_words(error)
        case OSError():
            words = refusal_words(FolderUnusable.of(error))
        case _:
            fault = FolderFault.FULL if isinstance(error, SpoolFull) else FolderFault.FAILED
            words = refusal_words(FolderUnusable(fault))
    return _line(words)


def _line(words: RefusalWords) -> str:
    return " ".join(
        part for part in (words.what, f"({isolate(words.where)})" if words.where else "", words.todo) if part
    )
