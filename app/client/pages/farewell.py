"""The words of the last page, one for each way an exam can end for the test taker."""

from __future__ import annotations

from resources.language import _, isolate, ngettext
from ui.model import FarewellModel, Statement


def declined() -> FarewellModel:
    """Who did not agree to the recording."""
    return FarewellModel(
        _("You have not started"),
        _(
            "Nothing was recorded and nothing was changed on this computer. You can open the exam again, or ask your "
            "institution for another way to sit it."
        ),
    )


def not_resumed() -> FarewellModel:
    """Who did not go on after an interruption."""
    return FarewellModel(
        _("You have not gone on"),
        _(
            "What was recorded before the interruption is delivered to your institution whenever Invigilo runs. You "
            "can open the exam again to continue."
        ),
    )


def left_before_start() -> FarewellModel:
    """Who left during the device check."""
    return FarewellModel(_("You have left the exam"), _("Nothing was recorded. You can open the exam again."))


def delivered(objects: int, *, complete: bool, left: bool) -> FarewellModel:
    """Who handed in, or left the running exam, and whose `objects` sealed parts all have their receipt.

    `complete` is False where the recorder stopped before it could seal the last seconds.
    """
    parts = ngettext(
        "The {count} sealed part is at your institution's storage, with a signed receipt.",
        "All {count} sealed parts are at your institution's storage, each with a signed receipt.",
        objects,
    )
    facts = [
        Statement("ok", _("Delivered"), parts.format(count=isolate(objects))),
        Statement("shield", _("This computer"), _("Nothing is recorded any more, and everything is as it was before.")),
    ]
    if not complete:
        facts.append(
            Statement(
                "info",
                _("The last seconds"),
                _("The recorder stopped early; your institution sees that this was not you."),
            )
        )
    if left:
        return FarewellModel(
            _("You have left the exam"),
            _(
                "Your reason went along with the recording. You can close this window and remove Invigilo from this "
                "computer."
            ),
            tuple(facts),
        )
    return FarewellModel(
        _("Handed in"), _("You can close this window and remove Invigilo from this computer."), tuple(facts)
    )
