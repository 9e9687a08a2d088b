"""The words of handing in: how much of the sealed recording is delivered, and whether one may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages.farewell import ExamEnding
from resources.language import _
from ui.model import HandingInModel

if TYPE_CHECKING:
    from app.client.delivery.outbox import OutboxState
    from app.client.delivery.uploader import DeliveryState


def handing_in_model(counts: OutboxState, delivery: DeliveryState | None, way: ExamEnding) -> HandingInModel:
    """Give the page of progress; closing is always allowed, because a later start sends the rest."""
    total = counts.delivered_objects + counts.waiting_objects + counts.damaged_objects
    finished = counts.waiting_objects == 0
    opening = {
        ExamEnding.HANDED_IN: _("Your exam is handed in."),
        ExamEnding.LEFT: _("You have left the exam."),
        ExamEnding.NOT_LOCKED: _("The exam did not start."),
    }[way]
    if finished:
        rest = _("Everything is delivered.")
    elif delivery is None or (delivery.problem is not None and not delivery.connected):
        rest = _(
            "There is no connection at the moment. You may close this window: the recording stays sealed on this "
            "computer, and opening Invigilo again sends the rest."
        )
    else:
        rest = _("The rest of the sealed recording is being sent. This page shows when it is done.")
    return HandingInModel(
        delivered=counts.delivered_objects,
        total=total,
        sentence=f"{opening} {rest}",
        finished=finished,
        may_close=True,
    )
