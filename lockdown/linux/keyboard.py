"""The X keyboard's options, and the lab-only guard that keeps Ctrl-Alt-F1..F12 from leaving the exam.

The switch to a text console is made in the X server, below every keyboard grab; only the keyboard map can take it
away. The map belongs to the X server and outlives this process, so the change is journalled, and made only where lab
staff manage the machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence

from lockdown.contract.errors import SettingError
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.changes import change, undo
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Change, Journal

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

NO_CONSOLE_KEYS = "srvrkeys:none"
_TIMEOUT_S = 5.0
_DISPLAY = re.compile(r"^[\w.\-]*:\d+(\.\d+)?$")
_OPTION = re.compile(r"^[\w\-]+:[\w\-+()]+$")


class XkbOptions:
    """The options of an X server's keyboard map, through `setxkbmap`: the key is a display name such as ``:0``.

    The value is the options joined by commas in the server's order, None where there are none.
    """

    api = "x11.xkb.options"

    def read(self, key: str) -> str | None:
        """Return the options in force on display `key`."""
        for line in self._setxkbmap(key, ["-query"]).splitlines():
            name, _, value = line.partition(":")
            if name == "options":
                return value.strip() or None
        return None

    def write(self, key: str, value: str | None, *, inherited: Sequence[int] = ()) -> None:
        """Replace the options of display `key`."""
        arguments = ["-option", ""]
        for option in (value or "").split(","):
            if option and not _OPTION.match(option):
                raise SettingError(f"{option!r} is no keyboard option; the keyboard of display {key} stays as it is")
            arguments += ["-option", option] if option else []
        self._setxkbmap(key, arguments, inherited)

    def _setxkbmap(self, display: str, arguments: Sequence[str], inherited: Sequence[int] = ()) -> str:
        if not _DISPLAY.match(display):
            raise SettingError(f"{display!r} is no X display, so its keyboard options cannot be used")
        try:
            done = subprocess.run(
                ["setxkbmap", "-display", display, *arguments],
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                pass_fds=inherited,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SettingError(f"setxkbmap did not run on display {display}: install x11-xkb-utils") from error
        if done.returncode != 0:
            raise SettingError(
                f"setxkbmap failed on display {display} with status {done.returncode}: is its X server running?"
            )
        return done.stdout


class ConsoleSwitchGuard:
    """Takes the console keys out of the keyboard map for the time of the exam, on lab machines only.

    `lab_machine` comes from the machine's own policy, never from exam settings: on a test taker's own machine
    nothing is changed that could outlive the process.
    """

    name = Control.CONSOLE_SWITCH.value
    _CHECK_EVERY_S = 10.0  # each look starts a program (7 ms), and losing the option is rare

    def __init__(self, display: str, *, lab_machine: bool) -> None:
        self._display = display
        self._lab_machine = lab_machine
        self._options = XkbOptions()
        self._journal: Journal | None = None
        self._change: Change | None = None
        self._next_check_s = 0.0

    def engage(self, journal: Journal) -> Engagement:
        """Journal the keyboard options, then add ``srvrkeys:none``."""
        if not self._lab_machine:
            return Engagement("not_available", Limit.LAB_MACHINES_ONLY)
        self._journal = journal
        present = self._options.read(self._display)
        wanted = present.split(",") if present else []
        if NO_CONSOLE_KEYS not in wanted:
            wanted.append(NO_CONSOLE_KEYS)
        self._change = change(journal, self._options, self._display, ",".join(wanted))
        self._next_check_s = time.monotonic() + self._CHECK_EVERY_S
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report once when somebody else has given the console keys back."""
        now_s = time.monotonic()
        if self._change is None or now_s < self._next_check_s:
            return ()
        self._next_check_s = now_s + self._CHECK_EVERY_S
        if NO_CONSOLE_KEYS in (self._options.read(self._display) or "").split(","):
            return ()
        self._change = None
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.CONSOLE_SWITCH),)

    def release(self) -> None:
        """Put the earlier options back, unless somebody else has changed them since."""
        if self._journal is None:
            return
        for entry in self._journal.outstanding:
            if entry.api == XkbOptions.api and entry.key == self._display:
                undo(self._journal, self._options, entry)
        self._journal = self._change = None
