"""What Ctrl-Alt-Del offers, switched off for the time of the exam, on machines that lab staff manage only.

No program can keep Ctrl-Alt-Del itself, but Windows reads from the user's registry what its screen may offer. These
values outlive the process, so each is journalled before it is made and put back by compare-and-set.

Windows lets ordinary users write below this key only where the lab has given them that right; elsewhere the guard
says that it is not available.
"""

from __future__ import annotations

import logging
import sys
import time
import winreg
from collections.abc import Sequence

from lockdown.contract.errors import SettingError
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.changes import change, undo
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

_log = logging.getLogger(__name__)

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_POLICIES = r"Software\Microsoft\Windows\CurrentVersion\Policies"
_SWITCHED_OFF = (
    r"System\DisableTaskMgr",
    r"System\DisableLockWorkstation",
    r"System\DisableChangePassword",
    r"Explorer\NoLogoff",
)
_KEYS = ("Policies", "System", "Explorer")  # outermost first, so that undoing takes them away innermost first
_ON = "dword:1"
_EMPTY, _USED = "empty", "used"


class UserPolicies:
    """Values below the policies of the current user, and the keys they stand in.

    A value is written ``dword:1``. A key's value is None where there is no such key, ``empty`` where nothing is in
    it, else ``used``; only a key that was made here, and is empty again, is ever removed.
    """

    api = "windows.user.policies"

    def __init__(self, below: str = _POLICIES) -> None:
        self._below = below

    def read(self, key: str) -> str | None:
        """Return the value named `key`, or how the key named `key` is."""
        path, name = self._place(key)
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as opened:
                if name is None:
                    subkeys, values, _ = winreg.QueryInfoKey(opened)
                    return _USED if subkeys or values else _EMPTY
                value, kind = winreg.QueryValueEx(opened, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SettingError(f"the user policy {key} cannot be read (error {error.winerror})") from error
        if kind == winreg.REG_DWORD and value is not None:
            return f"dword:{value}"
        raise SettingError(f"the user policy {key} is of type {kind}, not a number; ask the lab's administrators")

    def write(self, key: str, value: str | None, *, inherited: Sequence[int] = ()) -> None:
        """Set or delete it, and wait until it is in the registry's file."""
        path, name = self._place(key)
        try:
            if name is None:
                if value is None:
                    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)
                else:
                    winreg.CreateKey(winreg.HKEY_CURRENT_USER, path).Close()
            elif value is None:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, access=winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            else:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as opened:
                    winreg.SetValueEx(opened, name, 0, winreg.REG_DWORD, int(value.removeprefix("dword:")))
            winreg.FlushKey(winreg.HKEY_CURRENT_USER)
        except FileNotFoundError:
            return  # what was to go is gone
        except (OSError, ValueError) as error:
            reason = error.winerror if isinstance(error, OSError) else "no number"
            raise SettingError(f"the user policy {key} cannot be written ({reason}); ask the lab's rights") from error

    def _place(self, key: str) -> tuple[str, str | None]:
        """Return the registry key and the value's name; nothing else of the registry is ever touched."""
        if key in _KEYS:
            return self._below if key == _KEYS[0] else rf"{self._below}\{key}", None
        if key in _SWITCHED_OFF:
            folder, _, name = key.partition("\\")
            return rf"{self._below}\{folder}", name
        raise SettingError(f"{key!r} is no user policy that this program changes")


class SecurityScreenGuard:
    """Takes task manager, lock, change of password and log off from the screen of Ctrl-Alt-Del.

    `lab_machine` comes from the machine's own policy, never from exam settings.
    """

    name = Control.CONSOLE_SWITCH.value

    def __init__(self, *, lab_machine: bool, policies: UserPolicies | None = None) -> None:
        self._lab_machine = lab_machine
        self._policies = policies or UserPolicies()
        self._journal: Journal | None = None
        self._lost = False

    def engage(self, journal: Journal) -> Engagement:
        """Journal each value, then set it."""
        if not self._lab_machine:
            return Engagement("not_available", Limit.LAB_MACHINES_ONLY)
        self._journal = journal
        try:
            for key in _KEYS:
                if self._policies.read(key) is None:
                    change(journal, self._policies, key, _EMPTY)
            for key in _SWITCHED_OFF:
                change(journal, self._policies, key, _ON)
        except SettingError as error:
            self.release()
            _log.warning("the screen of Ctrl-Alt-Del cannot be changed: %s", error)
            return Engagement("not_available", Limit.NOT_PERMITTED)
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report once when somebody else has given one of them back."""
        if self._journal is None or self._lost or all(self._policies.read(key) == _ON for key in _SWITCHED_OFF):
            return ()
        self._lost = True
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.CONSOLE_SWITCH),)

    def release(self) -> None:
        """Put every earlier value back, unless somebody else has changed it since."""
        journal, self._journal = self._journal, None
        for entry in journal.outstanding if journal is not None else ():
            if journal is not None and entry.api == UserPolicies.api:
                undo(journal, self._policies, entry)
