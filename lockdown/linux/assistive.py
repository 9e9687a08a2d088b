"""Programs on Linux that people need in order to read, hear, point or write, told by the package that brought the file.

Linux has no signers. The packages are Debian's for accessibility.
"""

from __future__ import annotations

from lockdown.contract.settings import ProgramRule

_PACKAGES = (
    *("orca", "at-spi2-core", "speech-dispatcher", "espeak-ng", "espeakup", "fenrir", "yasr"),
    *("brltty", "brltty-x11", "xbrlapi", "onboard", "florence", "caribou", "dasher", "xvkbd"),
    *("ibus", "fcitx5", "fcitx-bin", "uim-gtk2.0", "uim-gtk3", "uim-qt5", "scim", "nabi"),
    *("kmag", "magnus", "xzoom", "vmg", "kmousetool", "mousetweaks", "kmouth", "kontrast", "simon"),
)

ASSISTIVE_RULES = tuple(ProgramRule(title=name, original_name=name) for name in _PACKAGES)
