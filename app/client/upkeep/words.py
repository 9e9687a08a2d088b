"""Words of the commands without an exam: `invigilo check`, `invigilo upload` and `invigilo purge`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.pages.delivery_words import delivery_sentence
from app.client.upkeep.purge import PurgeObstacle
from resources.language import _, isolate, ngettext
from ui.texts import CHECK_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.client.upkeep.purge import PurgeReport
    from app.client.upkeep.self_check import SelfCheckReport
    from app.client.upkeep.upload import UploadOutcome


def check_lines(report: SelfCheckReport) -> Iterator[str]:
    """Give the findings of `invigilo check`, a line each with what to do below it, and what they come to."""
    for each in report.items:
        item = each.item
        said = f"{item.title}. {item.sentence}" if item.sentence else item.title
        yield f"{item.code}  {_(CHECK_WORDS[item.state]):<13}  {said}"
        if item.fix:
            yield f"{'':<21}{item.fix}"
    if report.cpu_percent is not None:
        yield _("The devices together take {share} % of one processor core, without recording.").format(
            share=isolate(f"{report.cpu_percent:g}")
        )
    yield report.readiness.sentence


def upload_sentence(outcome: UploadOutcome) -> str:
    """Return how delivery ended, and what was wrong last."""
    if not outcome.waiting:
        return _("Everything is delivered.")
    waiting = ngettext("{parts} sealed part still waits.", "{parts} sealed parts still wait.", outcome.waiting).format(
        parts=isolate(outcome.waiting)
    )
    return waiting if outcome.problem is None else f"{waiting} {delivery_sentence(outcome.problem)}"


def purge_question() -> str:
    """Return what is asked before anything is removed."""
    return _(
        "This removes every receipt, which proves that a recording was delivered, and every institution whose key was "
        "confirmed on this computer. Remove them?"
    )


def purge_sentence(report: PurgeReport) -> str:
    """Return whether everything is gone, or what has to be done first."""
    match report.obstacle:
        case None:
            return _("Nothing of Invigilo is left on this computer but the program itself.")
        case PurgeObstacle.RUNNING:
            return _("Invigilo is already running; end it first, nothing was removed.")
        case PurgeObstacle.NOT_RESTORED:
            return _(
                "A setting that an exam changed could not be put back; run “invigilo restore”, nothing was removed."
            )
        case PurgeObstacle.NOT_DELIVERED:
            return ngettext(
                "{parts} sealed part of an exam still waits to be sent; run “invigilo upload” first, nothing was "
                "removed.",
                "{parts} sealed parts of an exam still wait to be sent; run “invigilo upload” first, nothing was "
                "removed.",
                report.waiting,
            ).format(parts=isolate(report.waiting))
        case PurgeObstacle.NOT_AGREED:
            return _("You did not agree, so nothing was removed; to remove everything unasked, add --yes.")
