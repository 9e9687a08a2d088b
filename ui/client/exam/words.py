"""What the exam window says around its notices."""

from typing import Final

from resources.language import N_

NOTICE_REST: Final = N_("Read all of it")
NOTICE_ALL: Final = N_("Message about your exam")
