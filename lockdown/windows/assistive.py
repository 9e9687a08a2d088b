"""Programs on Windows that people need in order to read, hear, point or write, told by the signatures of their makers.

The names are those of the makers' own downloads, and of Windows itself.
"""

from __future__ import annotations

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

ASSISTIVE_RULES = (
    *(ProgramRule(title=title, signer=name) for title, names in _SIGNERS.items() for name in names),
    *(
        ProgramRule(title=file, signer=signer, original_name=file)
        for file in _OF_THE_SYSTEM
        for signer in _SYSTEM_SIGNERS
    ),
)
