"""The page that is shown where the program was started without an exam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.errors import AttemptUnreadable
from resources.language import _, isolate
from ui.model import StartModel, UnfinishedExam

if TYPE_CHECKING:
    from app.client.state.attempts import AttemptStore


def start_model(attempts: AttemptStore) -> StartModel:
    """Return the page, with each exam that was begun here and not ended."""
    begun: list[UnfinishedExam] = []
    try:
        for attempt in attempts.all():
            if attempt.next_take and not attempt.ended:
                kept = attempts.exam_file(attempt.attempt)
                sentence = _("The exam “{exam}” was begun here and is not ended.")
                if kept is None:
                    sentence = _(
                        "The exam “{exam}” was begun here and is not ended. Open its file again to go on with it."
                    )
                said = sentence.format(exam=isolate(attempt.exam))
                begun.append(UnfinishedExam(said, None if kept is None else str(kept)))
    except AttemptUnreadable:
        said = _("The saved state of an earlier exam cannot be read. It is kept as it is; tell your institution.")
        begun.append(UnfinishedExam(said))
    return StartModel(tuple(begun))
