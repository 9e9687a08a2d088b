"""What each control does, why, and when it ends: the words that the test taker reads before agreeing.

The page shows a control's words only where the institution switched it on, together with what it gives on this
machine (`lockdown.platforms.matrix.offer`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lockdown.contract.settings import Control

_WITH_EXAM = "It ends when you hand in or leave the exam."


@dataclass(frozen=True)
class Description:
    """Plain words about one control.

    Attributes:
        title: two or three words.
        what: what it does on this computer.
        why: why an institution asks for it.
        ends: when it is over.
        warning: what the test taker is told when the policy is to warn; empty for the usual words with the title.
    """

    title: str
    what: str
    why: str
    ends: str = _WITH_EXAM
    warning: str = ""


DESCRIPTIONS: Mapping[Control, Description] = MappingProxyType(
    {
        Control.FULL_SCREEN: Description(
            "Full screen",
            "The exam fills the screen and stays in front of other windows.",
            "So that the exam is what is worked on.",
        ),
        Control.FOCUS_RETURN: Description(
            "Back to the exam",
            "When another window comes to the front, the exam comes back, and the moment is noted.",
            "So that leaving the exam, also by accident, is seen and told to you at once.",
        ),
        Control.OVERLAYS: Description(
            "Windows over the exam",
            "How much of the exam other windows cover, and for how long, is noted; not which ones, or what they show. "
            "Assistive programs and input methods are left out.",
            "So that texts laid over the exam are seen.",
            warning="Another window covers the exam. Close it or move it away if you can; the exam goes on.",
        ),
        Control.SYSTEM_SHORTCUTS: Description(
            "System shortcuts",
            "Keys that leave the exam window, such as Alt-Tab, stay in it. No key you press is recorded.",
            "So that other programs are not one key away.",
        ),
        Control.CONSOLE_SWITCH: Description(
            "Text consoles and Ctrl-Alt-Del",
            "Ctrl-Alt-F1 to F12, or what Ctrl-Alt-Del offers, are switched off, on exam room computers only.",
            "So that the exam cannot be left for a text console or the task manager.",
            "It ends with the exam; after a crash it is put back by itself.",
        ),
        Control.CLIPBOARD: Description(
            "Clipboard",
            "What is copied outside the exam is replaced by an empty clipboard. It is never read.",
            "So that texts are not carried into or out of the exam.",
        ),
        Control.SCREENSHOT_PROTECTION: Description(
            "Pictures of the exam",
            "Where the system offers it, other programs, and the recording of this screen, do not see the exam.",
            "So that the questions stay with the institution.",
        ),
        Control.PROCESSES: Description(
            "Other programs",
            "Running programs are compared with the institution's list. None is closed without you.",
            "So that programs that would help in the exam, or show it to others, are not running.",
        ),
        Control.STORAGE: Description(
            "Storage devices",
            "Sticks, cards and discs that are plugged in are noted by kind and size. They are not opened or ejected.",
            "So that notes on such devices do not take part in the exam.",
        ),
        Control.DISPLAYS: Description(
            "Displays",
            "Connected displays are counted; more than the exam allows are noted.",
            "So that the exam is seen on the displays the institution allows.",
        ),
        Control.VIRTUAL_MACHINE: Description(
            "Virtual machine",
            "Signs that this computer runs inside another one are noted for a person; one sign proves nothing.",
            "So that the exam is not a window on a computer that is otherwise free.",
            "It is looked at once, before the exam.",
        ),
        Control.REMOTE_SESSION: Description(
            "Remote session",
            "Signs that this screen is shown or controlled from elsewhere are noted.",
            "So that nobody else sits the exam.",
        ),
        Control.VIRTUAL_DEVICES: Description(
            "Virtual camera or microphone",
            "Cameras and microphones that a program makes are noted by the kind of program. They stay as they are.",
            "So that people who review know where picture and sound come from. It proves nothing.",
        ),
        Control.INPUT_DEVICES: Description(
            "Keyboards and mice",
            "Keyboards and mice that are attached or removed are noted by kind. No key you press is recorded.",
            "So that nobody else types or points in your exam.",
        ),
        Control.NETWORK: Description(
            "Network connections",
            "Connections that come or go are noted by kind, such as wireless or VPN. No address or name is noted.",
            "So that other ways into or out of this computer are seen, and lost connections understood.",
        ),
        Control.DEBUGGER: Description(
            "Debugger",
            "Another program that attaches itself to this one, to read or change it, is noted.",
            "So that the exam and its recording are not tampered with.",
        ),
        Control.CLOCK: Description(
            "Clock",
            "Setting this computer's clock during the exam is noted, with the number of seconds.",
            "So that the times in the recording can be trusted.",
        ),
        Control.POWER: Description(
            "Battery",
            "Running on the battery, and how full it is when it gets low, are noted.",
            "So that a computer that switches off in the middle is understood. It says nothing about you.",
            warning="This computer runs on its battery. Connect the charger if you can; the exam goes on.",
        ),
        Control.PRINTING: Description(
            "Printing", "The exam page cannot be printed.", "So that the questions stay with the institution."
        ),
        Control.DOWNLOADS: Description(
            "Downloads", "The exam page cannot save files.", "So that the questions stay with the institution."
        ),
        Control.NEW_WINDOWS: Description(
            "New windows", "Pages open in the exam window only.", "So that everything of the exam is in one place."
        ),
        Control.DEVELOPER_TOOLS: Description(
            "Developer tools",
            "The browser's developer tools cannot be opened.",
            "So that the exam page is not changed while it is used.",
        ),
    }
)
