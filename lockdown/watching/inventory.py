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


class Thing(Protocol):
    """One of the things; equal things are the same to people who review."""

    @property
    def noted_at_start(self) -> bool:
        """Whether it is also reported when it is there at the beginning of the exam already."""
        ...

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        ...


ThingT_co = TypeVar("ThingT_co", bound=Thing, covariant=True)


class InventorySource(Protocol[ThingT_co]):
    """Lists the things there are; the keys are the platform's own names and never leave this process."""

    def start(self, changed: Callable[[], None]) -> None:
        """Begin to call `changed`, from any thread, when something changes, as far as the platform announces it."""
        ...

    def present(self) -> Mapping[str, ThingT_co]:
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
    sentence: str
    """What the guard gives, for the test taker and staff."""


class InventoryGuard:
    """Compares what `source` lists with what it listed before, once an interval and whenever the source calls."""

    def __init__(self, inventory: Inventory, source: InventorySource[Thing]) -> None:
        self._inventory = inventory
        self._source = source
        self._present: dict[str, Thing] = {}
        self._look: Callable[[], None] | None = None
        self._first = True

    @property
    def name(self) -> str:
        """The control's name."""
        return self._inventory.control.value

    def engage(self, journal: Journal) -> Engagement:
        """Note what is there and begin to watch; changes nothing."""
        self._source.start(self._changed)
        self._present = {key: thing for key, thing in self._source.present().items() if not thing.noted_at_start}
        self._first = True
        return Engagement("observed", self._inventory.sentence)

    def announce_to(self, look: Callable[[], None]) -> None:
        """Ask for a look as soon as the source calls."""
        self._look = look

    def check(self) -> tuple[Violation, ...]:
        """Report what came and went since the last look."""
        present = dict(self._source.present())
        came = [thing for key, thing in present.items() if self._present.get(key) != thing]
        went = [thing for key, thing in self._present.items() if present.get(key) != thing]
        first, self._first = self._first, False
        self._present = present
        return (
            *(self._violation(self._inventory.came, thing, since_start=first) for thing in came),
            *(self._violation(self._inventory.went, thing) for thing in went),
        )

    def release(self) -> None:
        """Stop watching."""
        self._look = None
        self._source.stop()

    def _changed(self) -> None:
        if self._look is not None:
            self._look()

    def _violation(self, code: Code, thing: Thing, *, since_start: bool | None = None) -> Violation:
        facts = thing.facts() if since_start is None else {**thing.facts(), "since_start": since_start}
        return Violation(self.name, code, time.monotonic_ns(), facts, self._inventory.control)
