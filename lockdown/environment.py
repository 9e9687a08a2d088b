"""Takes away what opens the web engine from outside, before it is loaded, and keeps the client from running as root.

Call `scrub` and then `refuse_root` before anything imports PySide6: the engine reads its switches once.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

from lockdown.contract.errors import RootRefused

ALLOW_ROOT = "INVIGILO_ALLOW_ROOT"
_DISABLE_SANDBOX = "QTWEBENGINE_DISABLE_SANDBOX"

_PREFIXES = ("QTWEBENGINE", "QT_LOGGING_")  # engine flags, remote debugging, foreign helper; logs of visited addresses
_NAMES = frozenset({"QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "SSLKEYLOGFILE"})
# The loader has acted on these before our first line ran, so only a fresh start is free of them. LD_LIBRARY_PATH is
# not among them: a PyInstaller bundle sets it itself, and would be restarted endlessly.
_LOADER = frozenset({"LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"})
# Others of Qt's show the program to the network (vnc), or to nobody (offscreen, minimal).
_PLATFORM, _PLATFORMS = "QT_QPA_PLATFORM", frozenset({"xcb", "wayland", "wayland-egl", "windows", "cocoa"})
_ARGUMENTS_TO_END = "webengineargs"  # Qt hands everything after it to the engine
_ARGUMENTS_WITH_VALUE = frozenset({"platform", "platformpluginpath", "qmljsdebugger"})


@dataclass(frozen=True)
class Scrubbed:
    """What was taken away.

    Attributes:
        removed: names of variables and arguments, never their values.
        needs_restart: the loader had used one of them already; start anew by `os.execve` with what is left.
        arguments: the arguments that are left.
    """

    removed: tuple[str, ...]
    needs_restart: bool
    arguments: tuple[str, ...] = ()


def scrub(environ: MutableMapping[str, str], arguments: Sequence[str] = ()) -> Scrubbed:
    """Remove from `environ`, in place, every variable that steers the web engine, and such arguments from a copy.

    Accessibility, input method and display choices stay, and that of a platform on which a person sees the program.
    """
    removed = sorted(name for name in environ if name.startswith(_PREFIXES) or name in _NAMES or name in _LOADER)
    if _PLATFORM in environ and not _seen_by_a_person(environ[_PLATFORM]):
        removed.append(_PLATFORM)
    for name in removed:
        del environ[name]
    left: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        name, has_value, _ = argument.lstrip("-").partition("=")
        if not argument.startswith("-") or name.lower() not in {_ARGUMENTS_TO_END, *_ARGUMENTS_WITH_VALUE}:
            left.append(argument)
            continue
        removed.append(f"--{name}")
        if name.lower() == _ARGUMENTS_TO_END:
            break
        if not has_value:
            next(remaining, None)
    return Scrubbed(tuple(removed), not _LOADER.isdisjoint(removed), tuple(left))


def _seen_by_a_person(platforms: str) -> bool:
    return all(choice.partition(":")[0] in _PLATFORMS for choice in platforms.split(";"))


def refuse_root(environ: MutableMapping[str, str]) -> None:
    """Refuse to run as root, where the web engine has no sandbox; call after `scrub`.

    With ``INVIGILO_ALLOW_ROOT=1`` (tests and the demo in containers) it switches the sandbox off itself, for root
    only: an ordinary user's sandbox cannot be switched off from outside.

    Raises:
        RootRefused: the effective user is root and that variable is not set.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    if environ.get(ALLOW_ROOT) != "1":
        raise RootRefused(
            "invigilo does not run as root, because the web engine has no sandbox there; "
            f"start it as an ordinary user (in a container for tests: {ALLOW_ROOT}=1)"
        )
    environ[_DISABLE_SANDBOX] = "1"
