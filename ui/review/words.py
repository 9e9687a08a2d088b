"""What the review window says by itself; marked for translation here, and said by `_` where it is shown."""

from typing import Final

from resources.language import N_

REVIEW_NOTE: Final = N_("Software only marks moments. People decide.")
VERDICT_WORDS: Final = {
    "COMPLETE": N_("Complete"),
    "INTERRUPTED": N_("Interrupted"),
    "INCONSISTENT": N_("Inconsistent"),
    "TAMPERED": N_("Altered"),
}
LEVEL_WORDS: Final = {"green": N_("Routine"), "yellow": N_("Worth a look"), "red": N_("Look closely")}
STREAM_WORDS: Final = {
    "webcam": N_("Camera"),
    "screen": N_("Screen"),
    "microphone": N_("Microphone"),
    "events": N_("Events"),
}
DOCUMENTS: Final = N_("Pictures taken at check-in")
DOCUMENT_TITLE: Final = N_("{title}, {number} of {count}")
DOCUMENT_NEXT: Final = N_("Next picture")
DOCUMENT_NOTE: Final = N_("No software has compared this picture with anybody.")
PICTURE_LARGE: Final = N_("Enlarge {stream}")
NO_PICTURE: Final = N_("No picture at this time")
NOT_RECORDED: Final = N_("{stream} was not recorded")
EVENTS: Final = N_("Events")
EVENTS_NONE: Final = N_("No events in this recording.")
PLAY: Final = N_("Play")
PAUSE: Final = N_("Pause")
SECONDS_BACK: Final = N_("Ten seconds back")
SECONDS_FORWARD: Final = N_("Ten seconds forward")
EVENT_PREVIOUS: Final = N_("Previous event")
EVENT_NEXT: Final = N_("Next event")
