"""Words for what camera, microphone and screen do: from a code of capture to a sentence for the test taker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from capture.errors import SourceFault
from capture.reports import Impairment
from capture.sources.screen_limits import ScreenLimit
from resources.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capture.reports import StreamName

TITLES: Mapping[StreamName, str] = MappingProxyType(
    {"webcam": N_("Camera"), "microphone": N_("Microphone"), "screen": N_("Screen recording")}
)


@dataclass(frozen=True)
class FaultWords:
    """Why a source does not deliver, and what helps against exactly that."""

    what: str
    help: str


SAME_FOR_ALL: Mapping[SourceFault, FaultWords] = MappingProxyType(
    {
        SourceFault.SOUND_LIBRARY_MISSING: FaultWords(
            N_("Sound cannot be recorded: the PortAudio library is not installed."),
            N_("Ask who set up this computer to install it."),
        ),
        SourceFault.SOUND_CONFIGURATION_MISSING: FaultWords(
            N_("Sound cannot be recorded: the sound configuration of this computer is missing."),
            N_("Ask who set up this computer to put it right."),
        ),
        SourceFault.FILE_UNREADABLE: FaultWords(
            N_("The file chosen as a source cannot be read."), N_("Choose another when you start Invigilo.")
        ),
        SourceFault.FILE_WITHOUT_LENGTH: FaultWords(
            N_("The file chosen as a source has no length, so it cannot be played."),
            N_("Choose another when you start Invigilo."),
        ),
        SourceFault.FILE_WITHOUT_SOUND: FaultWords(
            N_("The file chosen as a microphone has no sound in it."), N_("Choose another when you start Invigilo.")
        ),
    }
)

FAULTS: Mapping[StreamName, Mapping[SourceFault, FaultWords]] = MappingProxyType(
    {
        "webcam": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: FaultWords(
                    N_("No camera was chosen."), N_("Choose one when you start Invigilo.")
                ),
                SourceFault.NOT_FOUND: FaultWords(N_("No camera was found."), N_("Connect one and wait a moment.")),
                SourceFault.NOT_ALLOWED: FaultWords(
                    N_("This account may not use the camera."),
                    N_("Ask who set up this computer, or choose another camera."),
                ),
                SourceFault.IN_USE: FaultWords(
                    N_("The camera cannot be opened."),
                    N_("Close other programs that use it: a camera serves one at a time."),
                ),
                SourceFault.NO_ANSWER: FaultWords(
                    N_("The network camera does not answer."), N_("Switch it on, and put it on this network.")
                ),
                SourceFault.UNREADABLE: FaultWords(
                    N_("The camera delivers pictures that cannot be read."), N_("Try another camera.")
                ),
                SourceFault.STOPPED: FaultWords(
                    N_("The camera delivers no pictures."), N_("Look whether it is still connected.")
                ),
                SourceFault.FROZEN: FaultWords(
                    N_("The camera picture is frozen."), N_("Unplug the camera and plug it in again.")
                ),
                SourceFault.FAILED: FaultWords(N_("The camera failed."), N_("Unplug it and plug it in again.")),
            }
        ),
        "microphone": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: FaultWords(
                    N_("No microphone was chosen."), N_("Choose one when you start Invigilo.")
                ),
                SourceFault.NOT_FOUND: FaultWords(
                    N_("No microphone was found, or it cannot be opened."), N_("Connect one and wait a moment.")
                ),
                SourceFault.NOT_ALLOWED: FaultWords(
                    N_("This account may not use the microphone."), N_("Ask who set up this computer.")
                ),
                SourceFault.IN_USE: FaultWords(
                    N_("The microphone cannot be opened."), N_("Close other programs that use it.")
                ),
                SourceFault.NO_ANSWER: FaultWords(
                    N_("The microphone does not answer."), N_("Switch it on, and look whether it is connected.")
                ),
                SourceFault.UNREADABLE: FaultWords(
                    N_("The microphone delivers sound that cannot be read."), N_("Try another microphone.")
                ),
                SourceFault.STOPPED: FaultWords(
                    N_("The microphone delivers no sound."), N_("Look whether it is still connected.")
                ),
                SourceFault.FROZEN: FaultWords(N_("The microphone is stuck."), N_("Unplug it and plug it in again.")),
                SourceFault.FAILED: FaultWords(N_("The microphone failed."), N_("Unplug it and plug it in again.")),
            }
        ),
        "screen": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: FaultWords(
                    N_("No screen was chosen."), N_("Choose one when you start Invigilo.")
                ),
                SourceFault.NOT_FOUND: FaultWords(
                    N_("The display to be recorded is not connected."), N_("Connect it and wait a moment.")
                ),
                SourceFault.NOT_ALLOWED: FaultWords(
                    N_("The system does not allow the screen to be recorded."),
                    N_("Allow Invigilo to record the screen in the system's settings."),
                ),
                SourceFault.IN_USE: FaultWords(
                    N_("The screen cannot be recorded."), N_("Close other programs that record it.")
                ),
                SourceFault.NO_ANSWER: FaultWords(
                    N_("The screen cannot be recorded here."),
                    N_("Work at a display of this computer, and allow Invigilo to record the screen."),
                ),
                SourceFault.UNREADABLE: FaultWords(
                    N_("The picture of the screen cannot be read."), N_("Restart the computer if this stays so.")
                ),
                SourceFault.STOPPED: FaultWords(
                    N_("The screen can no longer be recorded."), N_("Look whether the display is switched on.")
                ),
                SourceFault.FROZEN: FaultWords(
                    N_("The picture of the screen is frozen."), N_("Restart the computer if this stays so.")
                ),
                SourceFault.FAILED: FaultWords(
                    N_("The recording of the screen failed."), N_("Restart the computer if this stays so.")
                ),
            }
        ),
    }
)

IMPAIRMENTS: Mapping[Impairment, str] = MappingProxyType(
    {
        Impairment.PICTURE_BLACK: N_(
            "The camera picture is black. Is its shutter closed, or is it too dark to see anything?"
        ),
        Impairment.LENS_COVERED: N_("The camera shows only an even surface. Is something in front of the lens?"),
        Impairment.SCREEN_BLACK: N_("The recording of the screen shows only black."),
        Impairment.SOUND_SILENT: N_("The microphone delivers complete silence. Is it muted? Say a word to try it."),
    }
)

SCREEN_LIMITS: Mapping[ScreenLimit, str] = MappingProxyType(
    {
        ScreenLimit.OTHER_WINDOWS: N_("windows of programs that are not of the older X11 kind"),
        ScreenLimit.POINTER: N_("the pointer"),
        ScreenLimit.PROTECTED_WINDOWS: N_("windows that forbid being recorded, which are black in it"),
        ScreenLimit.SYSTEM_PROMPTS: N_("the lock screen and the system's own questions for a password"),
    }
)
"""What a recording of the screen leaves out, as part of a list."""


def fault_words(stream: StreamName, fault: SourceFault) -> FaultWords:
    """Give why the source of `stream` does not deliver, and what helps, in the reader's language."""
    words = SAME_FOR_ALL.get(fault) or FAULTS[stream][fault]
    return FaultWords(_(words.what), _(words.help))


def fault_sentence(stream: StreamName, fault: SourceFault) -> str:
    """Say why the source of `stream` does not deliver, and what helps."""
    words = fault_words(stream, fault)
    return f"{words.what} {words.help}"


def impairment_sentence(impairment: Impairment) -> str:
    """Say what a source delivers in place of a picture or sound."""
    return _(IMPAIRMENTS[impairment])


def limits_sentence(limits: Sequence[ScreenLimit]) -> str:
    """Say what a recording of the screen leaves out on this system; "" where it leaves out nothing."""
    if not limits:
        return ""
    left_out = ", ".join(_(SCREEN_LIMITS[limit]) for limit in limits)
    return _("Not seen in the recording on this system: {left_out}.").format(left_out=left_out)
