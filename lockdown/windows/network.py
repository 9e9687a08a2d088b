"""Network interfaces on Windows, by the type that each adapter has; no address and no name is kept."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from ctypes import wintypes

from lockdown.watching.network import Interface, InterfaceKind

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

# IfType of ipifcons.h. WireGuard and OpenVPN's driver are 53 (proprietary), Windows' VPNs 23 (PPP) and 131 (tunnel).
_KINDS: Mapping[int, InterfaceKind] = {
    6: "wired",
    71: "wireless",
    23: "tunnel",
    53: "tunnel",
    131: "tunnel",
    243: "mobile",
    244: "mobile",
}
_LOOPBACK = 24
_UP = 1  # IfOperStatusUp
_NO_ADDRESSES = 0x1 | 0x2 | 0x4 | 0x8  # GAA_FLAG_SKIP_UNICAST, _ANYCAST, _MULTICAST, _DNS_SERVER
_OK, _OVERFLOW = 0, 111  # ERROR_SUCCESS, ERROR_BUFFER_OVERFLOW
_TRIES = 3
_FIRST_BYTES = 16 * 1024


class _Adapter(ctypes.Structure):
    """The beginning of IP_ADAPTER_ADDRESSES_LH; addresses and names of networks are stepped over."""

    _fields_ = (
        ("length", wintypes.ULONG),
        ("index", wintypes.DWORD),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("not_read", ctypes.c_void_p * 8),
        ("lengths_and_flags", wintypes.ULONG * 3),
        ("type", wintypes.DWORD),
        ("status", ctypes.c_int),
    )


_helper = ctypes.WinDLL("iphlpapi")


class AdapterSource:
    """Lists adapters that are up; `adapters` gives key, type and state of each, by default Windows' own list."""

    def __init__(self, adapters: Callable[[], list[tuple[str, int, int]]] | None = None) -> None:
        self._adapters = adapters or _system_adapters

    def start(self, changed: Callable[[], None]) -> None:
        """Nothing is announced."""

    def present(self) -> Mapping[str, Interface]:
        """Return the adapters that are up, loopback left out."""
        return {
            key: Interface(_KINDS.get(kind, "other"))
            for key, kind, state in self._adapters()
            if state == _UP and kind != _LOOPBACK
        }

    def stop(self) -> None:
        """Nothing to stop."""


def _system_adapters() -> list[tuple[str, int, int]]:
    size = wintypes.ULONG(_FIRST_BYTES)
    for _ in range(_TRIES):
        place = ctypes.create_string_buffer(size.value)
        answer = _helper.GetAdaptersAddresses(0, _NO_ADDRESSES, None, place, ctypes.byref(size))
        if answer == _OK:
            found = []
            at = ctypes.addressof(place)
            while at:
                adapter = _Adapter.from_address(at)
                found.append((adapter.name.decode("ascii", "replace"), adapter.type, adapter.status))
                at = adapter.next
            return found
        if answer != _OVERFLOW:
            return []
    return []
