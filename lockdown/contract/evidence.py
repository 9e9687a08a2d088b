"""Evidence of a virtual machine or a remote session: single signs with weights, never a verdict from one sign.

Rival programs turn honest people away for one sign: a hypervisor that Windows itself switches on, a network card of
a virtual machine program that is merely installed. Here signs of the same origin count once, and only signs of at
least two origins speak for a virtual machine at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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
class DisplayEvidence:
    """Signs that the display's server shows its screen in a window, to the network or to nobody.

    Attributes:
        server: it calls itself one that does, or has what only such a one has.
        outputs: none of its outputs knows a display.
        inputs: none of its keyboards and pointers is a device of the computer.
    """

    server: bool = False
    outputs: bool = False
    inputs: bool = False

    @property
    def score(self) -> int:
        """Number of independent signs, 0 to 3."""
        return self.server + self.outputs + self.inputs

    @property
    def likely(self) -> bool:
        """Whether at least two agree; one proves nothing, as a virtual machine's outputs know no display either."""
        return self.score >= 2


class RemoteSign(StrEnum):
    """What says that a session is shown or controlled elsewhere."""

    SSH = "ssh"
    """It was begun over SSH."""
    XRDP = "xrdp"
    """XRDP, a remote desktop for Linux, began it."""
    X11_FORWARDED = "x11-forwarded"
    """Its display is one that SSH forwards."""
    LOGIND_REMOTE = "logind-remote"
    """The system's own list of sessions calls it remote."""
    REMOTE_DESKTOP = "remote-desktop"
    """Windows says that Remote Desktop shows it."""
    VIRTUAL_DISPLAY = "virtual-display"
    """Its display is a window of another one, or is shown to the network or to nobody (`DisplayEvidence`)."""
    SCREEN_SERVED = "screen-served"
    """A program follows the screen, or has no window on it, and takes connections: a server of the screen does both."""
    NOT_ON_CONSOLE = "not-on-console"
    """It is not the session that the computer's own displays show."""


@dataclass(frozen=True)
class SessionFacts:
    """Where the session runs.

    Attributes:
        platform: the system, and on Linux the kind of desktop session; under Wayland no program can keep others away.
        remote: signs that the screen is shown or controlled elsewhere, empty for a session at the machine.
    """

    platform: Platform
    remote: tuple[RemoteSign, ...] = ()
