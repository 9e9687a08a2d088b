"""Watches what there is of one kind of thing (interfaces, keyboards, cameras), and reports what comes and goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Fact, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal


class InventoryItem(Protocol):
    """One of the things; equal things are the same to people who review."""

    @property
    def noted_at_start(self) -> bool:
        """Whether it is also reported when it is there at the beginning of the exam already."""
        ...

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        ...


ItemT_co = TypeVar("ItemT_co", bound=InventoryItem, covariant=True)


class InventorySource(Protocol[ItemT_co]):
    """Lists the things there are; the keys are the platform's own names and never leave this process."""

    def start(self, changed: Callable[[], None]) -> None:
        """Begin to call `changed`, from any thread, when something changes, as far as the platform announces it."""
        ...

    def present(self) -> Mapping[str, ItemT_co]:
        """Return what is there now; takes milliseconds."""
        ...

    def stop(self) -> None:
        """Stop calling; also after a failed start, and a second time."""
        ...


@dataclass(frozen=True)
class Inventory:
    """What is watched: the control it belongs to, and the codes for what comes and what goes."""

    control: Control
    came: Code
    went: Code


class InventoryGuard:
    """Compares what `source` lists with what it listed before, once an interval and whenever the source calls."""

    def __init__(self, inventory: Inventory, source: InventorySource[InventoryItem]) -> None:
        self._inventory = inventory
        self._source = source
        self._present: dict[str, InventoryItem] = {}
        self._look: Callable[[], None] | None = None
        self._first = True

    @property
    def name(self) -> str:
        """The control's name."""
        return self._inventory.control.value

    def engage(self, journal: Journal) -> Engagement:
        """Note what is there and begin to watch; changes nothing."""
        self._source.start(self._changed)
        self._present = {key: item for key, item in self._source.present().items() if not item.noted_at_start}
        self._first = True
        return Engagement("observed")

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Ask for a look as soon as the source calls."""
        self._look = callback

    def check(self) -> tuple[Violation, ...]:
        """Report what came and went since the last look."""
        present = dict(self._source.present())
        came = [item for key, item in present.items() if self._present.get(key) != item]
        went = [item for key, item in self._present.items() if present.get(key) != item]
        first, self._first = self._first, False
        self._present = present
        return (
            *(self._violation(self._inventory.came, item, since_start=first) for item in came),
            *(self._violation(self._inventory.went, item) for item in went),
        )

    def release(self) -> None:
        """Stop watching."""
        self._look = None
        self._source.stop()

    def _changed(self) -> None:
        if self._look is not None:
            self._look()

    def _violation(self, code: Code, item: InventoryItem, *, since_start: bool | None = None) -> Violation:
        facts = item.facts() if since_start is None else {**item.facts(), "since_start": since_start}
        return Violation(self.name, code, time.monotonic_ns(), facts, self._inventory.control)
