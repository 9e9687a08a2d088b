"""Keeps keys that end grabs out of the keyboard map while the exam holds the keyboard.

With the option ``grab:break_actions`` Ctrl-Alt-KP_Divide ends the exam's grab, and Ctrl-Alt-KP_Multiply the program
that has it. The X server tells when its keyboard map gets other options.
"""

from __future__ import annotations

import ctypes
import logging
import struct
import sys
import time
from collections.abc import Sequence

from lockdown.contract.errors import LockdownError
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.keyboard import XkbOptions  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.x11 import XServer  # noqa: E402

_log = logging.getLogger(__name__)

ENDS_GRABS = "grab:break_actions"
_PROPERTY_NOTIFY, _EVENT_MASK, _PROPERTY_CHANGE = 28, 1 << 11, 1 << 22  # of xproto.h
_SENT_BY_A_PROGRAM = 0x80


class _RulesOfTheMap(XServer):
    """Hears of the options that the keyboard map is made with, which are a property of the root window."""

    def __init__(self, display: str) -> None:
        super().__init__(display)
        mask = (ctypes.c_uint32 * 1)(_PROPERTY_CHANGE)
        self._xcb.xcb_change_window_attributes(self._server, self.root, _EVENT_MASK, mask)
        self._property = self.atom("_XKB_RULES_NAMES")

    def renewed(self) -> bool:
        """Return whether the server has told of others since the last call; never waits for it."""
        seen = False
        while at := self._xcb.xcb_poll_for_event(self._server):
            event = ctypes.string_at(at, 12)
            self._free(at)
            seen = seen or (
                event[0] & ~_SENT_BY_A_PROGRAM == _PROPERTY_NOTIFY
                and struct.unpack_from("<I", event, 8)[0] == self._property
            )
        return seen


class KeyboardMapGuard:
    """Takes the option out again where it comes during the exam, and reports that; one from before is left alone.

    What it takes out stays out: it is put back to what it was when the exam began.
    """

    name = "keyboard_map"

    def __init__(self, display: str) -> None:
        self._display = display
        self._options = XkbOptions()
        self._server: _RulesOfTheMap | None = None

    def engage(self, journal: Journal) -> Engagement:
        """Begin to listen; changes nothing."""
        try:
            present = ENDS_GRABS in self._read()
            server = _RulesOfTheMap(self._display)
        except LockdownError as error:
            _log.warning("options of the keyboard cannot be watched: %s", error)
            return Engagement("not_available", Limit.SYSTEM_REFUSED)
        if present:
            server.close()
            return Engagement("not_available", Limit.SET_BEFORE)
        self._server = server
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Take the option out where it has come, and report it."""
        if self._server is None or not self._server.renewed():
            return ()
        options = self._read()
        if ENDS_GRABS not in options:
            return ()
        self._options.write(self._display, ",".join(option for option in options if option != ENDS_GRABS) or None)
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.SYSTEM_SHORTCUTS),)

    def release(self) -> None:
        """Stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _read(self) -> list[str]:
        return (self._options.read(self._display) or "").split(",")
