"""The words of the last page, one for each way an exam can end for the test taker."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from resources.language import _, isolate, ngettext
from ui.model import FarewellModel, Statement

if TYPE_CHECKING:
    from pathlib import Path


class ExamEnding(StrEnum):
    """How the exam was ended."""

    HANDED_IN = "handed_in"
    LEFT = "left"
    NOT_LOCKED = "not_locked"


class LastSeconds(StrEnum):
    """What became of the recording's last seconds."""

    SEALED = "sealed"
    CUT_SHORT = "cut_short"
    OVERDUE = "overdue"


def declined() -> FarewellModel:
    """Who did not agree to the recording."""
    return FarewellModel(
        _("You have not started"),
        _(
            "Nothing was recorded and nothing was changed on this computer. You can open the exam again, or ask your "
            "institution for another way to take it."
        ),
    )


def not_resumed() -> FarewellModel:
    """Who did not go on after an interruption."""
    return FarewellModel(
        _("You stopped here"),
        _(
            "What was recorded before the interruption is delivered to your institution whenever Invigilo runs. You "
            "can open the exam again to continue."
        ),
    )


def left_before_start() -> FarewellModel:
    """Who left during the device check."""
    return FarewellModel(_("You have left the exam"), _("Nothing was recorded. You can open the exam again."))


def delivered(way: ExamEnding, last: LastSeconds, objects: int) -> FarewellModel:
    """Who ended an exam that was recorded, and whose `objects` sealed parts all have their receipt."""
    facts = _facts(last, objects)
    match way:
        case ExamEnding.HANDED_IN:
            return FarewellModel(
                _("Handed in"),
                _("You can close this window and remove Invigilo from this computer."),
                facts,
                may_save_receipts=True,
            )
        case ExamEnding.LEFT:
            return FarewellModel(
                _("You have left the exam"),
                _(
                    "Your reason went along with the recording. You can close this window and remove Invigilo from "
                    "this computer."
                ),
                facts,
                may_save_receipts=True,
            )
        case ExamEnding.NOT_LOCKED:
            return FarewellModel(
                _("The exam did not start"),
                _(
                    "It could not be locked on this computer. What was recorded until then says why; please tell your "
                    "institution."
                ),
                facts,
                may_save_receipts=True,
            )
        case _:
            assert_never(way)


def receipts_saved(file: Path) -> str:
    """Say where the receipts are now, and what they are good for."""
    return _(
        "The receipts are in {file}. They prove what your institution's storage received, and when; if anybody ever "
        "says otherwise, give your institution this file."
    ).format(file=isolate(file))


def receipts_not_saved(file: Path, error: OSError) -> str:
    """Say that the receipts are not where the test taker wanted them, and what to do."""
    return _("The receipts could not be saved as {file}: {reason}. Choose another folder.").format(
        file=isolate(file), reason=isolate(error.strerror or type(error).__name__)
    )


def _facts(last: LastSeconds, objects: int) -> tuple[Statement, ...]:
    parts = ngettext(
        "The {count} sealed part is at your institution's storage, with a signed receipt.",
        "All {count} sealed parts are at your institution's storage, each with a signed receipt.",
        objects,
    )
    facts = [
        Statement("ok", _("Delivered"), parts.format(count=isolate(objects))),
        Statement(
            "shield", _("This computer"), _("Nothing is recorded any more, and this computer is as it was before.")
        ),
    ]
    if last is not LastSeconds.SEALED:
        early = _("The recorder stopped early; your institution sees that this was not you.")
        late = _("The recorder did not finish in time; your institution sees that this was not you.")
        facts.append(Statement("info", _("The last seconds"), early if last is LastSeconds.CUT_SHORT else late))
    return tuple(facts)
