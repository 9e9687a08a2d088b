"""Tricks with devices: storage, displays, keyboards, network, sound, clipboard, clock, pictures of the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator

from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001  # linux/if_tun.h


def storage_arrives(hall: Hall) -> Outcome:
    if os.geteuid() != 0 or shutil.which("losetup") is None:
        return Outcome("not here", "attaching a device needs root and losetup")
    image = hall.folder / "stick.img"
    image.write_bytes(bytes(1 << 20))
    since, began_ns = hall.told, time.monotonic_ns()
    node = hall.tell("losetup", "-f", "--show", str(image))
    if not node:
        return Outcome("not here", "no loop device is free")
    try:
        return incident(hall.violation("storage-arrived", since=since), began_ns)
    finally:
        hall.tell("losetup", "-d", node)
        hall.violation("storage-removed", since=since)


def display_is_connected(hall: Hall) -> Outcome:
    since, began_ns = hall.told, time.monotonic_ns()
    hall.tell("xrandr", "--setmonitor", "FAKE2", "640/160x800/200+1280+0", "none")
    try:
        return incident(hall.violation("displays-counted", since=since, displays=2), began_ns)
    finally:
        hall.tell("xrandr", "--delmonitor", "FAKE2")
        hall.until(lambda: "FAKE2" not in hall.tell("xrandr", "--listmonitors"))


def second_seat(hall: Hall) -> Outcome:
    """Make a second keyboard and pointer; they stay, because Qt 6.12 does not survive that a pair is taken away."""
    since, began_ns = hall.told, time.monotonic_ns()
    hall.tell("xinput", "create-master", "Second")
    return incident(hall.violation("seats-counted", since=since, seats=2), began_ns)


@contextlib.contextmanager
def tunnel() -> Iterator[str]:
    """Hold a tunnel open as a VPN does, down; yields its name."""
    name = f"vpn{os.getpid() % 100_000}"
    held = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(held, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TUN_WITHOUT_HEADER))
        yield name
    finally:
        os.close(held)


def vpn_connects(hall: Hall) -> Outcome:
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):  # noqa: PTH110
        return Outcome("not here", "making a tunnel needs root and /dev/net/tun")
    with tunnel() as name:
        since, began_ns = hall.told, time.monotonic_ns()
        hall.tell("ip", "link", "set", name, "up")
        return incident(hall.violation("network-up", since=since, kind="tunnel"), began_ns)


def copied_outside(selection: str):
    """Copy a text in another program, and try to read it again."""

    def copy(hall: Hall) -> Outcome:
        hall.until(lambda: hall.tell("xclip", "-o", "-selection", selection) == "", 3)
        since, began_ns = hall.told, time.monotonic_ns()
        with hall.program("xclip", "-quiet", "-selection", selection, "-i", stdin=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as program:  # fmt: skip
            assert program.stdin is not None
            program.stdin.write("the answer is 42")
            program.stdin.close()
            line = hall.violation("clipboard-replaced", since=since)
            if not hall.until(lambda: hall.tell("xclip", "-o", "-selection", selection) == ""):
                return Outcome("silent", "the text is still there")
        return incident(line, began_ns)

    return copy


def clock_is_set(hall: Hall) -> Outcome:
    since, began_ns = hall.told, time.monotonic_ns()
    hall.command(clock_s=3600)
    try:
        return incident(hall.violation("clock-set", since=since, by_s=3600), began_ns)
    finally:
        hall.command(clock_s=-3600)
        hall.violation("clock-set", since=since, by_s=-3600)


def picture_of_the_screen(hall: Hall) -> Outcome:
    """X11 cannot keep it away; what counts is that nobody claims so."""
    from lockdown.contract.settings import Control
    from lockdown.platforms.matrix import support

    if hall.statuses.get("screenshot_protection") or support(Control.SCREENSHOT_PROTECTION, "linux-x11").level != (
        "not_available"
    ):
        return Outcome("silent", "a protection is claimed that X11 does not give")
    return Outcome("told", "said before the exam: not available on X11")


DEVICE_TRICKS = (
    Trick("a storage device arrives", storage_arrives, within_ms=100),
    Trick("a display is connected", display_is_connected, within_ms=200),
    Trick("text is copied outside (clipboard)", copied_outside("clipboard"), within_ms=50),
    Trick("text is copied outside (primary selection)", copied_outside("primary"), within_ms=50),
    Trick("a VPN connects", vpn_connects, within_ms=100),
    Trick("the clock is set", clock_is_set),
    Trick("a picture of the screen is taken", picture_of_the_screen),
    Trick("a second keyboard and pointer are made", second_seat),
)
