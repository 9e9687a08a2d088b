"""Network interfaces on Linux: announced by rtnetlink, described by sysfs; see linux/rtnetlink.h."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from lockdown.watching.network import Interface, InterfaceKind

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.alarm import DescriptorAlarm  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.text_file import read_text  # noqa: E402

_RTMGRP_LINK = 1
_IFF_UP = 0x1
_LOOPBACK, _ETHERNET, _RAW_IP, _PPP, _NONE = 772, 1, 519, 512, 65534  # ARPHRD_* of linux/if_arp.h
_CARRIES_NOTHING = frozenset({"down", "lowerlayerdown", "notpresent"})
_BY_TYPE: Mapping[str, InterfaceKind] = {"wlan": "wireless", "wwan": "mobile", "wireguard": "tunnel", "ppp": "tunnel"}


class SysfsInterfaces:
    """Lists the interfaces of /sys/class/net (or of a tree like it at `root`) that can carry data."""

    def __init__(self, root: Path = Path("/sys")) -> None:
        self._folder = root / "class/net"
        self._socket: socket.socket | None = None
        self._alarm: DescriptorAlarm | None = None
        self._kinds: dict[str, InterfaceKind | None] = {}
        """Of the interfaces that there are, until the kernel announces something."""

    def start(self, changed: Callable[[], None]) -> None:
        """Listen to the kernel's announcements of interfaces; any user may."""
        try:
            listening = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            listening.bind((0, _RTMGRP_LINK))
        except OSError:
            return  # the look once a second has to do
        listening.setblocking(False)
        self._socket = listening
        self._alarm = DescriptorAlarm(listening.fileno(), changed)

    def present(self) -> Mapping[str, Interface]:
        """Return the interfaces that are up, loopback left out."""
        if self._drain() or self._socket is None:
            self._kinds.clear()
        found = {}
        for folder in self._folder.iterdir():
            if folder.name not in self._kinds:
                self._kinds[folder.name] = _kind(folder)
            kind = self._kinds[folder.name]
            if kind is not None and _up(folder):
                found[folder.name] = Interface(kind)
        return found

    def stop(self) -> None:
        """Stop listening."""
        if self._alarm is not None:
            self._alarm.stop()
        if self._socket is not None:
            self._socket.close()
        self._alarm = self._socket = None

    def _drain(self) -> bool:
        """Forget what was announced, and return whether anything was: what is there now is read from sysfs."""
        announced = False
        try:
            while self._socket is not None:
                self._socket.recv(65536)
                announced = True
        except BlockingIOError:
            return announced
        except OSError:  # more than the socket could keep
            return True
        return announced


def _kind(folder: Path) -> InterfaceKind | None:
    hardware = _number(folder / "type")
    kind = next(
        (line.partition("=")[2] for line in read_text(folder / "uevent").splitlines() if line.startswith("DEVTYPE=")),
        "",
    )
    if hardware is None or hardware == _LOOPBACK:
        return None
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if (folder / "tun_flags").exists() or hardware in {_PPP, _NONE}:
        return "tunnel"
    if (folder / "wireless").exists():
        return "wireless"
    if not (folder / "device").exists():
        return "virtual"
    return {_ETHERNET: "wired", _RAW_IP: "mobile"}.get(hardware, "other")  # type: ignore[return-value]  # literals


def _up(folder: Path) -> bool:
    flags = _number(folder / "flags")
    return flags is not None and bool(flags & _IFF_UP) and read_text(folder / "operstate") not in _CARRIES_NOTHING


def _number(path: Path) -> int | None:
    try:
        return int(read_text(path), 0)
    except ValueError:
        return None
