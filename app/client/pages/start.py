"""The page that is shown where the program was started without an exam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.errors import AttemptUnreadable
from resources.language import _, isolate
from ui.model import StartModel

if TYPE_CHECKING:
    from app.client.state.attempts import AttemptStore


def start_model(attempts: AttemptStore) -> StartModel:
    """Return the page, with a sentence for each exam that was begun here and not ended."""
    said = []
    try:
        for attempt in attempts.all():
            if attempt.next_take and not attempt.ended:
                sentence = _("The exam “{exam}” was begun here and is not ended. Open its file again to go on with it.")
                said.append(sentence.format(exam=isolate(attempt.exam)))
    except AttemptUnreadable:
        said.append(_("The saved state of an earlier exam cannot be read. It is kept as it is; tell your institution."))
    return StartModel(tuple(said))
