"""What the device check finds about the machine's own policy: nothing, unless part of it cannot be followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from lockdown.contract.finding import ReadinessFinding

if TYPE_CHECKING:
    from app.policy.machine import MachinePolicy


@dataclass(frozen=True)
class PolicyNotFollowed:
    """A part of what staff have set on this machine is not followed; `problems` is how many such parts there are."""

    code: ClassVar = "L-02"
    state: ClassVar[Literal["attention"]] = "attention"
    staff_may_override: ClassVar = True
    can_close: ClassVar = False
    problems: int

    def facts_json(self) -> dict[str, object]:
        """Return the facts as JSON values."""
        return {"problems": self.problems}


MachineFinding = ReadinessFinding | PolicyNotFollowed
"""Everything that the device check finds on a machine."""


def policy_findings(policy: MachinePolicy) -> tuple[PolicyNotFollowed, ...]:
    """Give one finding, ``L-02``, where something that staff have set is not followed."""
    return (PolicyNotFollowed(len(policy.problems)),) if policy.problems else ()
