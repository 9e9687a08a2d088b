"""What the exam window says around its notices."""

from typing import Final

from resources.language import N_

NOTICE_REST: Final = N_("Read all of it")
NOTICE_ALL: Final = N_("Message about your exam")
MEDIA_NOT_PLAYED: Final = N_(
    "A video or sound of this page cannot be played here. Go on with the rest; it is noted in the recording."
)
