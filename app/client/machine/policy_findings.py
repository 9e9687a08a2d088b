"""What the device check says of the machine's own policy: nothing, unless part of it cannot be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lockdown.contract.finding import STAFF, ReadinessFinding

if TYPE_CHECKING:
    from app.policy.machine import MachinePolicy


def policy_findings(policy: MachinePolicy) -> tuple[ReadinessFinding, ...]:
    """Give one finding, ``L-02``, where something that staff have set is not followed."""
    if not policy.problems:
        return ()
    return (
        ReadinessFinding(
            "L-02",
            "attention",
            "Part of what your institution's staff have set on this computer is not followed. The exam can start.",
            "Tell them; “invigilo policy show” says which part, and why.",
            override=STAFF,
        ),
    )
