"""How it is known, while an exam runs, that a control still has its effect: what is asked, of whom, and how often.

What a guard once did, or believes, is no answer: the system is asked, or does the thing itself. Like `matrix`, this is
documentation in English; `lockdown/README.md` is made from it. A platform that does not offer a control has no line.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lockdown.contract.platform import Platform
from lockdown.contract.settings import Control

_ENGINE = "The engine asks the window each time; nothing happens without its answer."
_LOOK = "Each look is a new one at the system itself."
_OPTIONS = "The options in force are read back once a second."
_ONCE = "Looked at before the exam alone."
_SWITCHES = "The switches are taken away before the engine is loaded."

EFFECTS: Mapping[Control, tuple[str, str, str]] = MappingProxyType(
    {
        Control.FULL_SCREEN: (
            "Once a second the window's extent, as the X server knows it, is compared with what is sent to displays.",
            "Its place is read back ten times a second.",
            _OPTIONS,
        ),
        Control.FOCUS_RETURN: (
            "The X server tells who gets the keyboard.",
            "The system is asked 60 times a second what is in front.",
            "The system is asked 20 times a second what is in front.",
        ),
        Control.OVERLAYS: (
            "The X server tells of each window; a process of its own asks four times a second whether it answers.",
            "",
            "",
        ),
        Control.SYSTEM_SHORTCUTS: (
            "The X server tells when the grab ends; it is also asked for anew once a second.",
            "Each look presses a key that no keyboard has, and sees whether the hook got it.",
            _OPTIONS,
        ),
        Control.CONSOLE_SWITCH: (
            "The keyboard's options are read every ten seconds.",
            "The policies are read back once a second.",
            "",
        ),
        Control.CLIPBOARD: (
            "The X server tells when another program takes it, and is asked once a second whose it is.",
            "Windows is asked whose it is, at each change.",
            "The system's count of changes is read 50 times a second.",
        ),
        Control.SCREENSHOT_PROTECTION: ("", "The window's protection is read back once a second.", ""),
        Control.PROCESSES: (
            "Each look reads the kernel's list; at the start, whether that list is whole.",
            _LOOK,
            _LOOK,
        ),
        Control.STORAGE: (_LOOK, _LOOK, _LOOK),
        Control.DISPLAYS: ("The X server tells of each change.", _LOOK, _LOOK),
        Control.VIRTUAL_MACHINE: (_ONCE, _ONCE, _ONCE),
        Control.REMOTE_SESSION: (_LOOK, _LOOK, _LOOK),
        Control.VIRTUAL_DEVICES: (_LOOK, _LOOK, ""),
        Control.INPUT_DEVICES: (_LOOK, _LOOK, ""),
        Control.NETWORK: (_LOOK, _LOOK, _LOOK),
        Control.DEBUGGER: (_LOOK, _LOOK, _LOOK),
        Control.CLOCK: (_LOOK, _LOOK, _LOOK),
        Control.POWER: (_LOOK, _LOOK, _LOOK),
        Control.PRINTING: (_ENGINE, _ENGINE, _ENGINE),
        Control.DOWNLOADS: (_ENGINE, _ENGINE, _ENGINE),
        Control.NEW_WINDOWS: (_ENGINE, _ENGINE, _ENGINE),
        Control.DEVELOPER_TOOLS: (_SWITCHES, _SWITCHES, _SWITCHES),
    }
)
"""For Linux (X11, and Wayland where it is offered), Windows and macOS; nothing where the control is not offered."""

EFFECT_PLATFORMS: tuple[Platform, Platform, Platform] = ("linux-x11", "windows", "macos")
