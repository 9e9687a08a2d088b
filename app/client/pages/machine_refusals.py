"""Words for a computer that cannot be locked or put back: from a code to what happened, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages.control_words import control_words
from lockdown.contract.errors import FailureCode
from lockdown.contract.settings import Control
from resources.language import N_, _
from ui.model import TroubleModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.client.machine.lock import LockRefused
    from lockdown.restore import Problem

NOT_RESTORED = "L-01"
NOT_LOCKED = "L-03"

FAILURES = {
    FailureCode.GUARD_FAILED: N_("The system did not let the exam's program do what it has to."),
    FailureCode.JOURNAL_UNUSABLE: N_("The list of changes that have to be put back cannot be written or read."),
    FailureCode.JOURNAL_UNREADABLE: N_("The list of changes that have to be put back is damaged. It is kept as it is."),
    FailureCode.JOURNAL_IN_USE: N_("Another exam is running on this computer."),
    FailureCode.SETTING_UNUSABLE: N_("A setting of this computer could not be read or written."),
    FailureCode.SETTING_UNKNOWN: N_("Another version of Invigilo changed a setting that this version does not know."),
    FailureCode.SETTING_NOT_TAKEN: N_("A setting of this computer did not take its new value. It is as it was before."),
    FailureCode.SETTING_NOT_RESTORED: N_("A setting of this computer did not take its earlier value back."),
    FailureCode.WATCHDOG_NOT_STARTED: N_("The program that puts the computer back after a crash did not start."),
    FailureCode.ROOT_REFUSED: N_(
        "Invigilo does not run as root, because the exam page would not be shut off from the system there."
    ),
    FailureCode.PROGRAM_FAULT: N_("The exam's program met a fault of its own."),
}
REMEDIES = {
    FailureCode.GUARD_FAILED: N_("Close other programs and try again. If this comes back, restart the computer."),
    FailureCode.JOURNAL_UNUSABLE: N_("Free some space on the disk, run “invigilo restore”, then try again."),
    FailureCode.JOURNAL_UNREADABLE: N_("Let your institution's support look at it, then open the exam again."),
    FailureCode.JOURNAL_IN_USE: N_("End the other exam first."),
    FailureCode.SETTING_UNUSABLE: N_("Restart the computer, run “invigilo restore”, then try again."),
    FailureCode.SETTING_UNKNOWN: N_("Run “invigilo restore” with the newest version of Invigilo."),
    FailureCode.SETTING_NOT_TAKEN: N_("Try again. If this comes back, ask whoever manages this computer."),
    FailureCode.SETTING_NOT_RESTORED: N_("Restart the computer, or ask whoever manages it to set it by hand."),
    FailureCode.WATCHDOG_NOT_STARTED: N_("Try again. If this comes back, restart the computer."),
    FailureCode.ROOT_REFUSED: N_("Start it as an ordinary user."),
    FailureCode.PROGRAM_FAULT: N_("Try again. If this comes back, show this page to your institution's support."),
}


def lock_refused(refused: LockRefused) -> TroubleModel:
    """Return the page for an exam that cannot begin because this computer could not be locked."""
    return TroubleModel(
        NOT_LOCKED,
        _("The exam cannot begin yet"),
        failure_sentence(refused.code),
        _guard_title(refused.guard),
        _(REMEDIES[refused.code]),
        may_retry=True,
    )


def not_restored(problems: Sequence[Problem]) -> TroubleModel:
    """Return the page for an exam that cannot be opened because an earlier one left this computer changed."""
    reasons = dict.fromkeys(failure_sentence(problem.code) for problem in problems)
    return TroubleModel(
        NOT_RESTORED,
        _("This exam cannot be opened here"),
        " ".join((_("An earlier exam left this computer changed, and it could not be put back by itself."), *reasons)),
        ", ".join(dict.fromkeys(problem.api or problem.journal for problem in problems)),
        _("Run “invigilo restore”, or ask your institution's support, then open the exam again."),
        may_retry=True,
    )


def failure_words(code: FailureCode) -> str:
    """Return what went wrong and what to do, for a line on the console."""
    return f"{failure_sentence(code)} {_(REMEDIES[code])}"


def failure_sentence(code: FailureCode) -> str:
    """Return what went wrong with locking or restoring this computer."""
    return _(FAILURES[code])


def _guard_title(guard: str | None) -> str:
    return control_words(Control(guard)).title if guard in set(Control) else ""
