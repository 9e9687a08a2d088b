"""What the device check found on this machine: a stable code with typed facts, and no sentence.

The words for the test taker are made from them in `app/client/findings/machine_findings.py`, in their language.

| code | facts | looked at |
|---|---|---|
| D-01 | `DiskSpace` | free disk space |
| W-01 | `WaylandSession` | Wayland, where controls cannot be enforced |
| W-02 | `UnavailableControls` | other controls that this platform does not offer |
| P-01 | `DeniedPrograms` | denied programs |
| R-01 | `RemoteControl` | remote session |
| V-01 | `VirtualMachine` | virtual machine |
| S-01 | `AttachedStorage` | storage devices |
| X-02 | `ConnectedDisplays` | more displays than allowed |
| E-01 | `VirtualDevices` | virtual cameras and microphones |
| K-01 | `AttachedInputs` | keyboards and mice |
| T-01 | `NetworkTunnel` | a VPN's tunnel |
| G-01 | `AttachedDebugger` | a debugger |
| B-01 | `BatteryCharge` | the battery |
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, Literal

from lockdown.contract.evidence import RemoteSign
from lockdown.contract.settings import Control
from lockdown.contract.storage_size import StorageSize

State = Literal["ok", "attention", "failed"]


@dataclass(frozen=True)
class DiskSpace:
    """`missing_mb`: decimal megabytes that are needed and not free, rounded up; 0 where there is room."""

    code: ClassVar = "D-01"
    missing_mb: int


@dataclass(frozen=True)
class WaylandSession:
    """`controls` that are asked for, and that no program can enforce in a Wayland session."""

    code: ClassVar = "W-01"
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class UnavailableControls:
    """`controls` that are asked for and not available on this platform; none: everything is available."""

    code: ClassVar = "W-02"
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class DeniedPrograms:
    """`titles` of the rules that running programs match, as their author wrote them, sorted."""

    code: ClassVar = "P-01"
    titles: tuple[str, ...]


@dataclass(frozen=True)
class RemoteControl:
    """`titles` of running programs that can show or control the screen; `signs` as in `SessionFacts.remote`."""

    code: ClassVar = "R-01"
    titles: tuple[str, ...]
    signs: tuple[RemoteSign, ...]


@dataclass(frozen=True)
class VirtualMachine:
    """`origins`: how many independent origins of signs there are, 0 to 4 (below 2 proves nothing); None: unknown."""

    code: ClassVar = "V-01"
    origins: int | None


@dataclass(frozen=True)
class StorageKind:
    """Kind and rough size of one device, as in `lockdown.watching.storage.StorageDevice`."""

    storage_class: str
    size: StorageSize


@dataclass(frozen=True)
class AttachedStorage:
    """`devices` that can be brought along; None: they cannot be listed on this system."""

    code: ClassVar = "S-01"
    devices: tuple[StorageKind, ...] | None


@dataclass(frozen=True)
class ConnectedDisplays:
    """`displays`: how many there are (None: not counted); `at_most`: how many the exam settings allow."""

    code: ClassVar = "X-02"
    displays: int | None
    at_most: int


@dataclass(frozen=True)
class VirtualKind:
    """Kind and maker of one device, as in `lockdown.watching.virtual_devices.VirtualDevice`."""

    kind: str
    made_by: str


@dataclass(frozen=True)
class VirtualDevices:
    """`devices` that a program makes, each kind once; None: they cannot be told from others on this system."""

    code: ClassVar = "E-01"
    devices: tuple[VirtualKind, ...] | None


@dataclass(frozen=True)
class InputCounts:
    """How many keyboards and pointers are attached to the computer, and how many of either a program made."""

    keyboards: int
    pointers: int
    made_by_program: int


@dataclass(frozen=True)
class AttachedInputs:
    """`counted` input devices; None: they cannot be listed on this system."""

    code: ClassVar = "K-01"
    counted: InputCounts | None


@dataclass(frozen=True)
class NetworkTunnel:
    """`connected`: a VPN's tunnel is up."""

    code: ClassVar = "T-01"
    connected: bool


@dataclass(frozen=True)
class AttachedDebugger:
    """`attached`: another program traces this one; None: it cannot be determined on this system."""

    code: ClassVar = "G-01"
    attached: bool | None


@dataclass(frozen=True)
class BatteryCharge:
    """`percent` that the battery in use is full, 0 to 100; None: the computer does not depend on one."""

    code: ClassVar = "B-01"
    percent: int | None


MachineFacts = (
    DiskSpace
    | WaylandSession
    | UnavailableControls
    | DeniedPrograms
    | RemoteControl
    | VirtualMachine
    | AttachedStorage
    | ConnectedDisplays
    | VirtualDevices
    | AttachedInputs
    | NetworkTunnel
    | AttachedDebugger
    | BatteryCharge
)


@dataclass(frozen=True)
class ReadinessFinding:
    """One thing that was looked at.

    Attributes:
        facts: what was found; its class is what it concerns.
        state: ``ok``; ``attention``: noted, the exam can start; ``failed``: it cannot, as the settings are.
        staff_may_override: staff of the institution may let the exam start all the same.
        can_close: this program can close for the test taker what was found, if asked to.
    """

    facts: MachineFacts
    state: State
    staff_may_override: bool = False
    can_close: bool = False

    @property
    def code(self) -> str:
        """Stable, for support and the review, for example ``P-01``."""
        return self.facts.code

    def facts_json(self) -> dict[str, object]:
        """Return the facts as JSON values."""
        return asdict(self.facts)
