"""Words for what camera, microphone and screen do: from a code of capture to a sentence for the test taker."""

from __future__ import annotations

from collections.abc import Mapping
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

SAME_FOR_ALL: Mapping[SourceFault, str] = MappingProxyType(
    {
        SourceFault.SOUND_LIBRARY_MISSING: N_("Sound cannot be recorded: the PortAudio library is not installed."),
        SourceFault.SOUND_CONFIGURATION_MISSING: N_(
            "Sound cannot be recorded: the sound configuration of this computer is missing."
        ),
        SourceFault.FILE_UNREADABLE: N_("The file chosen as a source cannot be read: choose another."),
        SourceFault.FILE_WITHOUT_LENGTH: N_(
            "The file chosen as a source has no length, so it cannot be played: choose another."
        ),
        SourceFault.FILE_WITHOUT_SOUND: N_("The file chosen as a microphone has no sound in it: choose another."),
    }
)

FAULTS: Mapping[StreamName, Mapping[SourceFault, str]] = MappingProxyType(
    {
        "webcam": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: N_("No camera was chosen."),
                SourceFault.NOT_FOUND: N_("No camera was found. Connect one and wait a moment."),
                SourceFault.NOT_ALLOWED: N_(
                    "This account may not use the camera. Ask who set up this computer, or choose another camera."
                ),
                SourceFault.IN_USE: N_(
                    "The camera cannot be opened. Close other programs that use it: a camera serves one at a time."
                ),
                SourceFault.NO_ANSWER: N_("The network camera does not answer. Is it switched on and on this network?"),
                SourceFault.UNREADABLE: N_("The camera delivers pictures that cannot be read. Try another camera."),
                SourceFault.STOPPED: N_("The camera delivers no pictures. Is it still connected?"),
                SourceFault.FROZEN: N_("The camera picture is frozen. Unplug the camera and plug it in again."),
                SourceFault.FAILED: N_("The camera failed. Unplug it and plug it in again."),
            }
        ),
        "microphone": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: N_("No microphone was chosen."),
                SourceFault.NOT_FOUND: N_(
                    "No microphone was found, or it cannot be opened. Connect one and wait a moment."
                ),
                SourceFault.NOT_ALLOWED: N_("This account may not use the microphone. Ask who set up this computer."),
                SourceFault.IN_USE: N_("The microphone cannot be opened. Close other programs that use it."),
                SourceFault.NO_ANSWER: N_("The microphone does not answer. Is it switched on?"),
                SourceFault.UNREADABLE: N_(
                    "The microphone delivers sound that cannot be read. Try another microphone."
                ),
                SourceFault.STOPPED: N_("The microphone delivers no sound. Is it still connected?"),
                SourceFault.FROZEN: N_("The microphone is stuck. Unplug it and plug it in again."),
                SourceFault.FAILED: N_("The microphone failed. Unplug it and plug it in again."),
            }
        ),
        "screen": MappingProxyType(
            {
                SourceFault.NOT_CHOSEN: N_("No screen was chosen."),
                SourceFault.NOT_FOUND: N_("The display to be recorded is not connected."),
                SourceFault.NOT_ALLOWED: N_("The system does not allow the screen to be recorded."),
                SourceFault.IN_USE: N_("The screen cannot be recorded. Close other programs that record it."),
                SourceFault.NO_ANSWER: N_("The screen cannot be recorded here. Is there a display, and is it allowed?"),
                SourceFault.UNREADABLE: N_("The picture of the screen cannot be read."),
                SourceFault.STOPPED: N_("The screen can no longer be recorded."),
                SourceFault.FROZEN: N_("The picture of the screen is frozen."),
                SourceFault.FAILED: N_("The recording of the screen failed."),
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


def fault_sentence(stream: StreamName, fault: SourceFault) -> str:
    """Say why the source of `stream` does not deliver, and what helps."""
    return _(SAME_FOR_ALL.get(fault) or FAULTS[stream][fault])


def impairment_sentence(impairment: Impairment) -> str:
    """Say what a source delivers in place of a picture or sound."""
    return _(IMPAIRMENTS[impairment])


def limits_sentence(limits: Sequence[ScreenLimit]) -> str:
    """Say what a recording of the screen leaves out on this system; "" where it leaves out nothing."""
    if not limits:
        return ""
    left_out = ", ".join(_(SCREEN_LIMITS[limit]) for limit in limits)
    return _("Not seen in the recording on this system: {left_out}.").format(left_out=left_out)
