"""Programs that people need in order to read, hear, point or write: never reported as denied, whatever a rule names.

A name is not enough, because anybody could take it: on Windows the code signature has to be the maker's, on Linux,
which has no signers, the file has to be the one that the distribution's package brought. What cannot be proven is
treated like any other program; an institution lets it pass by `allow` in the exam settings. macOS is by name only up
to now, so nothing is proven there. Makers and packages: their own downloads, and Debian's accessibility packages.
"""

from __future__ import annotations

import sys

from lockdown.contract.settings import ProgramRule

_SIGNERS = {
    "NVDA": ("NV Access Limited",),
    "JAWS, ZoomText and Fusion": ("Freedom Scientific Inc.", "Freedom Scientific, Inc.", "Vispero, Inc."),
    "SuperNova": ("Dolphin Computer Access Ltd", "Dolphin Computer Access Limited"),
    "Read&Write": ("Texthelp Ltd", "Texthelp Limited"),
    "Dragon": ("Nuance Communications, Inc.",),
    "Grid and eye control": ("Smartbox Assistive Technology Limited", "Tobii AB", "Tobii Dynavox AB"),
}
_OF_THE_SYSTEM = ("Narrator.exe", "Magnify.exe", "osk.exe", "VoiceAccess.exe", "LiveCaptions.exe", "AtBroker.exe")
_SYSTEM_SIGNERS = ("Microsoft Windows", "Microsoft Corporation")
_PACKAGES = (
    *("orca", "at-spi2-core", "speech-dispatcher", "espeak-ng", "espeakup", "fenrir", "yasr"),
    *("brltty", "brltty-x11", "xbrlapi", "onboard", "florence", "caribou", "dasher", "xvkbd"),
    *("ibus", "fcitx5", "fcitx-bin", "uim-gtk2.0", "uim-gtk3", "uim-qt5", "scim", "nabi"),
    *("kmag", "magnus", "xzoom", "vmg", "kmousetool", "mousetweaks", "kmouth", "kontrast", "simon"),
)


def assistive_rules() -> tuple[ProgramRule, ...]:
    """Return an allow rule for each assistive program that can be told for certain on this platform."""
    if sys.platform == "win32":
        makers = [ProgramRule(title=title, signer=name) for title, names in _SIGNERS.items() for name in names]
        system = [
            ProgramRule(title=file, signer=signer, original_name=file)
            for file in _OF_THE_SYSTEM
            for signer in _SYSTEM_SIGNERS
        ]
        return (*makers, *system)
    elif sys.platform == "linux":
        return tuple(ProgramRule(title=name, original_name=name) for name in _PACKAGES)
    else:
        return ()
