"""Keyboards and mice on Linux, from /proc/bus/input/devices, which the kernel also announces changes of.

Told apart as udev's input_id does: a keyboard has all keys of the main block, a mouse moves in x and y and has a
button. Power buttons, lid switches and webcam buttons are neither. A device's interfaces count as one piece.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from lockdown.watching.inputs import InputBus, InputDevice

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.alarm import DescriptorAlarm  # noqa: E402  (empty to the type checker on other platforms)

_BUSES: Mapping[int, InputBus] = {0x03: "usb", 0x05: "bluetooth", 0x06: "virtual"}  # BUS_* of linux/input.h
_X_AND_Y = 0b11  # the first two axes of REL and of ABS
_MAIN_BLOCK = 0xFFFFFFFE  # KEY_ESC to KEY_S
_BTN_LEFT, _BTN_TOUCH = 1 << 0x110, 1 << 0x14A
_INTERFACE = re.compile(r"/input\d+$")
_WORD_BITS = 64 if sys.maxsize > 2**32 else 32


class ProcInputs:
    """Reads `list`, a file as /proc/bus/input/devices."""

    def __init__(self, listed: Path = Path("/proc/bus/input/devices")) -> None:
        self._listed = listed
        self._descriptor: int | None = None
        self._alarm: DescriptorAlarm | None = None

    def start(self, changed: Callable[[], None]) -> None:
        """Wait for the kernel to say that the list has changed."""
        try:
            descriptor = os.open(self._listed, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            self._alarm = DescriptorAlarm(descriptor, changed)
        except PermissionError:  # an ordinary file cannot be waited for
            os.close(descriptor)
            return
        self._descriptor = descriptor

    def present(self) -> Mapping[str, InputDevice]:
        """Return the pieces, by where they are attached."""
        try:
            text = self._listed.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        kinds: dict[str, set[str]] = {}
        buses: dict[str, InputBus] = {}
        for number, block in enumerate(text.split("\n\n")):
            bus, place, kind = _described(block)
            if kind:
                piece = place or f"nowhere {number}"
                kinds.setdefault(piece, set()).add(kind)
                buses[piece] = bus
        return {
            piece: InputDevice("keyboard_and_pointer" if len(kind) == 2 else next(iter(kind)), buses[piece])  # type: ignore[arg-type]  # literals
            for piece, kind in kinds.items()
        }

    def stop(self) -> None:
        """Stop waiting."""
        if self._alarm is not None:
            self._alarm.stop()
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._alarm = self._descriptor = None


def _described(block: str) -> tuple[InputBus, str, str]:
    """Return bus, place without the interface's number, and ``keyboard``, ``pointer`` or nothing."""
    lines = block.splitlines()
    bus = int((re.search(r"^I: Bus=([0-9a-f]+)", block, re.M) or ["", "0"])[1], 16)
    place = next((line.removeprefix("P: Phys=") for line in lines if line.startswith("P: ")), "")
    on_virtual_bus = any(line.startswith("S: Sysfs=/devices/virtual/") for line in lines)
    keys = _bits(lines, "KEY")
    kind = ""
    if keys & _MAIN_BLOCK == _MAIN_BLOCK:
        kind = "keyboard"
    elif (_moves(lines, "REL") and keys & _BTN_LEFT) or (_moves(lines, "ABS") and keys & (_BTN_LEFT | _BTN_TOUCH)):
        kind = "pointer"
    return "virtual" if on_virtual_bus else _BUSES.get(bus, "built_in"), _INTERFACE.sub("", place), kind


def _moves(lines: list[str], axes: str) -> bool:
    return _bits(lines, axes) & _X_AND_Y == _X_AND_Y


def _bits(lines: list[str], name: str) -> int:
    words = next((line.partition("=")[2].split() for line in lines if line.startswith(f"B: {name}=")), [])
    value = 0
    for word in words:
        value = value << _WORD_BITS | int(word, 16)
    return value
