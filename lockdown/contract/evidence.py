"""Evidence of a virtual machine or a remote session: single signs with weights, never a verdict from one sign.

Rival programs turn honest people away for one sign: a hypervisor that Windows itself switches on, a network card of
a virtual machine program that is merely installed. Here signs of the same origin count once, and only signs of at
least two origins speak for a virtual machine at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lockdown.contract.platform import Platform

Origin = Literal["processor", "firmware", "devices", "network"]


@dataclass(frozen=True)
class Sign:
    """One sign of a virtual machine.

    Attributes:
        code: closed vocabulary, for example ``cpu-hypervisor-flag``.
        origin: where it was read; signs of one origin are not independent.
    """

    code: str
    origin: Origin


@dataclass(frozen=True)
class VirtualMachineEvidence:
    """All signs found on this machine; a score of 2 or more is worth a person's look, none is proof."""

    signs: tuple[Sign, ...] = ()

    @property
    def score(self) -> int:
        """Number of independent origins, 0 to 4."""
        return len({sign.origin for sign in self.signs})

    @property
    def likely(self) -> bool:
        """Whether at least two independent origins agree."""
        return self.score >= 2


@dataclass(frozen=True)
class SessionFacts:
    """Where the session runs.

    Attributes:
        platform: the system, and on Linux the kind of desktop session; under Wayland no program can keep others away.
        remote: codes of signs that the screen is shown or controlled elsewhere, empty for a session at the machine.
    """

    platform: Platform
    remote: tuple[str, ...] = ()
