"""Network interfaces that come up and go down, tunnels among them; no address and no name of a network is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import psutil

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Fact
from lockdown.watching.inventory import Inventory, InventoryGuard, InventorySource

InterfaceKind = Literal["wired", "wireless", "tunnel", "mobile", "virtual", "other"]
"""``tunnel`` is what a VPN makes; ``virtual`` what containers and virtual machine programs make."""

NETWORK = Inventory(
    Control.NETWORK,
    Code.NETWORK_UP,
    Code.NETWORK_DOWN,
)


@dataclass(frozen=True)
class Interface:
    """One network interface that can carry data now."""

    kind: InterfaceKind

    @property
    def noted_at_start(self) -> bool:
        """A tunnel is worth knowing of; a machine without any other connection could not take the exam."""
        return self.kind == "tunnel"

    def facts(self) -> dict[str, Fact]:
        """Return it as facts of a violation."""
        return {"kind": self.kind}


class PsutilInterfaces:
    """Lists interfaces through psutil; where a system says no kind, the usual first letters of the name do."""

    def start(self, changed: Callable[[], None]) -> None:
        """Nothing is announced."""

    def present(self) -> Mapping[str, Interface]:
        """Return the interfaces that are up, loopback left out."""
        return {
            name: Interface(_kind(name))
            for name, state in psutil.net_if_stats().items()
            if state.isup and not name.lower().startswith("lo")
        }

    def stop(self) -> None:
        """Nothing to stop."""


def network_guard(source: InventorySource[Interface]) -> InventoryGuard:
    """Return the guard of the control `network`."""
    return InventoryGuard(NETWORK, source)


def _kind(name: str) -> InterfaceKind:
    plain = name.lower()
    if plain.startswith(("utun", "tun", "tap", "ppp", "wg", "ipsec", "wireguard", "openvpn")) or "vpn" in plain:
        return "tunnel"
    return "wireless" if plain.startswith(("wi-fi", "wlan")) else "other"
