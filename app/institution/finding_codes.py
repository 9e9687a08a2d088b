"""Findings on the parts of a recording together, beside those that `crypto.report` has on a single one."""

from __future__ import annotations

from enum import StrEnum


class AttemptFinding(StrEnum):
    """What is found where several takes, the endpoint's record or a key are looked at; facts as named here."""

    TAKE_TWICE = "take-twice"
    """There are two takes of number `part`, counted from 1."""
    TAKE_FOREIGN = "take-foreign"
    """Its `differs` is not that of take `part`; a field of the header, ``previous`` where it continues another one."""
    LOG_SHORTENED = "log-shortened"
    """The endpoint had witnessed `witnessed` log records, `here` are here."""
    NOT_COUNTERSIGNED = "not-countersigned"
    """An object of the take `label` is not what the endpoint had countersigned."""
    NOT_OPENED = "not-opened"
    """No slot opens with `key`; with a fault, `object` cannot be read, so that no key opens it."""
