"""Reading the registry, where what is missing or not readable is simply not there."""

from __future__ import annotations

import sys
import winreg

assert sys.platform == "win32"  # noqa: S101  (for the type checker)


def subkeys(hive: int, key: str) -> list[str]:
    """Return the names of the keys below `key`."""
    try:
        with winreg.OpenKey(hive, key) as opened:
            return [winreg.EnumKey(opened, index) for index in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []


def value(hive: int, key: str, name: str) -> object:
    """Return the value `name` of `key`, None where there is none."""
    try:
        with winreg.OpenKey(hive, key) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None
