"""What a device check comes to, in one sentence: made from its findings and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from resources.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lockdown.contract.finding import State
    from ui.model import CheckItem, CheckState

STATES: Mapping[State, CheckState] = MappingProxyType({"ok": "ready", "attention": "attention", "failed": "blocking"})
"""What a finding of lockdown is to the device check."""


@dataclass(frozen=True)
class Readiness:
    """The whole of a device check: the worst that was found, and the `sentence` that says so.

    `ready` only where nothing is left to look at: one finding that asks for attention, and it is ``attention``.
    """

    state: Literal["checking", "blocking", "attention", "ready"]
    sentence: str

    @property
    def may_start(self) -> bool:
        """Whether nothing that was found bars an exam; what asks for attention does not."""
        return self.state in {"attention", "ready"}


def readiness(found: Iterable[CheckItem], *, exam: bool) -> Readiness:
    """Sum up what was `found`; without an `exam` nothing was asked of this computer, and nothing is said of one."""
    items = tuple(found)
    if blocking := _titles(items, "blocking"):
        return Readiness(
            "blocking",
            _("The exam cannot start before this is solved: {titles}.").format(titles=blocking)
            if exam
            else _("No exam can start here before this is solved: {titles}.").format(titles=blocking),
        )
    if checking := _titles(items, "checking"):
        return Readiness("checking", _("Still being checked: {titles} …").format(titles=checking))
    if attention := _titles(items, "attention"):
        return Readiness(
            "attention",
            _("The exam can start. Before that, please look at: {titles}.").format(titles=attention)
            if exam
            else _("Before an exam, please look at: {titles}.").format(titles=attention),
        )
    return Readiness(
        "ready",
        _("Everything that this exam needs is ready.")
        if exam
        else _("Everything that was looked at is ready. What an exam asks for besides is not known without one."),
    )


def _titles(items: tuple[CheckItem, ...], state: CheckState) -> str:
    return ", ".join(dict.fromkeys(item.title for item in items if item.state == state))
