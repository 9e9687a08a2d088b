"""What each control gives on each platform, and how that was tested.

`MATRIX` is the only place where it is said; `lockdown/README.md` is made from it (``python -m
lockdown.platforms.matrix``), the start screen and exam refusal read it through `support`. A line claims what tests show
and nothing more. Its reasons are documentation, in English only: people are shown what `app/client/pages` says.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from lockdown.contract.platform import PLATFORMS, Platform
from lockdown.contract.settings import Control
from lockdown.engaging.guard import EnforcementLevel
from lockdown.platforms.effects import EFFECT_PLATFORMS, EFFECTS

Tested = Literal[
    "natively",
    "under Wine",
    "on descriptions",
    "on a fake",
    "type-checked only",
    "not written yet",
    "by the platform's design",
]


@dataclass(frozen=True)
class ControlSupport:
    """What a control gives on a platform.

    Attributes:
        level: the most that a guard may claim there.
        reason: one sentence: how, or why not.
        tested: how we know.
    """

    level: EnforcementLevel
    reason: str
    tested: Tested


def _row(
    x11: ControlSupport, wayland: ControlSupport, windows: ControlSupport, macos: ControlSupport
) -> Mapping[Platform, ControlSupport]:
    return MappingProxyType({"linux-x11": x11, "linux-wayland": wayland, "windows": windows, "macos": macos})


def _enforced(reason: str, tested: Tested = "natively") -> ControlSupport:
    return ControlSupport("enforced", reason, tested)


def _observed(reason: str, tested: Tested = "natively") -> ControlSupport:
    return ControlSupport("observed", reason, tested)


def _impossible(reason: str) -> ControlSupport:
    return ControlSupport("not_available", reason, "by the platform's design")


_TO_COME = ControlSupport("not_available", "There is no backend for it yet.", "not written yet")
_WAYLAND = "A Wayland program cannot keep others away; use an X11 session or the kiosk session of a lab."


def _page(reason: str) -> Mapping[Platform, ControlSupport]:
    """Return the row of a control that the web engine itself carries out, wherever it runs."""
    elsewhere = ControlSupport("enforced", reason, "type-checked only")
    return _row(_enforced(reason), elsewhere, elsewhere, elsewhere)


MATRIX: Mapping[Control, Mapping[Platform, ControlSupport]] = MappingProxyType(
    {
        Control.FULL_SCREEN: _row(
            _enforced("The exam window fills each display it is on, and is on top of what the window manager manages."),
            _impossible(_WAYLAND),
            _enforced("Ten times a second the window is put over its whole display, above others.", "under Wine"),
            _enforced("Dock and menu bar are hidden while the exam is in front.", "on a fake"),
        ),
        Control.FOCUS_RETURN: _row(
            _enforced("The exam window comes back to the front, up to five times a second."),
            _impossible(_WAYLAND),
            _enforced("As on Linux; what is in front is looked at 60 times a second as well.", "under Wine"),
            _enforced("As on Linux; what is in front is looked at 20 times a second.", "on a fake"),
        ),
        Control.OVERLAYS: _row(
            _observed("Windows above the exam, managed or not, are noted by how much they cover, from a second on."),
            _impossible("A Wayland program does not know of other windows."),
            _TO_COME,
            _TO_COME,
        ),
        Control.SYSTEM_SHORTCUTS: _row(
            _enforced(
                "The keyboard is grabbed, again at once where the grab was ended; SysRq, power key and text consoles "
                "are below it."
            ),
            _impossible(_WAYLAND),
            _enforced(
                "A hook swallows them, those of assistive programs pass; Ctrl-Alt-Del and Windows-L are below it.",
                "under Wine",
            ),
            _enforced("Cmd-Tab, force quit, log out and hiding are off while the exam is in front.", "on a fake"),
        ),
        Control.CONSOLE_SWITCH: _row(
            _enforced("On lab machines the keys leave the keyboard map; it is put back after any end."),
            _impossible("The compositor switches consoles, not the keyboard map."),
            _enforced("On lab machines Ctrl-Alt-Del offers less; it is put back after any end.", "under Wine"),
            _impossible("There are no text consoles."),
        ),
        Control.CLIPBOARD: _row(
            _enforced(
                "What others copy is replaced at once, never read; what the exam holds is handed to nobody else."
            ),
            _impossible("A Wayland program without focus is not told of the clipboard."),
            _enforced("What others copy is replaced at once; it is never read.", "under Wine"),
            _enforced(
                "What is copied while another program is in front or on another device is replaced at once, unread.",
                "on a fake",
            ),
        ),
        Control.SCREENSHOT_PROTECTION: _row(
            _impossible("X11 lets every program take pictures of the screen."),
            _impossible("Only the compositor could, and none offers it to programs."),
            _enforced(
                "Windows leaves the window out of pictures, the exam's own recording included, but not while a screen "
                "reader or magnifier runs; that a refusal is told is tested under Wine.",
                "type-checked only",
            ),
            _impossible("Since macOS 15 the system's own capture ignores a window's wish to be left out."),
        ),
        Control.PROCESSES: _row(
            _observed(
                "Each start is announced where the kernel allows it, else one look a second; not available where this "
                "program was started apart from the others."
            ),
            _observed("As on X11.", "natively"),
            _observed("One look a second, by signer, original name, digest and name.", "under Wine"),
            _observed("One look a second, by bundle identifier and name.", "on a fake"),
        ),
        Control.STORAGE: _row(
            _observed("The kernel announces devices; kind, maker, model and rough size are noted."),
            _observed("As on X11.", "natively"),
            _observed("Looked at once a second; kind, maker, model and rough size are noted.", "under Wine"),
            _observed("Volumes are looked at once a second, by rough size.", "on a fake"),
        ),
        Control.DISPLAYS: _row(
            _observed(
                "Displays are counted at the start and at each change, more than allowed noted; mirrored ones are one."
            ),
            _observed("As on X11.", "type-checked only"),
            _observed("Counted once a second, mirrored ones and projectors too.", "under Wine"),
            _observed("Counted once a second, mirrored ones too.", "on a fake"),
        ),
        Control.VIRTUAL_MACHINE: _row(
            _observed("Signs of processor, firmware, devices and network; two origins have to agree."),
            _observed("As on X11."),
            _observed("Signs of firmware and devices; both have to agree.", "under Wine"),
            _observed("The system says whether it is a guest; as a single sign it proves nothing.", "on a fake"),
        ),
        Control.REMOTE_SESSION: _row(
            _observed(
                "Signs of SSH, XRDP, forwarded displays and logind, two that no glass shows the display, two that a "
                "program serves it; known programs at check-in."
            ),
            _observed("As on X11, but for the display; sharing by the compositor's portal cannot be listed."),
            _observed(
                "Remote Desktop and sessions off the console, every ten seconds.",
                "under Wine",
            ),
            _observed(
                "Signs of SSH and of a session off the console, every ten seconds.",
                "on a fake",
            ),
        ),
        Control.VIRTUAL_DEVICES: _row(
            _observed("By the sound server's modules natively; by driver (v4l2loopback, OBS, ALSA) on descriptions."),
            _observed("As on X11."),
            _observed("By what is registered as a camera without hardware, and sound without a bus.", "under Wine"),
            _TO_COME,
        ),
        Control.INPUT_DEVICES: _row(
            _observed("Second seats of the X server are counted natively; the kernel's list is read on descriptions."),
            _observed("The kernel's list is read; what a compositor makes itself is not seen.", "on descriptions"),
            _observed("Windows' list of raw input devices is read once a second, no key is.", "under Wine"),
            _TO_COME,
        ),
        Control.NETWORK: _row(
            _observed("The kernel announces interfaces; their kind is noted, no address and no name."),
            _observed("As on X11."),
            _observed("One look a second, the kind by the type of each adapter.", "under Wine"),
            _observed("One look a second, the kind by the usual names.", "type-checked only"),
        ),
        Control.DEBUGGER: _row(
            _observed("The kernel says whether one of this program's processes is traced; one look a second."),
            _observed("As on X11."),
            _observed("Windows says whether a debugger is attached; one look a second.", "under Wine"),
            _observed("The kernel says whether a process is traced; one look a second.", "on a fake"),
        ),
        Control.CLOCK: _row(
            _observed("The clock is compared with one that nobody can set, once a second."),
            _observed("As on X11."),
            _observed("As on Linux.", "under Wine"),
            _observed("As on Linux.", "type-checked only"),
        ),
        Control.POWER: _row(
            _observed("The battery is asked every ten seconds.", "on descriptions"),
            _observed("As on X11.", "on descriptions"),
            _observed("As on Linux.", "type-checked only"),
            _observed("As on Linux.", "type-checked only"),
        ),
        Control.PRINTING: _page("The web engine's print requests are refused."),
        Control.DOWNLOADS: _page("The web engine's downloads are refused."),
        Control.NEW_WINDOWS: _page("New windows are not made; allowed pages open as tabs of the exam window."),
        Control.DEVELOPER_TOOLS: _page("The tools are never connected, and their switches are taken away."),
    }
)


def support(control: Control, platform: Platform, *, lab_machine: bool = False) -> ControlSupport:
    """Return what `control` gives on `platform`; some is given on machines that lab staff manage only."""
    offered = MATRIX[control][platform]
    if control is Control.CONSOLE_SWITCH and offered.level == "enforced" and not lab_machine:
        return replace(offered, level="not_available", reason="Only on machines that lab staff manage.")
    return offered


def render_matrix() -> str:
    """Return the matrix as the Markdown tables of the README: what is given, then why and how tested."""
    titles = {"linux-x11": "Linux X11", "linux-wayland": "Linux Wayland", "windows": "Windows", "macos": "macOS"}
    lines = ["| control | " + " | ".join(titles[name] for name in PLATFORMS) + " |", "|---" * 5 + "|"]
    for control, row in MATRIX.items():
        cells = (f"{row[name].level.replace('_', ' ')}, {row[name].tested}" for name in PLATFORMS)
        lines.append(f"| `{control}` | " + " | ".join(cells) + " |")
    for name in PLATFORMS:
        lines += ["", f"**{titles[name]}**", ""]
        lines += [f"- `{control}`: {row[name].reason}" for control, row in MATRIX.items()]
    lines += ["", "**How each is checked while the exam runs**", ""]
    lines += ["| control | " + " | ".join(titles[name] for name in EFFECT_PLATFORMS) + " |", "|---" * 4 + "|"]
    lines += [
        f"| `{control}` | " + " | ".join(asked or "-" for asked in row) + " |" for control, row in EFFECTS.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_matrix())
