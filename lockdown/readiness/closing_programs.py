"""Asking a program to close, after the test taker has said yes to it.

A program is asked to end as when the person logs out, and never forced: one that has unsaved work may ask about it,
and stays open until it is answered. What is not the test taker's own, belongs to the system or helps a person to use
the computer is left alone, whatever a list says.
"""

from __future__ import annotations

from collections.abc import Iterable

from lockdown.contract.settings import ProcessSettings
from lockdown.watching.closer import CloseOutcome, ProgramCloser
from lockdown.watching.processes import ProcessSource, denied_rules, denied_running
from lockdown.watching.programs import Program

ASSISTIVE = frozenset(
    {
        "orca", "speech-dispatcher", "sd_espeak-ng", "espeak", "espeak-ng", "espeakup", "brltty", "onboard", "caribou",
        "florence", "dasher", "kmag", "magnus", "xzoom", "vmg", "mousetweaks", "at-spi-bus-launcher",
        "at-spi2-registryd", "gnome-magnifier", "eviacam", "talon", "simon", "emacspeak",
    }
)  # fmt: skip
"""Programs that speak, enlarge, write braille or stand in for keyboard and mouse."""

OF_THE_SYSTEM = frozenset(
    {
        "systemd", "init", "dbus-daemon", "dbus-broker", "xorg", "xwayland", "gnome-shell", "mutter", "kwin_x11",
        "kwin_wayland", "plasmashell", "xfwm4", "xfce4-session", "openbox", "cinnamon", "mate-session", "marco",
        "gnome-session-binary", "ksmserver", "sddm", "gdm-x-session", "lightdm", "pulseaudio", "pipewire",
        "pipewire-pulse", "wireplumber", "ibus-daemon", "fcitx5", "login", "sshd", "sudo",
    }
)  # fmt: skip
"""What the desktop itself lives on."""


def may_be_closed(program: Program) -> bool:
    """Return whether `program` is neither the system's nor an assistive one, by every name that is known of it."""
    names = {name.casefold().removesuffix(".exe") for name in (program.executable, program.command) if name}
    return not names & (ASSISTIVE | OF_THE_SYSTEM)


def close_denied(settings: ProcessSettings, source: ProcessSource, closer: ProgramCloser) -> tuple[CloseOutcome, ...]:
    """Ask every denied program that runs to close; call it only when the test taker has agreed."""
    running: Iterable[Program] = (
        program for program, _ in denied_running(source, denied_rules(settings, source), settings.allow)
    )
    return tuple(closer.close(program) if may_be_closed(program) else "left alone" for program in running)
