"""The words of the last page, one for each way an exam can end for the test taker."""

from __future__ import annotations

from ui.model import FarewellModel, Statement

_CLOSE = "You can close this window and remove Invigilo from this computer."


def declined() -> FarewellModel:
    """Who did not agree to the recording."""
    return FarewellModel(
        "You have not started",
        "Nothing was recorded and nothing was changed on this computer. You can open the exam again, or ask your "
        "institution for another way to sit it.",
    )


def not_resumed() -> FarewellModel:
    """Who did not go on after an interruption."""
    return FarewellModel(
        "You have not gone on",
        "What was recorded before the interruption is delivered to your institution whenever Invigilo runs. You can "
        "open the exam again to continue.",
    )


def left_before_start() -> FarewellModel:
    """Who left during the device check."""
    return FarewellModel("You have left the exam", "Nothing was recorded. You can open the exam again.")


def delivered(objects: int, *, complete: bool, left: bool) -> FarewellModel:
    """Who handed in, or left the running exam, and whose `objects` sealed parts all have their receipt.

    `complete` is False where the recorder stopped before it could seal the last seconds.
    """
    facts = [
        Statement(
            "ok",
            "Delivered",
            f"All {objects} sealed parts are at your institution's storage, each with a signed receipt.",
        ),
        Statement("shield", "This computer", "Nothing is recorded any more, and everything is as it was before."),
    ]
    if not complete:
        facts.append(
            Statement(
                "info",
                "The last seconds",
                "The recorder stopped early; your institution sees that this was not you.",
            )
        )
    if left:
        return FarewellModel(
            "You have left the exam", f"Your reason went along with the recording. {_CLOSE}", tuple(facts)
        )
    return FarewellModel("Handed in", _CLOSE, tuple(facts))
