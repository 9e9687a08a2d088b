"""What the exam window reports of its pages."""

from enum import StrEnum


class PageEvent(StrEnum):
    """What the exam window reports: of what was blocked the host at most, never an address or a title."""

    ADDRESS_BLOCKED = "address_blocked"
    RESOURCE_BLOCKED = "resource_blocked"
    DOWNLOAD_BLOCKED = "download_blocked"
    PRINT_BLOCKED = "print_blocked"
    NEW_WINDOW_BLOCKED = "new_window_blocked"
    PERMISSION_REFUSED = "permission_refused"
    SCREEN_SHARE_REFUSED = "screen_share_refused"
    FILE_CHOOSER_REFUSED = "file_chooser_refused"
    CERTIFICATE_REFUSED = "certificate_refused"
    MEDIA_NOT_PLAYED = "media_not_played"
    WORKER_BLOCKED = "worker_blocked"
    CONNECTION_BLOCKED = "connection_blocked"
    DIALOGS_ENDED = "dialogs_ended"
    PAGE_LEFT_EXAM = "page_left_exam"
    GATE_ENDED = "gate_ended"
    CLOSE_ASKED = "close_asked"
    PAGE_CRASHED = "page_crashed"
    PAGE_NOT_LOADED = "page_not_loaded"
    PAGE_CAME_BACK = "page_came_back"
