"""The programs of `lockdown.watching.remote_control` by the packages that bring them: another name changes nothing.

Debian's packages, and those of the makers for Debian. One that somebody built is known by its name alone.
"""

from __future__ import annotations

from lockdown.contract.settings import ProgramRule

_PACKAGES = {
    "AnyDesk": ("anydesk",),
    "TeamViewer": ("teamviewer",),
    "RustDesk": ("rustdesk",),
    "Chrome Remote Desktop": ("chrome-remote-desktop",),
    "x11vnc": ("x11vnc",),
    "TigerVNC": ("tigervnc-scraping-server", "tigervnc-standalone-server"),
    "RealVNC": ("realvnc-vnc-server",),
    "wayvnc": ("wayvnc",),
    "GNOME Remote Desktop": ("gnome-remote-desktop",),
    "KDE Remote Desktop": ("krfb", "krdp"),
    "NoMachine": ("nomachine",),
    "Xpra": ("xpra",),
    "OBS Studio": ("obs-studio",),
}

PACKAGE_RULES = tuple(
    ProgramRule(title=title, original_name=name) for title, names in _PACKAGES.items() for name in names
)
