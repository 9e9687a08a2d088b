"""What the window's guards say about themselves: the shape of lockdown's guards, without depending on them.

`lockdown.engaging.guard` takes them by structure. `engage` and `release` are called on the interface's thread while the
window is shown, `check` from any thread. None of them changes anything that outlives the process, so the journal is
left alone.
"""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

GuardLevel = Literal["enforced", "observed", "not_available"]
GuardLimit = Literal["x11_only", "wayland", "while_active", "held_by_program", "part_of_display"]
"""Of `lockdown.contract.limit`."""


@dataclass(frozen=True)
class GuardEngagement:
    """What a guard gives on this machine, and why not more; never a claim stronger than the platform's."""

    level: GuardLevel
    limit: GuardLimit | None = None


@dataclass(frozen=True)
class ControlLost:
    """What `guard` met at `seen_ns` (`time.monotonic_ns`): by default, that its control is not in force."""

    guard: str
    control: str
    seen_ns: int = field(default_factory=time.monotonic_ns)
    code: str = "control-lost"
    facts: Mapping[str, str | int | float | bool | None] = field(default_factory=lambda: MappingProxyType({}))


class ControlLosses:
    """Collects losses on the interface's thread until another thread asks for them; the oldest fall out at 100.

    `control` is whose policy applies, the guard's own name by default.
    """

    def __init__(self, guard: str, control: str | None = None) -> None:
        self._guard = guard
        self._control = control or guard
        self._found: deque[ControlLost] = deque(maxlen=100)

    def add(self, code: str = "control-lost", facts: Mapping[str, int] = MappingProxyType({})) -> None:
        """Note a loss now, or what else was met."""
        self._found.append(ControlLost(self._guard, self._control, code=code, facts=facts))

    def take(self) -> tuple[ControlLost, ...]:
        """Return what was noted since the last call, oldest first."""
        taken = []
        while self._found:
            taken.append(self._found.popleft())
        return tuple(taken)
