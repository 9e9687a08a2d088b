"""What the exam window says around its notices and tabs."""

from typing import Final

from resources.language import N_

NOTICE_REST: Final = N_("Read all of it")
NOTICE_ALL: Final = N_("Message about your exam")
MEDIA_NOT_PLAYED: Final = N_(
    "A video or sound of this page cannot be played here. Go on with the rest; it is noted in the recording."
)
PAGE_TOOLS: Final = N_("This page")
PAGE_TOOLS_SENTENCE: Final = N_("Loads it again, or shows the exam's first page.")
PAGE_LOST: Final = N_(
    "What you wrote on this page and did not save is lost when it is loaded again or the first page takes its place."
)
PAGE_STAY: Final = N_("Leave it as it is")
PAGE_RELOAD: Final = N_("Load it again")
PAGE_START: Final = N_("To the first page")
PAGE_FIND: Final = N_("Search this page")
FIND_NEXT: Final = N_("Next place (F3)")
FIND_PREVIOUS: Final = N_("Place before (Shift and F3)")
FIND_CLOSE: Final = N_("Close the search (Escape)")
FIND_PLACES: Final = N_("{number} of {count}")
FIND_NONE: Final = N_("Not on this page")
TABS: Final = N_("Open pages")
TABS_KEYS: Final = N_("Control and Tab goes from page to page, Control and W closes one that is not the exam's.")
TAB_EXAM: Final = N_("Exam")
TAB_EXAM_NAMED: Final = N_("Exam: {title}")
TAB_NEW: Final = N_("New page")
TAB_CLOSE: Final = N_("Close {title}")
TAB_TO_EXAM: Final = N_("Back to the exam")
TAB_BACK: Final = N_("Back (Alt+Left)")
TAB_BACK_SENTENCE: Final = N_("Shows again the page that was here before this one.")
TAB_OPENED: Final = N_("{title} has opened beside the exam, whose page stays as it is. {keys}")
TAB_CLOSED: Final = N_("Closed. This is the exam's page.")
TAB_STAYED: Final = N_("The next page did not come. This one is still the same.")
TABS_AT_MOST: Final = N_("{count} pages are open beside the exam already. Close one of them to open another.")
