"""Programs that show or hand this screen to somebody elsewhere, by the file names their makers give them.

A name is weak evidence, so the list is only for programs made for nothing else; browsers and chat programs, which
can share a screen too, are the institution's to name. Sources: the makers' own packages for the three platforms.
"""

from __future__ import annotations

from lockdown.contract.settings import ProgramRule

_EXECUTABLES: dict[str, tuple[str, ...]] = {
    "AnyDesk": ("anydesk",),
    "TeamViewer": ("teamviewer", "teamviewer_desktop", "teamviewer_service"),
    "RustDesk": ("rustdesk",),
    "Chrome Remote Desktop": ("remoting_host", "chrome-remote-desktop-host"),
    "x11vnc": ("x11vnc",),
    "TigerVNC": ("x0vncserver", "x0tigervncserver", "winvnc4"),
    "TightVNC": ("tvnserver",),
    "UltraVNC": ("winvnc",),
    "RealVNC": ("vncserver-x11", "vncserver-x11-core", "vncserver"),
    "wayvnc": ("wayvnc",),
    "GNOME Remote Desktop": ("gnome-remote-desktop-daemon",),
    "KDE Remote Desktop": ("krfb", "krdpserver"),
    "NoMachine": ("nxnode", "nxserver.bin"),
    "Splashtop": ("srserver", "strwinclt"),
    "Parsec": ("parsecd",),
    "DWService": ("dwagent", "dwagsvc"),
    "Supremo": ("supremo",),
    "Ammyy Admin": ("aa_v3",),
    "OBS Studio": ("obs", "obs64"),
}


def remote_control_rules() -> tuple[ProgramRule, ...]:
    """Return a deny rule for each known program file."""
    return tuple(ProgramRule(title=title, executable=name) for title, names in _EXECUTABLES.items() for name in names)
