"""One thing that the device check looked at, and what it says to the test taker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "attention", "failed"]
STAFF = "staff of the institution"
"""Who may override, for most findings."""

_NOBODY = ""


@dataclass(frozen=True)
class ReadinessFinding:
    """One thing that was looked at.

    Attributes:
        code: stable, for support and the review, for example ``P-01``.
        state: ``ok``; ``attention``: noted, the exam can start; ``failed``: it cannot, as the settings are.
        sentence: what was found, in plain words.
        fix: what the test taker can do about it, empty where there is nothing to do.
        can_close: this program can close for the test taker what was found, if asked to.
        override: who may let the exam start all the same, empty where nobody need or can.
    """

    code: str
    state: State
    sentence: str
    fix: str = ""
    override: str = _NOBODY
    can_close: bool = False
