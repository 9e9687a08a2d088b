"""What each control does, why, and when it ends: the words that the test taker reads before agreeing.

A page shows a control's words only where the institution switched it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lockdown.contract.settings import Control
from resources.language import N_, _

_WITH_EXAM = N_("It ends when you hand in or leave the exam.")


@dataclass(frozen=True)
class ControlWords:
    """Plain words about one control, in the language of the test taker.

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


_WORDS: Mapping[Control, ControlWords] = MappingProxyType(
    {
        Control.FULL_SCREEN: ControlWords(
            N_("Full screen"),
            N_("The exam fills the screen and stays in front of other windows."),
            N_("To keep your work in the exam."),
        ),
        Control.FOCUS_RETURN: ControlWords(
            N_("Back to the exam"),
            N_("When another window comes to the front, the exam comes back, and the moment is noted."),
            N_("To tell you at once when you leave the exam, even by accident, and to note it."),
        ),
        Control.OVERLAYS: ControlWords(
            N_("Windows over the exam"),
            N_(
                "How much of the exam other windows cover, and for how long, is noted; not which ones, or what they "
                "show. Assistive programs and input methods are left out."
            ),
            N_("To notice text that is laid over the exam."),
            warning=N_("Another window covers the exam. Close it or move it away if you can; the exam goes on."),
        ),
        Control.SYSTEM_SHORTCUTS: ControlWords(
            N_("System shortcuts"),
            N_("Keys that leave the exam window, such as Alt-Tab, stay in it. No key you press is recorded."),
            N_("To keep other programs from being one key press away."),
        ),
        Control.CONSOLE_SWITCH: ControlWords(
            N_("Text consoles and Ctrl-Alt-Del"),
            N_("Ctrl-Alt-F1 to F12, or what Ctrl-Alt-Del offers, are switched off, on exam room computers only."),
            N_("To keep the exam from being left for a text console or the task manager."),
            N_("It ends with the exam; after a crash it is put back by itself."),
        ),
        Control.CLIPBOARD: ControlWords(
            N_("Clipboard"),
            N_("What is copied outside the exam is replaced by an empty clipboard. It is never read."),
            N_("To keep text from being copied into or out of the exam."),
        ),
        Control.SCREENSHOT_PROTECTION: ControlWords(
            N_("Pictures of the exam"),
            N_("Where the system offers it, other programs, and the recording of this screen, do not see the exam."),
            N_("To keep the exam's questions from being copied."),
        ),
        Control.PROCESSES: ControlWords(
            N_("Other programs"),
            N_("Running programs are compared with the institution's list. None is closed without you."),
            N_("To make sure that no program is running that would help in the exam or show it to others."),
        ),
        Control.STORAGE: ControlWords(
            N_("Storage devices"),
            N_(
                "USB sticks, memory cards and discs that are plugged in are noted by kind and size. "
                "They are not opened or ejected."
            ),
            N_("To keep notes on such devices out of the exam."),
        ),
        Control.DISPLAYS: ControlWords(
            N_("Displays"),
            N_("Connected displays are counted; more than the exam allows are noted."),
            N_("To keep the exam on the displays that the institution allows."),
        ),
        Control.VIRTUAL_MACHINE: ControlWords(
            N_("Virtual machine"),
            N_("Signs that this computer runs inside another one are noted for a person; one sign proves nothing."),
            N_("To keep the exam from being one window among others."),
            N_("It is looked at once, before the exam."),
        ),
        Control.REMOTE_SESSION: ControlWords(
            N_("Remote session"),
            N_("Signs that this screen is shown or controlled from elsewhere are noted."),
            N_("To make sure that nobody else takes the exam for you."),
        ),
        Control.VIRTUAL_DEVICES: ControlWords(
            N_("Virtual camera or microphone"),
            N_("Cameras and microphones that a program makes are noted by the kind of program. They stay as they are."),
            N_("To tell reviewers where picture and sound come from. It proves nothing."),
        ),
        Control.INPUT_DEVICES: ControlWords(
            N_("Keyboards and mice"),
            N_("Keyboards and mice that are attached or removed are noted by kind. No key you press is recorded."),
            N_("To make sure that nobody else uses a keyboard or mouse in your exam."),
        ),
        Control.NETWORK: ControlWords(
            N_("Network connections"),
            N_("Connections that come or go are noted by kind, such as wireless or VPN. No address or name is noted."),
            N_("To show other ways into or out of this computer, and to explain lost connections."),
        ),
        Control.DEBUGGER: ControlWords(
            N_("Debugger"),
            N_("Another program that attaches itself to this one, to read or change it, is noted."),
            N_("To keep the exam and its recording from being tampered with."),
        ),
        Control.CLOCK: ControlWords(
            N_("Clock"),
            N_("Setting this computer's clock during the exam is noted, with the number of seconds."),
            N_("To make sure that the times in the recording can be trusted."),
        ),
        Control.POWER: ControlWords(
            N_("Battery"),
            N_("Running on the battery, and how full it is when it gets low, are noted."),
            N_("To explain it if the computer switches off during the exam. It says nothing about you."),
            warning=N_("This computer runs on its battery. Connect the charger if you can; the exam goes on."),
        ),
        Control.PRINTING: ControlWords(
            N_("Printing"),
            N_("The exam page cannot be printed."),
            N_("To keep the exam's questions from being copied."),
        ),
        Control.DOWNLOADS: ControlWords(
            N_("Downloads"),
            N_("The exam page cannot save files."),
            N_("To keep the exam's questions from being copied."),
        ),
        Control.NEW_WINDOWS: ControlWords(
            N_("New windows"),
            N_("Pages open in the exam window only, as tabs of it where they belong to the exam."),
            N_("To keep everything that belongs to the exam in one place."),
        ),
        Control.DEVELOPER_TOOLS: ControlWords(
            N_("Developer tools"),
            N_("The browser's developer tools cannot be opened."),
            N_("To keep the exam page from being changed while it is used."),
        ),
    }
)


def control_words(control: Control) -> ControlWords:
    """Return the words about `control`."""
    words = _WORDS[control]
    return ControlWords(
        title=_(words.title),
        what=_(words.what),
        why=_(words.why),
        ends=_(words.ends),
        warning=_(words.warning),
    )


def warning(control: Control) -> str:
    """Return what the test taker is told when the policy is to warn and `control` reported something."""
    words = control_words(control)
    return words.warning or _("Noted for your institution: {control}.").format(control=words.title)
